import { expect, test } from 'vitest'
import { read } from './sample.ts'

test.each([
  [
    'LangSmith',
    '{"outputs":[{"page_content":"a","metadata":{"id":"1","score":0.5}}]}',
    [{ id: '1', score: 0.5, content: 'a' }],
  ],
  ['LangChain in JavaScript', '[{"pageContent":"a","id":"1"}]', [{ id: '1', content: 'a' }]],
  ['Genkit', '{"documents":[{"content":[{"text":"a"}]}]}', [{ content: '[{"text":"a"}]' }]],
  ['by hand', '[{"id":7,"score":"0.5"}]', [{ id: '7', score: 0.5 }]],
  ['texts', '["a","b"]', [{ content: 'a' }, { content: 'b' }]],
  ['none', '[]', []],
])('documents of a retrieval: %s', (_, output, documents) => {
  const span = read({ 'langfuse.observation.type': 'retriever', 'langfuse.observation.output': output })
  expect(JSON.parse(span.retrievalDocuments ?? '')).toEqual(documents)
})

test.each(['{', '[5]', '[{"hits":3}]', '{"found":1}', 'nothing found'])('%s stays as it is', (output) => {
  const span = read({ 'langfuse.observation.type': 'retriever', 'langfuse.observation.output': output })
  expect(span).toMatchObject({ retrievalDocuments: output, output: null })
})
