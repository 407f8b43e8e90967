/** The waterfall's time axis: round marks, and where a bar lies in per cent of the run's length. */
import type { Node } from './tree.ts'

export interface Bar {
  /** Per cent of the axis, 0 to 100. */
  readonly left: number
  /** Per cent of the axis; may be 0, the page draws at least a sliver. */
  readonly width: number
}

export function barOf(node: Node, lengthMs: number): Bar {
  const left = clamp((node.startMs / lengthMs) * 100)
  const right = clamp(((node.startMs + node.span.durationMs) / lengthMs) * 100)
  return { left, width: right - left }
}

/** Round times from 0 to `lengthMs`, about `wanted` of them: steps are 1, 2 or 5 times a power of ten, or clock-like. */
export function marks(lengthMs: number, wanted: number): readonly number[] {
  const step = roundStep(lengthMs / Math.max(1, wanted))
  const count = Math.floor(lengthMs / step + 1e-9)
  return Array.from({ length: count + 1 }, (_, index) => index * step)
}

/** Above a minute, people count in sixties. */
const CLOCK_STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * 1000,
)

function roundStep(atLeastMs: number): number {
  if (atLeastMs > 1000) {
    const clock = CLOCK_STEPS_MS.find((step) => step >= atLeastMs)
    return clock ?? Math.ceil(atLeastMs / 86_400_000) * 86_400_000
  }
  const power = 10 ** Math.floor(Math.log10(atLeastMs))
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= atLeastMs * (1 - 1e-9)) ?? 10
  return factor * power
}

function clamp(value: number): number {
  return Math.min(100, Math.max(0, value))
}
