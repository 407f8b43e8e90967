import { expect, test } from 'vitest'
import { linesOf, sought } from './setting-lines.ts'

const lines = linesOf(
  {
    budgets: [{ name: 'cap', scope: ['tenant', 'agent'], limitUsd: 5 }],
    packs: [],
    loops: { cycles: 2 },
    match: {},
    on: true,
  },
  'all',
)
const shown = (all: typeof lines) =>
  all.map(({ depth, name, value }) => `${' '.repeat(depth)}${name}: ${value ?? ''}`.trimEnd())

test('every setting is a line, with where it stands', () => {
  expect(shown(lines)).toEqual([
    'all:',
    ' budgets:',
    '  -:',
    '   name: cap',
    '   scope: [tenant, agent]',
    '   limitUsd: 5',
    ' packs: []',
    ' loops:',
    '  cycles: 2',
    ' match: {}',
    ' on: true',
  ])
})

test.each([
  ['cycles', ['all:', ' loops:', '  cycles: 2']],
  ['AGENT', ['all:', ' budgets:', '  -:', '   scope: [tenant, agent]']],
  ['loops.cycles', ['all:', ' loops:', '  cycles: 2']],
  ['nothing', []],
  [' ', shown(lines)],
])('a search for %j finds names, values and paths', (query, found) => {
  expect(shown(sought(lines, query))).toEqual(found)
})
