import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../span.ts'
import { bag, event, read } from './sample.ts'

/** Scores in every dialect that has them on spans; those of log records are in logs.test.ts. */
describe('a score', () => {
  const result = event('gen_ai.evaluation.result', {
    'gen_ai.evaluation.name': 'tone',
    'gen_ai.evaluation.score.value': 0.5,
  })
  const spoken: readonly [string, Record<string, AttributeValue>][] = [
    ['OpenInference', { 'openinference.span.kind': 'LLM' }],
    ['Langfuse', { 'langfuse.observation.type': 'generation' }],
    ['LangSmith', { 'langsmith.span.kind': 'llm' }],
    ['MLflow', { 'mlflow.spanType': '"LLM"' }],
    ['Mastra', { 'mastra.span.type': 'model_inference' }],
    ['Strands', { 'gen_ai.system': 'strands-agents' }],
    ['Genkit', { 'genkit:type': 'action' }],
    ['plain OpenTelemetry', {}],
  ]
  test.each(spoken)('by an evaluation event on a span of %s', (_, attributes) => {
    expect(read(attributes, { events: [result] }).score).toBe(0.5)
  })
  test.each([
    ['an evaluation', { 'evaluations.0.evaluation.score': 0.75 }, 0.75],
    [
      'the first that has one',
      { 'evaluations.0.evaluation.label': 'good', 'evaluations.1.evaluation.score': '0.25' },
      0.25,
    ],
    ['an annotation', { 'annotations.0.annotation.score': 1 }, 1],
    ['a model before people', { 'annotations.0.annotation.score': 1, 'evaluations.3.evaluation.score': 0 }, 0],
    ['of the trace', { 'trace.evaluations.0.evaluation.score': 0.9 }, 0.9],
    ['none where it is no number', { 'evaluations.0.evaluation.score': 'good' }, null],
    ['none where it is unknown', { 'evaluations.0.evaluation.score': Number.NaN }, null],
  ] as const)('of OpenInference: %s', (_, attributes, score) => {
    expect(read(bag({ 'openinference.span.kind': 'LLM', ...attributes })).score).toBe(score)
  })
  test('of the GenAI conventions on the span of the evaluation', () => {
    expect(read({ 'gen_ai.operation.name': 'evaluate', 'gen_ai.evaluation.score.value': 0.3 }).score).toBe(0.3)
  })
})
