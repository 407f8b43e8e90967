import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spanOf } from '../../test/span-of.ts'
import type { Span } from '../api.ts'
import { buildTree } from '../run/tree.ts'
import { align } from './align.ts'

/** `'triage > chat gpt-x'`: a span below another, named by its path; a `!` makes it a tool. */
function treeOf(...paths: readonly string[]) {
  const spans = paths.map((path, n): Span => {
    const parts = path.split(' > ')
    const name = parts.at(-1)!
    const above = parts.slice(0, -1).join(' > ')
    const model = name.startsWith('chat ') ? name.slice(5) : null
    return spanOf({
      spanId: String(n).padStart(16, '0'),
      parentSpanId: above === '' ? null : String(paths.lastIndexOf(above, n)).padStart(16, '0'),
      name,
      kind: model !== null ? 'llm' : name.endsWith('!') ? 'tool' : 'agent',
      agent: model === null && !name.endsWith('!') ? name : null,
      requestModel: model,
      startTime: new Date(n * 1000).toISOString(),
    })
  })
  return buildTree(spans)
}

function steps(a: readonly string[], b: readonly string[]) {
  return align(treeOf(...a), treeOf(...b)).map(({ level, a: one, b: other }) => {
    return `${'  '.repeat(level - 1)}${one?.span.name ?? '-'} | ${other?.span.name ?? '-'}`
  })
}

describe('steps', () => {
  test('are matched by what they are, whatever model answered', () => {
    expect(steps(['run', 'run > chat gpt-x', 'run > look!'], ['run', 'run > chat acme-1', 'run > look!'])).toEqual([
      'run | run',
      '  chat gpt-x | chat acme-1',
      '  look! | look!',
    ])
  })

  test('that only one run made stand alone, and the others stay matched', () => {
    const longer = ['run', 'run > plan', 'run > plan > chat m', 'run > look!', 'run > look!', 'run > write']
    expect(steps(longer, ['run', 'run > look!', 'run > write', 'run > check'])).toEqual([
      'run | run',
      '  plan | -',
      '    chat m | -',
      '  look! | look!',
      '  look! | -',
      '  write | write',
      '  - | check',
    ])
  })

  test('of runs that share nothing are all there', () => {
    expect(steps(['a', 'a > x!'], ['b'])).toEqual(['a | -', '  x! | -', '- | b'])
  })
})

const paths = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'look!', 'chat m'), fc.nat()), { maxLength: 25 })
  .map((made) => {
    const all: string[] = []
    for (const [name, under] of made) {
      const above = all.length === 0 || under % 3 === 0 ? null : all[under % all.length]!
      all.push(above === null || above.includes('chat') ? name : `${above} > ${name}`)
    }
    return all
  })

test('every span of both runs is in one step, in its own order, and a run is the same as itself', () => {
  fc.assert(
    fc.property(paths, paths, (a, b) => {
      const [one, other] = [treeOf(...a), treeOf(...b)]
      const all = align(one, other)
      const idsOf = (side: 'a' | 'b') => all.flatMap((step) => step[side]?.span.spanId ?? [])
      expect(idsOf('a').toSorted()).toEqual([...one.nodes.keys()].toSorted())
      expect(idsOf('b').toSorted()).toEqual([...other.nodes.keys()].toSorted())
      expect(align(one, one).every((step) => step.a === step.b)).toBe(true)
    }),
  )
})

test('10,000 children on both sides, none alike in order, are aligned in good time', () => {
  const many = (shift: number) => [
    'run',
    ...Array.from({ length: 5000 }, (_, n) => `run > t${(n * 7 + shift) % 4999}!`),
  ]
  const [a, b] = [treeOf(...many(0)), treeOf(...many(3331))]
  const all = align(a, b)
  expect(all.filter((step) => step.a !== null)).toHaveLength(5001)
  expect(all.filter((step) => step.b !== null)).toHaveLength(5001)
})
