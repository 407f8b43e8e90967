/** What the suite is made of: shapes of normal work, and of trouble. Sizes are ranges; each seed draws its own. */
import type { Kind } from '../src/measure.ts'
import type { Side } from '../src/trigger.ts'
import type { Random } from './random.ts'

type Range = readonly [low: number, high: number]

export interface Case {
  readonly name: string
  readonly kind: Kind
  readonly bad: Side
  readonly days: number
  /** Calls a minute. */
  readonly calls: Range
  /** Share, milliseconds, amount a call, or score. */
  readonly level: Range
  readonly noise: Range
  /** How much of the traffic, and of the level, swings within a day. */
  readonly daily?: number
  readonly cycle?: number
  /** The part of the traffic that weekends have. */
  readonly weekend?: number
  /** How many values are far above the others. */
  readonly heavy?: number
  /** The part of the values that are of another kind of work, which takes two and a half times as long. */
  readonly second?: Range
  /** The factor that a harmless deploy brings. */
  readonly deploy?: number
  /** The incident is in the calls, not in what they are like. */
  readonly traffic?: boolean
  readonly incident?: { readonly shape: 'step' | 'ramp' | 'flap'; readonly size: Range; readonly minutes: Range }
  readonly batch?: (minute: number, random: Random) => number
  readonly missing?: (minute: number, random: Random) => boolean
}

const step = (size: Range, minutes: Range) => ({ incident: { shape: 'step', size, minutes } }) as const
const flap = (size: Range, minutes: Range) => ({ incident: { shape: 'flap', size, minutes } }) as const
const ramp = (size: Range, minutes: Range) => ({ incident: { shape: 'ramp', size, minutes } }) as const

const share = { kind: 'ratio', bad: 'up', days: 4, noise: [0.05, 0.2] } as const
const time = { kind: 'latency', bad: 'up', days: 4, calls: [10, 60], level: [300, 4000], noise: [0.05, 0.12] } as const
const money = { kind: 'sum', bad: 'up', days: 4, calls: [12, 50], level: [0.002, 0.06], noise: [0.15, 0.45] } as const
const grade = { kind: 'score', bad: 'down', days: 4, calls: [8, 40], level: [0.75, 0.92], noise: [0.03, 0.07] } as const
const nightly = (minute: number) => (minute % 1440 >= 195 && minute % 1440 < 225 ? 5 : 1)
const hourly = (minute: number) => (minute % 60 < 4 ? 3 : 1)

