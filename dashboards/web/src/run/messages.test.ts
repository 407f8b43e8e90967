import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parseContent } from './messages.ts'

const messages = (value: unknown) => {
  const content = parseContent(JSON.stringify(value))
  if (content.form !== 'messages') throw new Error(`read as ${content.form}`)
  return content.messages
}

describe('messages of', () => {
  it('OpenTelemetry', () => {
    const told = messages([
      { role: 'user', parts: [{ type: 'text', content: 'Weather?' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'hm' },
          { type: 'tool_call', id: 'c1', name: 'get', arguments: { city: 'Rome' } },
        ],
        finish_reason: 'tool_call',
      },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: 'rainy' }] },
    ])
    expect(told.map((message) => message.role)).toEqual(['user', 'assistant', 'tool'])
    expect(told.flatMap((message) => message.parts)).toEqual([
      { type: 'text', text: 'Weather?' },
      { type: 'reasoning', text: 'hm' },
      { type: 'call', id: 'c1', name: 'get', text: '{\n  "city": "Rome"\n}' },
      { type: 'result', id: 'c1', name: null, text: 'rainy' },
    ])
  })

  it('OpenAI', () => {
    const told = messages([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'See:' },
          { type: 'image_url', image_url: { url: 'https://x.example/i.png' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get', arguments: '{"a":1}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: '42' },
    ])
    expect(told[1]?.parts[1]).toMatchObject({ type: 'media' })
    expect(told[2]?.parts).toEqual([{ type: 'call', id: 'c1', name: 'get', text: '{\n  "a": 1\n}' }])
    expect(told[3]?.parts).toEqual([{ type: 'result', id: 'c1', name: null, text: '42' }])
  })

  it('Anthropic', () => {
    const told = messages({
      system: 'Be brief.',
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'so' },
            { type: 'tool_use', id: 't1', name: 'get', input: { a: 1 } },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'ok' }] }],
        },
      ],
    })
    expect(told.map((message) => message.parts)).toEqual([
      [{ type: 'text', text: 'Be brief.' }],
      [
        { type: 'reasoning', text: 'so' },
        { type: 'call', id: 't1', name: 'get', text: '{\n  "a": 1\n}' },
      ],
      [{ type: 'result', id: 't1', name: null, text: 'ok' }],
    ])
  })

  it('the AI SDK and Gemini', () => {
    expect(
      messages([
        { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'get', input: {} }] },
      ])[0]?.parts[0],
    ).toEqual({ type: 'call', id: 'c', name: 'get', text: '{}' })
    expect(
      messages([{ role: 'model', parts: [{ text: 'hi' }, { functionCall: { name: 'get', args: {} } }] }])[0]?.parts,
    ).toEqual([
      { type: 'text', text: 'hi' },
      { type: 'call', id: null, name: 'get', text: '{}' },
    ])
  })

  it('a whole completion', () => {
    expect(messages({ choices: [{ message: { role: 'assistant', content: 'hi' } }] })[0]?.parts).toEqual([
      { type: 'text', text: 'hi' },
    ])
  })

  it('parts nobody has heard of, as JSON', () => {
    expect(messages([{ role: 'user', content: [{ type: 'hologram', data: 1 }, 7] }])[0]?.parts).toEqual([
      { type: 'json', text: '{\n  "type": "hologram",\n  "data": 1\n}' },
      { type: 'json', text: '7' },
    ])
  })
})

test.each([
  ['plain words', { form: 'text', text: 'plain words' }],
  ['{"cut": "of', { form: 'text', text: '{"cut": "of' }],
  ['"a JSON text"', { form: 'text', text: 'a JSON text' }],
  ['{"a":[1]}', { form: 'json', text: '{\n  "a": [\n    1\n  ]\n}' }],
  ['[]', { form: 'json', text: '[]' }],
  ['[{"role":"user"}]', { form: 'json', text: '[\n  {\n    "role": "user"\n  }\n]' }],
  ['{"choices":[]}', { form: 'json', text: '{\n  "choices": []\n}' }],
  ['', { form: 'text', text: '' }],
])('%j', (text, content) => {
  expect(parseContent(text)).toEqual(content)
})

test('JSON nested too deep to print stays a text', () => {
  const deep = '['.repeat(50_000) + ']'.repeat(50_000)
  expect(parseContent(deep).form).toBe('text')
})

test('any JSON and any text is read as something', () => {
  fc.assert(fc.property(fc.json({ maxDepth: 6 }), (text) => void parseContent(text)))
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseContent(text)))
  const messageLike = fc.array(
    fc.record(
      { role: fc.string(), content: fc.jsonValue(), parts: fc.jsonValue(), tool_calls: fc.jsonValue() },
      { requiredKeys: ['role'] },
    ),
  )
  fc.assert(
    fc.property(messageLike, (value) => void parseContent(JSON.stringify(value))),
    { numRuns: 50 },
  )
})
