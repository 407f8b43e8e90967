/** The conformance tables, as they are published. */
import type { Check, Family } from './check.ts'
import type { Result } from './suite.ts'

const TITLES: Readonly<Record<Check['surface'], string>> = {
  promise: 'Promises',
  stream: 'Streams',
  ending: 'Endings',
  error: 'Errors, equal to the last property',
}

export function tableOf(results: readonly Result[], typesCompile: boolean): string {
  const families = [...new Set(results.map(({ family }) => family))]
  return [
    '# Conformance',
    '',
    'What a user of a wrapped client can tell from a bare one. Made by `npm run conformance -w sdk`, which runs every check',
    'on both, against a provider on this machine that speaks the real wire formats; a test fails when it is out of date.',
    '`same`: what came, what was thrown and every property of it are equal. `cut`: differs on purpose, as the hold is used',
    'up. In every row each wrapped call also left exactly one span, and its hold was settled with what the provider billed,',
    'given back where it refused, or counted as it came where it told no usage.',
    ...families.flatMap((family) => ['', ...familyTable(results, family, typesCompile)]),
    '',
  ].join('\n')
}

function familyTable(results: readonly Result[], family: Family, typesCompile: boolean): string[] {
  const { subjects, checks, types } = family
  const all = (text: string) => subjects.map(() => text)
  const of = (check: Check<never>) =>
    subjects.map((subject) => markOf(results.find((each) => each.check === check && each.subject === subject)))
  return [
    row(
      '',
      subjects.map(({ name, version }) => `${name} ${version}`),
    ),
    row('---', all('---')),
    row(`**Types**: ${types}`, all(typesCompile ? 'same' : '**no**')),
    ...Object.entries(TITLES).flatMap(([surface, title]) => [
      row(`**${title}**`, all('')),
      ...checks.filter((check) => check.surface === surface).map((check) => row(check.name, of(check))),
    ]),
  ]
}

/** What the README shows of it: a line for each version. */
export function summaryOf(results: readonly Result[], typesCompile: boolean): string {
  const surfaces = Object.keys(TITLES)
  const subjects = [...new Set(results.map(({ subject }) => subject))]
  const counted = (own: readonly Result[]) => {
    const same = own.filter(({ same, books }) => same && books.length === 0)
    return same.length === own.length ? `${own.length} same` : `**${own.length - same.length} of ${own.length} differ**`
  }
  return [
    row('', ['types', 'promises', 'streams', 'endings', 'errors']),
    row('---', ['---', '---', '---', '---', '---']),
    ...subjects.map((subject) =>
      row(`${subject.name} ${subject.version}`, [
        typesCompile ? 'same' : '**differ**',
        ...surfaces.map((surface) =>
          counted(results.filter((each) => each.subject === subject && each.check.surface === surface)),
        ),
      ]),
    ),
  ].join('\n')
}

/** Where the summary stands: the package's page and the project's. */
export const SUMMARISED = [new URL('../README.md', import.meta.url), new URL('../../README.md', import.meta.url)]

const MARKS = /(<!-- conformance -->\n).*?(\n<!-- \/conformance -->)/s

/** The README with this summary in its place. */
export const withSummary = (readme: string, summary: string): string =>
  readme.replace(MARKS, (_, before: string, after: string) => `${before}${summary}${after}`)

const row = (first: string, rest: readonly string[]) => `| ${[first, ...rest].join(' | ')} |`

function markOf(result: Result | undefined): string {
  if (result === undefined) return ''
  if (!result.same || result.books.length > 0) return '**no**'
  return result.check.differs === undefined ? 'same' : 'cut'
}