export const cases: readonly Case[] = [
  { name: 'errors, busy', ...share, calls: [80, 300], level: [0.02, 0.06], ...step([0.06, 0.15], [30, 90]) },
  {
    name: 'errors, daily traffic',
    ...share,
    calls: [40, 80],
    daily: 0.7,
    level: [0.02, 0.05],
    ...step([0.09, 0.2], [40, 120]),
  },
  { name: 'errors, low traffic', ...share, calls: [3, 8], level: [0.02, 0.05], ...step([0.15, 0.3], [80, 180]) },
  {
    name: 'errors, sparse',
    ...share,
    days: 5,
    calls: [0.3, 0.8],
    level: [0.01, 0.03],
    ...step([0.35, 0.7], [180, 300]),
  },
  { name: 'errors, small jump', ...share, calls: [60, 160], level: [0.01, 0.025], ...step([0.035, 0.06], [60, 120]) },
  { name: 'errors, short outage', ...share, calls: [30, 90], level: [0.01, 0.03], ...step([0.5, 0.95], [6, 9]) },
  { name: 'errors from none', ...share, days: 3, calls: [15, 50], level: [0, 0], ...step([0.08, 0.2], [25, 60]) },
  {
    name: 'errors, creeping',
    ...share,
    days: 6,
    calls: [40, 90],
    level: [0.015, 0.03],
    ...ramp([0.08, 0.14], [700, 1100]),
  },
  { name: 'retries, flapping', ...share, calls: [40, 90], level: [0.03, 0.06], ...flap([0.18, 0.35], [70, 120]) },
  { name: 'fallbacks', ...share, calls: [20, 60], level: [0.005, 0.02], ...step([0.08, 0.2], [40, 90]) },
  {
    name: 'cache hits lost',
    ...share,
    bad: 'down',
    calls: [30, 90],
    level: [0.5, 0.7],
    noise: [0.02, 0.05],
    ...step([-0.4, -0.2], [60, 120]),
  },
  {
    name: 'errors after a bad deploy',
    ...share,
    calls: [50, 120],
    level: [0.02, 0.04],
    deploy: 1,
    ...step([0.08, 0.2], [40, 90]),
  },
  { name: 'latency step', ...time, ...step([0.5, 1], [60, 240]) },
  { name: 'latency, small step', ...time, noise: [0.03, 0.06], ...step([0.32, 0.45], [120, 240]) },
  { name: 'latency, noisy', ...time, noise: [0.18, 0.28], ...step([0.8, 1.4], [120, 240]) },
  { name: 'latency, daily cycle', ...time, days: 6, cycle: 0.3, ...step([0.5, 0.9], [90, 200]) },
  { name: 'latency, creeping', ...time, days: 6, ...ramp([0.6, 1], [700, 1200]) },
  { name: 'latency after a deploy', ...time, days: 6, deploy: 1.15, ...step([0.6, 1], [90, 180]) },
  { name: 'dearer calls', ...money, ...step([1.2, 3], [30, 90]) },
  { name: 'runaway', ...money, traffic: true, ...step([2.5, 6], [15, 45]) },
  { name: 'runaway, doubling', ...money, traffic: true, ...ramp([3, 6], [50, 90]) },
  { name: 'runaway at night', ...money, days: 5, daily: 0.8, traffic: true, ...step([3, 6], [30, 60]) },
  { name: 'tokens lost', ...money, bad: 'both', level: [300, 3000], ...step([-0.8, -0.55], [40, 80]) },
  { name: 'quality drop', ...grade, ...step([0.1, 0.2], [60, 150]) },
  { name: 'quality, creeping', ...grade, days: 6, ...ramp([0.15, 0.25], [900, 1500]) },
  { name: 'quality, constant', ...grade, days: 3, noise: [0, 0], ...step([0.1, 0.3], [30, 60]) },

  { name: 'normal: shares', ...share, days: 6, calls: [20, 120], level: [0.02, 0.06] },
  { name: 'normal: none fail', ...share, days: 3, calls: [10, 60], level: [0, 0] },
  { name: 'normal: rare failures', ...share, days: 6, calls: [5, 20], level: [0.0005, 0.002] },
  { name: 'normal: sparse', ...share, days: 6, calls: [0.2, 0.6], level: [0.01, 0.04] },
  { name: 'normal: daily shares', ...share, days: 6, calls: [20, 60], daily: 0.8, level: [0.02, 0.05], cycle: 0.3 },
  { name: 'normal: heavy tails', ...time, days: 6, heavy: 0.06, noise: [0.1, 0.2] },
  { name: 'normal: two kinds of work', ...time, days: 6, noise: [0.03, 0.08], second: [0.15, 0.4] },
  { name: 'normal: wandering', ...time, days: 6, noise: [0.12, 0.2] },
  { name: 'normal: daily latency', ...time, days: 6, cycle: 0.35 },
  { name: 'normal: deploy', ...time, days: 5, deploy: 1.2 },
  {
    name: 'normal: gaps',
    ...time,
    days: 5,
    missing: (minute, random) => random.uniform() < 0.15 || (minute > 4000 && minute < 4250),
  },
  { name: 'normal: daily money', ...money, days: 6, daily: 0.7 },
  { name: 'normal: weekend', ...money, days: 8, bad: 'both', daily: 0.5, weekend: 0.4 },
  { name: 'normal: nightly batch', ...money, days: 6, batch: nightly },
  { name: 'normal: hourly job', ...money, days: 5, batch: hourly },
  { name: 'normal: grades', ...grade, days: 6 },
  { name: 'normal: few grades', ...grade, days: 6, calls: [0.5, 2], noise: [0.08, 0.15] },
]
