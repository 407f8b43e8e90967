/** Where failures of a run began. Pure. */
import type { Tree } from './tree.ts'

/** Ids of spans that failed and below which nothing failed. */
export function failures({ nodes }: Tree): ReadonlySet<string> {
  const failed = [...nodes.values()].filter(({ span }) => span.status === 'error')
  const began = new Set(failed.map(({ span }) => span.spanId))
  const above = new Set<unknown>()
  for (const { parent } of failed) {
    for (let node = parent; node !== null && !above.has(node); node = node.parent) {
      above.add(node)
      began.delete(node.span.spanId)
    }
  }
  return began
}
