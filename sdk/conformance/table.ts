/** The conformance table, as it is published. */
import type { Check } from './check.ts'
import type { Result } from './suite.ts'

const TITLES: Readonly<Record<Check['surface'], string>> = {
  promise: 'Promises',
  stream: 'Streams',
  ending: 'Endings',
  error: 'Errors, equal to the last property',
}

export function tableOf(results: readonly Result[], typesCompile: boolean): string {
  const kinds = [...new Set(results.map(({ kind }) => kind))]
  const checks = [...new Set(results.map(({ check }) => check))]
  const names = kinds.map(({ kind, version }) => `${kind === 'openai' ? 'openai' : '@anthropic-ai/sdk'} ${version}`)
  const of = (check: Check) =>
    kinds.map((kind) => markOf(results.find((each) => each.check === check && each.kind === kind)))
  const sections = Object.entries(TITLES).flatMap(([surface, title]) => [
    row(
      `**${title}**`,
      kinds.map(() => ''),
    ),
    ...checks.filter((check) => check.surface === surface).map((check) => row(check.name, of(check))),
  ])
  const types = row(
    '**Types**: `wrap(client)` is of the very type of `client`',
    kinds.map(() => (typesCompile ? 'same' : '**no**')),
  )
  return [
    '# Conformance',
    '',
    'What a user of a wrapped client can tell from a bare one. Made by `npm run conformance -w sdk`, which runs every check',
    'on both, against a provider on this machine that speaks the real wire formats; a test fails when it is out of date.',
    '`same`: what came, what was thrown and every property of it are equal. `cut`: differs on purpose, as the hold is used',
    'up. In every row the wrapped call also left exactly one span, and its hold was settled with what the provider billed,',
    'given back where it refused, or counted as it came where it told no usage.',
    '',
    row('', names),
    row(
      '---',
      kinds.map(() => '---'),
    ),
    types,
    ...sections,
    '',
  ].join('\n')
}

const row = (first: string, rest: readonly string[]) => `| ${[first, ...rest].join(' | ')} |`

function markOf(result: Result | undefined): string {
  if (result === undefined) return ''
  if (!result.same || result.books.length > 0) return '**no**'
  return result.check.differs === undefined ? 'same' : 'cut'
}
