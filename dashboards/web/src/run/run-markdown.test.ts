import { expect, test } from 'vitest'
import { HOSTILE_STRINGS } from '../../test/hostile-strings.ts'
import { spanOf } from '../../test/span-of.ts'
import type { RunDetail } from '../api.ts'
import { markdownOf } from './run-markdown.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const link = `http://127.0.0.1:4318/runs/${traceId}`

function detail(name: string, more: Partial<RunDetail> = {}): RunDetail {
  return {
    run: {
      ...{ traceId, name, workflow: name, service: null, status: 'error', stopReason: 'budget_exceeded' },
      ...{ startTime: '2026-11-21T09:00:00Z', durationMs: 1500, spanCount: 2, llmCalls: 1, toolCalls: 1, errors: 1 },
      ...{
        embeddingCalls: 0,
        embeddingTokens: 0,
        failedAgents: [],
        agents: [name],
        models: ['m'],
        tools: [],
        sessionId: null,
        userId: null,
      },
      ...{ tenantId: null, inputTokens: 10, outputTokens: 2, cacheReadTokens: null, cacheWriteTokens: null },
      ...{ reasoningTokens: null, costUsd: 0.5, unpricedCalls: 1, score: null, outcome: null, outcomeReason: null },
      ...{ rootSeen: true, scores: [] },
    },
    spans: [
      spanOf({ spanId: '1', name, durationMs: 1500, kind: 'agent' }),
      spanOf({
        ...{ spanId: '2', parentSpanId: '1', name: 'chat m', kind: 'llm', inputTokens: 10, costUsd: 0.5 },
        ...{ status: 'error', errorType: 'Oops', statusMessage: 'it *broke*\nbadly' },
      }),
    ],
    decisions: [
      {
        ...{ id: 'h', traceId, spanId: null, time: '', kind: 'model', decision: 'deny', agent: null, workflow: null },
        ...{ model: 'm', toolName: null, heldUsd: 0, spentUsd: null, state: 'refused' },
        reasons: [{ rule: 'run-cap', code: 'BUDGET_EXCEEDED', message: 'No room.', retryable: false }],
      },
    ],
    ...more,
  }
}

test('figures, steps and what was refused, in Markdown', () => {
  expect(markdownOf(detail('support'), link)).toBe(`## Run support

[${traceId}](${link})

| | |
| --- | --- |
| Status | error, budget_exceeded |
| Started | 2026-11-21T09:00:00Z |
| Duration | 1.5 s |
| Cost | $0.50 + 1 unpriced |
| Tokens | 10 in, 2 out |
| Calls | 1 model, 1 tool, 1 errors |
| Agents | support |
| Models | m |

### Steps

- agent **support** (1.5 s)
  - llm **chat m** (1 ms, 10 → — tokens, $0.50) **Oops** it \\*broke\\* badly

### Refused

- **deny** m: \`BUDGET_EXCEEDED\` No room.
`)
})

test('a long run says how much is left out', () => {
  const spans = Array.from({ length: 500 }, (_, n) => spanOf({ spanId: String(n), name: `step ${n}` }))
  expect(markdownOf(detail('long', { spans }), link)).toContain('- … and 100 more\n')
})

test('whatever a stranger wrote stays text: no markup, link, image, heading or line of its own', () => {
  for (const text of HOSTILE_STRINGS) {
    const lines = markdownOf(detail(text, { decisions: [] }), link).split('\n')
    const told = [lines[0]!.slice(3), ...lines.slice(18)].join('\n').replaceAll('**', '')
    expect(told.replace(/\\./g, ''), text).not.toMatch(/[<>`[\]!#]/)
    expect(lines.filter((line) => line.startsWith('#'))).toEqual([lines[0], '### Steps'])
  }
})
