/** How long the guards take: 4 KB texts, the start, and whether a megabyte costs 256 times as much. */
import { type GuardPolicy, guard } from '@outrider/policies/guards'
import { percentile } from '../figure.ts'
import { table } from './tally.ts'

const SIZE = 4096

/** @param own the same policy with patterns of one's own */
export function latencyTable(texts: readonly string[], policy: GuardPolicy, own: GuardPolicy): string {
  const long = texts.join('\n')
  const pieces = Array.from({ length: Math.min(2000, Math.floor(long.length / SIZE)) }, (_, i) =>
    long.slice(i * SIZE, (i + 1) * SIZE),
  )
  for (const each of [policy, own]) for (const piece of pieces.slice(0, 300)) guard(piece, 'input', each)
  const times = pieces.map((piece) => timed(() => guard(piece, 'input', policy)))
  const ownTimes = pieces.map((piece) => timed(() => guard(piece, 'input', own)))
  const megabyte = long.repeat(Math.ceil(1_048_576 / long.length)).slice(0, 1_048_576)
  const whole = timed(() => guard(megabyte, 'input', policy))
  const hard = hostile.map(
    ([name, unit]) => [name, timed(() => guard(unit.repeat(1_048_576 / unit.length), 'input', policy))] as const,
  )
  return [
    `Time, ${pieces.length} pieces of 4 KB of the same packages, all guards of ${policy.name}`,
    table(
      ['what', 'ms'],
      [
        ['4 KB, p50', percentile(times, 50).toFixed(3)],
        ['4 KB, p99', percentile(times, 99).toFixed(3)],
        [`4 KB with ${own.plans.input.rules.length} patterns of one's own, p50`, percentile(ownTimes, 50).toFixed(3)],
        ['the same, p99', percentile(ownTimes, 99).toFixed(3)],
        ['1 MB of the same', whole.toFixed(0)],
        ...hard.map(([name, ms]) => [`1 MB of ${name}`, ms.toFixed(0)]),
      ],
    ),
  ].join('\n\n')
}

/** What has made guards of others run for minutes. */
const hostile: readonly (readonly [string, string])[] = [
  ['a', 'a'],
  ['digits', '4111 1111 '],
  ['@', 'a@'],
  ['passwords', 'password='],
  ['quotes', '"\\"'],
  ['base64', 'QUJDREVGR0hJSktM'],
  ['ignore', 'ignore previous '],
  ['letters apart', 'i g n o r e '],
  ['escapes', '%41\\u0041'],
  ['zero width', 'i\u200b'],
  ['colons', 'ab:'],
]

function timed(work: () => unknown): number {
  const began = performance.now()
  work()
  return performance.now() - began
}
