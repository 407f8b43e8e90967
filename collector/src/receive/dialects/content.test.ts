import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../span.ts'
import { canonical } from './canonical.ts'
import { bag, chat, event, raw, read, settings } from './sample.ts'

describe('content', () => {
  test('leaves the attributes, everything else stays', () => {
    const attributes = { ...chat, 'gen_ai.input.messages': '[]', 'gen_ai.system_instructions': '[1]', other: 'x' }
    const sent = raw(attributes)
    const span = canonical(sent, settings)
    expect(span.input).toBe('[]')
    expect({ ...span.attributes }).toEqual({ ...chat, 'gen_ai.system_instructions': '[1]', other: 'x' })
    expect({ ...sent.attributes }, 'what was given is unchanged').toEqual(attributes)
  })
  test('the name that lost stays an attribute', () => {
    const span = read({ ...chat, 'gen_ai.prompt': 'old', 'gen_ai.input.messages': 'new' })
    expect(span.input).toBe('new')
    expect({ ...span.attributes }).toEqual({ ...chat, 'gen_ai.prompt': 'old' })
  })
  test('structured messages become JSON text', () => {
    const messages = [bag({ role: 'user', parts: [bag({ type: 'text', content: 'hi' })] })]
    expect(read({ ...chat, 'gen_ai.input.messages': messages }).input).toBe(
      '[{"role":"user","parts":[{"type":"text","content":"hi"}]}]',
    )
  })
  test('is cut at whole characters, the bytes that went are told', () => {
    for (const text of ['é'.repeat(100), '😀'.repeat(50), `a${'😀'.repeat(50)}`, '漢'.repeat(70)]) {
      const span = canonical(raw({ ...chat, 'gen_ai.input.messages': text }), { ...settings, contentBytes: 99 })
      const kept = Buffer.byteLength(span.input ?? '')
      expect(kept).toBeLessThanOrEqual(99)
      expect(kept).toBeGreaterThan(94)
      expect(span.input?.isWellFormed()).toBe(true)
      expect(span.cut.input).toBe(Buffer.byteLength(text) - kept)
    }
  })
  test('is cut between words: half a key cannot be recognised', () => {
    const text = `${'word '.repeat(18)}sk-abcdefghijklmnopqrstuvwxyz0123456789`
    const span = canonical(raw({ ...chat, 'gen_ai.output.messages': text }), { ...settings, contentBytes: 100 })
    expect(span.output).toBe('word '.repeat(18))
    expect(span.cut).toEqual({ output: 39 })
  })
  test('what fits is not cut', () => {
    const text = 'é'.repeat(50)
    const span = canonical(raw({ ...chat, 'gen_ai.input.messages': text }), { ...settings, contentBytes: 100 })
    expect(span).toMatchObject({ input: text, cut: {} })
  })
  test('other content, also of events, is bounded too and counted beside the decoder’s cuts', () => {
    const long = 'x'.repeat(500)
    const span = canonical(
      raw(
        { ...chat, 'gen_ai.system_instructions': long, other: long },
        { cut: { strings: 1, events: 2 }, events: [event('gen_ai.user.message', { content: long, other: long })] },
      ),
      { ...settings, contentBytes: 100 },
    )
    expect((span.attributes['gen_ai.system_instructions'] as string).length).toBe(100)
    expect(span.attributes.other).toBe(long)
    expect(span.events[0]?.attributes.content).toBe('x'.repeat(100))
    expect(span.events[0]?.attributes.other).toBe(long)
    expect(span.cut).toEqual({ strings: 3, events: 2, input: expect.any(Number) })
  })
})

describe('events', () => {
  test('one message each, as span events (Strands)', () => {
    const span = read(chat, {
      events: [
        event('gen_ai.system.message', { content: 'be kind' }),
        event('gen_ai.user.message', { content: '[{"text":"hi"}]' }),
        event('gen_ai.choice', { message: '[{"text":"hello"}]', finish_reason: 'endTurn' }),
      ],
    })
    expect(JSON.parse(span.input ?? '')).toEqual([
      { role: 'system', content: 'be kind' },
      { role: 'user', content: [{ text: 'hi' }] },
    ])
    expect(JSON.parse(span.output ?? '')).toEqual([
      { role: 'assistant', content: [{ text: 'hello' }], finish_reason: 'endTurn' },
    ])
    expect(span).toMatchObject({ finishReason: 'stop', finishReasonRaw: 'endTurn' })
    expect(span.events).toHaveLength(3)
  })
  test('of a tool (Strands)', () => {
    const span = read(
      { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' },
      {
        events: [
          event('gen_ai.tool.message', { content: '{"q":1}' }),
          event('gen_ai.choice', { message: '[{"text":"42"}]' }),
        ],
      },
    )
    expect(span).toMatchObject({ toolArgs: '{"q":1}', input: null, output: '[{"text":"42"}]' })
  })
  test('whole lists in one event', () => {
    const span = read(chat, {
      events: [
        event('gen_ai.client.inference.operation.details', {
          'gen_ai.input.messages': [bag({ role: 'user' })],
          'gen_ai.output.messages': '[{"role":"assistant"}]',
        }),
      ],
    })
    expect(span).toMatchObject({ input: '[{"role":"user"}]', output: '[{"role":"assistant"}]' })
  })
  test('prompt and completion events of 2024', () => {
    const span = read(chat, {
      events: [
        event('gen_ai.content.prompt', { 'gen_ai.prompt': 'p' }),
        event('gen_ai.content.completion', { 'gen_ai.completion': 'c' }),
      ],
    })
    expect(span).toMatchObject({ input: 'p', output: 'c' })
  })
  test('the span’s own attributes win', () => {
    const span = read(
      { ...chat, 'gen_ai.input.messages': '[]' },
      { events: [event('gen_ai.user.message', { content: 'x' })] },
    )
    expect(span.input).toBe('[]')
  })
  test('without content say nothing', () => {
    const span = read(chat, { events: [event('gen_ai.user.message', { 'gen_ai.system': 'openai' })] })
    expect(span.input).toBe(null)
  })
  test('the latest score wins', () => {
    const score = (value: AttributeValue) =>
      event('gen_ai.evaluation.result', { 'gen_ai.evaluation.score.value': value })
    expect(read(chat, { events: [score(0.2), score(0.9), score('bad')] }).score).toBe(0.9)
  })
})
