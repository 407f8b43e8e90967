import { describe, expect, test } from 'vitest'
import { silence as told } from './listen.ts'
import { answerId, answerReason, tellProviderAnswer } from './provider-answer.ts'
import { pythonRecord } from './python-literal.ts'
import { read } from './sample.ts'

describe('the id of an answer', () => {
  test.each([
    ['at its beginning', '{"id":"chatcmpl-1","choices":[]}', 'chatcmpl-1'],
    ['put together from a stream', '{"choices": [{}], "id": "chatcmpl-2", "created": 1}', 'chatcmpl-2'],
    ['as Gemini names it', '{"candidates":[],"response_id":"g-3","usage_metadata":{}}', 'g-3'],
    ["a message's inside the answer is another", '{"output":[{"id":"msg_4"}],"created":1}', null],
    ['said by the model', '{"choices":[{"text":"\\"id\\": \\"chatcmpl-5\\", \\"created\\""}]}', null],
    ['of text', 'chatcmpl-6', null],
  ])('%s', (_, output, id) => expect(answerId(output)).toBe(id))
})

describe('why an answer ended', () => {
  test.each([
    ['completed', '{"id":"resp_1","status":"completed","output":[{"type":"message"}]}', ['completed']],
    ['asks for tools', '{"id":"resp_1","status":"completed","output":[{"type":"function_call"}]}', ['tool_calls']],
    [
      'cut short',
      '{"id":"resp_1","status":"incomplete","output":[],"incomplete_details":{"reason":"max_output_tokens"}}',
      ['max_output_tokens'],
    ],
    ['half of one', '{"id":"resp_1","status":"comp', null],
    ['of another API', '{"id":"chatcmpl-1","status":"completed"}', null],
  ])('%s', (_, output, reason) => expect(answerReason(output)).toEqual(reason))
})

test("Anthropic's usage leaves the cache out, wherever it was copied from", () => {
  const output =
    '{"id":"msg_1","type":"message","model":"c","stop_reason":"end_turn","usage":{"input_tokens":5,"output_tokens":2,"cache_read_input_tokens":3,"cache_creation_input_tokens":1}}'
  for (const inputTokens of [null, 5, 9]) {
    const facts = { ...told(), output, inputTokens }
    tellProviderAnswer(facts)
    expect(facts).toMatchObject({ inputTokens: 9, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 1 })
    expect(facts).toMatchObject({ responseId: 'msg_1', responseModel: 'c', finishReasons: ['end_turn'] })
  }
})

test('what is no answer tells nothing', () => {
  for (const output of ['{"id":"7","model":"x","usage":{"input_tokens":1}}', '[]', 'text', null]) {
    const facts = { ...told(), output }
    tellProviderAnswer(facts)
    expect(facts).toEqual({ ...told(), output })
  }
})

describe("Python's form of a dictionary", () => {
  test.each([
    ["{'a': 1, 'b': {'c': None, 'd': True, 'e': 'x'}}", { a: 1, b: { c: null, d: true, e: 'x' } }],
    ["{'a': 'None'}", { a: 'None' }],
    ["{'a': <object>}", null],
    ["{'a': 1", null],
    ['[1]', null],
  ])('%s', (text, value) => expect(pythonRecord(text)).toEqual(value))
  test('what is no text', () => expect(pythonRecord(7)).toBeNull())
})

test('a failed call was served by nobody, whatever its slot repeats', () => {
  const call = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.response.model': 'm' }
  expect(read(call, { statusCode: 2 }).responseModel).toBeNull()
  expect(read(call).responseModel).toBe('m')
  expect(read({ ...call, 'gen_ai.response.id': 'r' }, { statusCode: 2 }).responseModel).toBe('m')
})

describe('the time to the first part of a stream', () => {
  const startNs = 1_763_000_000_000_000_000n
  const events = (name: string, ms: bigint) => ({
    events: [{ name, timeNs: startNs + ms * 1_000_000n, attributes: Object.create(null) }],
  })
  test.each(['First Token Stream Event', 'gen_ai.content.completion.chunk', 'new_token', 'mlflow.chunk.item.0'])(
    '%s',
    (name) => {
      const call = { 'gen_ai.operation.name': 'chat' }
      expect(read(call, events(name, 40n))).toMatchObject({ ttftMs: 40, streaming: true })
      expect(read(call, events(name, -1n))).toMatchObject({ ttftMs: null, streaming: null })
    },
  )
})
