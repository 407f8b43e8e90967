/**
 * The score of the Numenta Anomaly Benchmark, written from its paper (arXiv:1510.03336, section III), at one threshold
 * that is fixed beforehand, which is what a product has.
 */
export interface Scored {
  /** Of every record, in the order of the file. */
  readonly scores: readonly number[]
  readonly timesMs: readonly number[]
  readonly windows: readonly { readonly startMs: number; readonly endMs: number }[]
}

export interface Profile {
  readonly name: string
  readonly falsePositive: number
  readonly falseNegative: number
}

export const profiles: readonly Profile[] = [
  { name: 'standard', falsePositive: 0.11, falseNegative: 1 },
  { name: 'few false positives', falsePositive: 0.22, falseNegative: 1 },
  { name: 'few misses', falsePositive: 0.11, falseNegative: 2 },
]

/** 100 finds every window at its first record and nothing else; 0 finds nothing. */
export function numentaScore(series: readonly Scored[], threshold: number, profile: Profile): number {
  let raw = 0
  let windows = 0
  for (const one of series) {
    const spans = spansOf(one)
    windows += spans.length
    const best = new Array<number>(spans.length).fill(Number.NaN)
    for (let record = probation(one.scores.length); record < one.scores.length; record++) {
      if (one.scores[record]! < threshold) continue
      const inside = spans.findIndex(([first, last]) => record >= first && record <= last)
      if (inside < 0) raw += profile.falsePositive * outsideWeight(spans, record)
      else if (Number.isNaN(best[inside]!)) best[inside] = insideWeight(spans[inside]!, record)
    }
    for (const weight of best) raw += Number.isNaN(weight) ? -profile.falseNegative : weight
  }
  const nothing = -profile.falseNegative * windows
  return windows === 0 ? Number.NaN : (100 * (raw - nothing)) / (windows - nothing)
}

type Span = readonly [first: number, last: number]

const probation = (records: number): number => Math.floor(0.15 * Math.min(records, 5000))
const sigma = (y: number): number => (y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1)
const insideWeight = ([first, last]: Span, record: number): number =>
  sigma(-(last - record + 1) / (last - first + 1)) / sigma(-1)

function outsideWeight(spans: readonly Span[], record: number): number {
  const before = spans.findLast(([, last]) => last < record)
  return before === undefined ? -1 : sigma((record - before[1]) / Math.max(1, before[1] - before[0]))
}

function spansOf({ timesMs, windows }: Scored): readonly Span[] {
  return windows
    .map(
      ({ startMs, endMs }): Span => [
        timesMs.findIndex((time) => time >= startMs && time <= endMs),
        timesMs.findLastIndex((time) => time >= startMs && time <= endMs),
      ],
    )
    .filter(([first]) => first >= 0)
    .sort(([a], [b]) => a - b)
}
