import { afterAll, describe, expect, it } from 'vitest'
import { callsExpected, callsTold, factsOf, heading, line, sumsTold } from './golden.ts'
import { checked, expected, payload, payloads, received, sent } from './payload.ts'
import { variants } from './variant.ts'

const table: string[] = []
afterAll(() => {
  process.stdout.write(`\n${heading}\n${table.join('\n')}\n`)
})

it('checks every payload that was captured', () => {
  expect(checked).toEqual(payloads)
})

describe.each(checked)('%s', (name) => {
  const captured = payload(name)
  const { title, loses, lost: _, wrong: __, unjoined: ___, sums = [], ...facts } = expected(name)
  const run = received(sent(captured))

  it('tells each call as the provider billed it, where it holds the value, and nothing else', () => {
    expect(callsTold(captured, expected(name), run)).toEqual(callsExpected(captured, expected(name), run))
    table.push(line(run, captured, title))
  })

  it('counts what agents alone tell', () => {
    expect(sumsTold(run)).toEqual(sums)
  })

  it('tells agents, tools, workflow, session and user', () => {
    expect(factsOf(run)).toEqual(facts)
  })

  it('says in words what is lost', () => {
    const { lost = {}, wrong = {} } = expected(name)
    if (Object.keys(lost).length + Object.keys(wrong).length > 0) expect(loses.length).toBeGreaterThan(0)
  })

  it.each(Object.entries(variants))('is the same %s', (_variant, way) => {
    const other = received(way(captured))
    expect(callsTold(captured, expected(name), other)).toEqual(callsTold(captured, expected(name), run))
    expect(sumsTold(other)).toEqual(sums)
    expect(factsOf(other)).toEqual(factsOf(run))
  })
})
