/**
 * The demo's own runs, told again at other times: hours of its traffic without waiting for them. All that it says of
 * itself is told again; what the gate's guards wrote beside it is the collector's own word, which nobody else may give.
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

interface ToldSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly name: string
  readonly startTime: string
  readonly durationMs: number
  readonly status: 'ok' | 'error' | 'unset'
  readonly statusMessage: string | null
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: readonly object[]
  readonly scope: { readonly name: string; readonly version: string }
}

/** One run, its spans relative to its start. */
export interface Template {
  /** Whether its research agent failed. */
  readonly failing: boolean
  readonly spans: readonly ToldSpan[]
}

const DEMO = new URL('../../sdk/examples/demo/main.ts', import.meta.url).pathname
const MINUTE = 60_000

/** Runs the demo against a collector: its six tickets. */
export async function demoRuns(url: string): Promise<readonly Template[]> {
  await promisify(execFile)(process.execPath, [DEMO, '--runs', '6'], {
    env: { PATH: process.env.PATH, OUTRIDER_URL: url },
  })
  const { runs } = (await ask(`${url}/api/runs?workflow=support-ticket`)) as { runs: { traceId: string }[] }
  return Promise.all(
    runs.map(async ({ traceId }) => {
      const { spans } = (await ask(`${url}/api/runs/${traceId}`)) as { spans: (ToldSpan & { agent: string })[] }
      const failing = spans.some(
        ({ agent, name, status }) => agent === 'research' && name.includes('research') && status === 'error',
      )
      return { failing, spans: spans.filter(({ attributes }) => Object.keys(attributes).length > 0).map(paced) }
    }),
  )
}

/** How long things took says how busy this machine was: the same for all that is called the same. */
function paced(span: ToldSpan): ToldSpan {
  const attributes = Object.entries(span.attributes).map(([key, value]) => [
    key,
    typeof value === 'number' && /first|duration/.test(key) ? 0.1 : value,
  ])
  return { ...span, durationMs: 300, attributes: Object.fromEntries(attributes) }
}

/** So many runs a minute from one minute up to another, each a template in turn; OTLP/JSON, sent in parts. */
export async function sendTraffic(
  url: string,
  templates: readonly Template[],
  {
    fromMinute,
    toMinute,
    perMinute,
  }: { readonly fromMinute: number; readonly toMinute: number; readonly perMinute: number },
): Promise<void> {
  let next = 0
  for (let from = fromMinute; from < toMinute; from += 10) {
    const runs: object[] = []
    for (let minute = from; minute < Math.min(toMinute, from + 10); minute++)
      for (let run = 0; run < perMinute; run++)
        runs.push(...otlp(templates[next++ % templates.length]!, minute * MINUTE + (run * MINUTE) / perMinute))
    const response = await fetch(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: runs }] }),
    })
    const answer = (await response.json()) as { partialSuccess?: object }
    if (!response.ok || answer.partialSuccess !== undefined) throw new Error(JSON.stringify(answer))
  }
}

function otlp({ spans }: Template, startMs: number): readonly object[] {
  const first = Math.min(...spans.map(({ startTime }) => Date.parse(startTime)))
  const traceId = randomBytes(16).toString('hex')
  const ids = new Map(spans.map(({ spanId }) => [spanId, randomBytes(8).toString('hex')]))
  return spans.map((span) => {
    const start = BigInt(Math.round(startMs + Date.parse(span.startTime) - first)) * 1_000_000n
    const parentSpanId = ids.get(span.parentSpanId ?? '')
    return {
      scope: span.scope,
      spans: [
        {
          ...{ traceId, spanId: ids.get(span.spanId), name: span.name, kind: 1, startTimeUnixNano: String(start) },
          ...(parentSpanId === undefined ? {} : { parentSpanId }),
          endTimeUnixNano: String(start + BigInt(Math.round(span.durationMs * 1e6))),
          status: {
            code: span.status === 'error' ? 2 : span.status === 'ok' ? 1 : 0,
            message: span.statusMessage ?? '',
          },
          attributes: Object.entries(span.attributes).map(([key, value]) => ({ key, value: anyValue(value) })),
        },
      ],
    }
  })
}

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  return { stringValue: JSON.stringify(value) }
}

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response.json()
}
