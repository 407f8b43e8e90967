import type { RungChange } from '@outrider/policies'

/** Which ladder rungs are on. Kept in memory: after a restart the balance alone says it again. */
export interface Rungs {
  engaged(): ReadonlySet<string>
  apply(changes: readonly RungChange[]): void
}

/** Beyond it the oldest are forgotten: a rung is then taken at its mark again, without hysteresis. */
const MOST = 20_000

export function createRungs(): Rungs {
  const on = new Set<string>()
  return {
    engaged: () => on,
    apply(changes) {
      for (const { id, on: isOn } of changes) {
        if (isOn) on.add(id)
        else on.delete(id)
      }
      for (const id of on) {
        if (on.size <= MOST) break
        on.delete(id)
      }
    },
  }
}
