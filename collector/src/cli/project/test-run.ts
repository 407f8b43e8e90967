/** A run of one span, sent as any application sends it and asked for as the pages ask: the whole way there and back. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { runAnswerSchema } from '../answers.ts'
import { type Collector, refusal } from '../collector.ts'
import { CommandFailure, exitCode } from '../failure.ts'

export interface TestRun {
  readonly traceId: string
  /** Where the pages show it. */
  readonly link: string
}

const TRIES = 6

/** Resolves once the run can be read. Rejects with a `CommandFailure` that says how far it came. */
export async function sendTestRun(collector: Collector, service: string, nowMs: number): Promise<TestRun> {
  const traceId = randomBytes(16).toString('hex')
  const body = JSON.stringify(exported(traceId, service, nowMs))
  for (let attempt = 1; ; attempt++) {
    const response = await collector.post('/v1/traces', 'application/json', body)
    if (response.ok) break
    // busy or starting: exporters come again, too
    if (attempt === TRIES || ![429, 502, 503, 504].includes(response.status)) throw await refusal(response)
    await pause(Math.max(250 * attempt, Number(response.headers.get('retry-after') ?? 0) * 1000))
  }
  const { value } = await collector.ask(runAnswerSchema, `/api/runs/${traceId}`)
  if (value.spans.length !== 1) {
    throw new CommandFailure(exitCode.failed, `The test run ${traceId} was taken, but it is not there.`)
  }
  return { traceId, link: `${collector.url}/runs/${traceId}` }
}

function exported(traceId: string, service: string, nowMs: number): object {
  const nanos = (ms: number) => `${BigInt(ms) * 1_000_000n}`
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const span = {
    ...{ traceId, spanId: randomBytes(8).toString('hex'), name: 'invoke_workflow outrider-init', kind: 1 },
    ...{ startTimeUnixNano: nanos(nowMs - 1), endTimeUnixNano: nanos(nowMs), status: { code: 1 } },
    attributes: [
      text('gen_ai.operation.name', 'invoke_workflow'),
      text('gen_ai.workflow.name', 'outrider-init'),
      text('outrider.stop_reason', 'completed'),
    ],
  }
  const scopeSpans = [{ scope: { name: '@outrider/sdk' }, spans: [span] }]
  return { resourceSpans: [{ resource: { attributes: [text('service.name', service)] }, scopeSpans }] }
}
