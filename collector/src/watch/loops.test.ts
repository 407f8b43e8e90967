import { describe, expect, it } from 'vitest'
import { hex, recentSpan } from '../../test/any-span.ts'
import type { Alert } from '../alert.ts'
import type { Span } from '../span.ts'
import { createLoops, type LoopSettings } from './loops.ts'

const defaults: LoopSettings = {
  ...{ toolRepeats: 5, callRepeats: 4, stalledTurns: 8, cycles: 2, allowTools: [], allowEdges: [] },
}

function start(given: Partial<LoopSettings> = {}) {
  const told: Alert[] = []
  const held: string[] = []
  const clock = { now: 1000 }
  const loops = createLoops(
    {
      tell: (alerts) => void told.push(...alerts),
      hold: ({ traceId }) => void held.push(traceId),
      now: () => clock.now,
    },
    { ...defaults, ...given },
  )
  return { loops, told, held, clock }
}
const tool = (given: Partial<Span> = {}): Span =>
  recentSpan({ kind: 'tool', toolName: 'search', toolArgs: '{"q":1}', output: 'nothing', agent: 'triage', ...given })
const agent = (parentAgent: string | null, name: string): Span =>
  recentSpan({ kind: 'agent', agent: name, parentAgent })
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

describe('loops', () => {
  it('the same tool call with the same result is told once, with its run', async () => {
    const { loops, told } = start()
    await loops.accept(times(4, () => tool()))
    expect(told).toEqual([])
    await loops.accept(times(8, () => tool()))
    expect(told).toMatchObject([
      {
        event: 'fired',
        rule: 'loop',
        channel: 'repeated tool call',
        labels: { agent: 'triage' },
        examples: [hex(1, 32)],
      },
    ])
    expect(told[0]!.text).toBe(
      'tool search was called 5 times with the same input and result by agent triage, in one run',
    )
  })

  it.each<[string, Span[]]>([
    ['other arguments', times(9, (index) => tool({ toolArgs: `${index}` }))],
    ['other results', times(9, (index) => tool({ output: `${index}` }))],
    ['other runs', times(9, (index) => tool({ traceId: hex(index + 1, 32) }))],
    ['arguments that were not kept', times(9, () => tool({ toolArgs: null }))],
    ['answers that were not kept', times(9, () => recentSpan({ requestModel: 'm', input: 'a', output: null }))],
    ['a tool that may', times(9, () => tool({ toolName: 'wait' }))],
    ['an agent that asks its workers in turn', times(9, (index) => agent('boss', `worker-${index % 2}`))],
    ['one way there and one back', [agent('a', 'b'), agent('b', 'a')]],
    [
      'hand-offs that may',
      times(9, (index) => (index % 2 === 0 ? agent('writer', 'critic') : agent('critic', 'writer'))),
    ],
  ])('%s are none', async (_what, spans) => {
    const { loops, told } = start({ allowTools: ['wait'], allowEdges: ['critic>writer'] })
    await loops.accept(spans)
    expect(told).toEqual([])
  })

  /** A conversation that grows, and an answer that does not change but for the names of its calls. */
  const turn = (index: number, given: Partial<Span> = {}) =>
    recentSpan({
      ...{
        requestModel: 'm',
        agent: 'triage',
        input: `${index} messages`,
        output: `{"id": "call_${index}", "say": "hm"}`,
      },
      ...given,
    })

  it('turns that bring nothing new are one, told once, and the run is stopped once', async () => {
    const { loops, told, held } = start()
    await loops.accept(times(8, (index) => turn(index)))
    expect(told).toEqual([])
    await loops.accept(times(6, (index) => turn(index + 8)))
    expect(told).toMatchObject([{ channel: 'no progress', value: 8, labels: { agent: 'triage' } }])
    expect(told[0]!.text).toBe('8 turns in a row brought nothing new by agent triage, in one run')
    expect(held).toEqual([hex(1, 32)])
  })

  it.each<[string, (index: number) => Span[]]>([
    ['that say something new', (index) => [turn(index, { output: `step ${index}` })]],
    ['of several agents', (index) => [turn(index, { agent: `worker-${index % 3}` })]],
    ['that learn something new', (index) => [turn(index), tool({ toolArgs: `${index}`, output: `page ${index}` })]],
    ['around a tool that may repeat', (index) => [turn(index), tool({ toolName: 'wait', output: 'not yet' })]],
    ['whose words were not kept', (index) => [turn(index, { output: null })]],
  ])('turns %s are none', async (_what, of) => {
    const { loops, told } = start({ allowTools: ['wait'] })
    await loops.accept(times(20, of).flat())
    expect(told.filter(({ channel }) => channel === 'no progress')).toEqual([])
  })

  it('the same question with the same answer is one', async () => {
    const { loops, told } = start()
    await loops.accept(times(4, () => recentSpan({ requestModel: 'm-1', input: 'why', output: 'because' })))
    expect(told).toMatchObject([{ channel: 'repeated model call', value: 4 }])
  })

  it('a run that turns in circles in two ways is one incident', async () => {
    const { loops, told } = start()
    await loops.accept(times(5, () => tool()))
    await loops.accept(times(4, () => recentSpan({ requestModel: 'm-1', input: 'why', output: 'because' })))
    expect(told.map((alert) => [alert.channel, alert.told])).toEqual([
      ['repeated tool call', true],
      ['repeated model call', false],
    ])
    expect(told[1]!.incident).toBe(told[0]!.identity)
    await loops.accept(times(5, () => tool({ traceId: hex(2, 32) })))
    expect(told[2]).toMatchObject({ told: true, incident: told[2]!.identity })
  })

  it('hand-offs in a circle are one, whichever came last', async () => {
    const { loops, told } = start()
    const around = [agent('a', 'b'), agent('b', 'c'), agent('c', 'a')]
    await loops.accept(around)
    expect(told).toEqual([])
    await loops.accept([...around, ...around].reverse())
    expect(told).toHaveLength(1)
    expect(told[0]!.text).toMatch(/^agents hand over in a circle: (a → b → c → a|b → c → a → b|c → a → b → c) by agent/)
  })

  it('end when the run has been quiet, and runs are forgotten', async () => {
    const { loops, told, clock } = start()
    await loops.accept(times(5, () => tool()))
    loops.expire(clock.now + 599_999)
    expect(told).toHaveLength(1)
    loops.expire(clock.now + 600_000)
    expect(told[1]).toMatchObject({ event: 'resolved', identity: told[0]!.identity, cause: 'recovered' })
    expect(loops.runs()).toBe(0)
  })

  it('holds no more than so many runs', async () => {
    const { loops } = start()
    await loops.accept(times(10_050, (index) => tool({ traceId: hex(index + 1, 32) })))
    expect(loops.runs()).toBe(10_000)
  })
})
