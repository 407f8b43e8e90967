/** 200 means stored: kill -9 and SIGTERM under load, then compare what was acknowledged with what is there. */
import { afterEach, expect, it } from 'vitest'
import { aDataDir, getRun, type Running, startCollector } from './collector.ts'
import { modelCall, newSpanId, newTraceId, postSpans } from './otlp.ts'

const ROUNDS = Number(process.env.OUTRIDER_TEST_KILLS ?? 10)
const SENDERS = 4
const SPANS = 20
const data = aDataDir()
let running: Running | undefined
afterEach(async () => {
  await running?.stop('SIGKILL')
  data.remove()
})

/** Sends runs until the collector is gone; what was answered 200 goes on the list, what was not is sent again later. */
async function send(url: string, until: () => boolean, acknowledged: Set<string>, open: Map<string, string[]>) {
  while (!until()) {
    const traceId = newTraceId()
    const ids = Array.from({ length: SPANS }, newSpanId)
    open.set(traceId, ids)
    await deliver(url, traceId, ids, acknowledged, open)
  }
}

async function deliver(url: string, traceId: string, ids: string[], done: Set<string>, open: Map<string, string[]>) {
  const spans = ids.map((spanId, i) => ({
    traceId,
    spanId,
    ...(i === 0 ? {} : { parentSpanId: ids[0]! }),
    attributes: i === 0 ? { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'load' } : modelCall(),
  }))
  try {
    if ((await postSpans(url, spans)).status !== 200) return
    done.add(traceId)
    open.delete(traceId)
  } catch {
    // the collector went away before it answered: not acknowledged
  }
}

async function verify(url: string, acknowledged: ReadonlySet<string>) {
  for (const traceId of acknowledged) {
    const { run, spans } = await getRun(url, traceId)
    expect(new Set(spans.map((span) => span.spanId)).size).toBe(SPANS)
    expect(run).toMatchObject({ spanCount: SPANS, llmCalls: SPANS - 1, inputTokens: 100 * (SPANS - 1) })
  }
}

it(`loses nothing acknowledged and shows nothing twice in ${ROUNDS} kills under load`, {
  timeout: 300_000,
}, async () => {
  const acknowledged = new Set<string>()
  const open = new Map<string, string[]>()
  for (let round = 0; round < ROUNDS; round++) {
    const collector = await startCollector({ OUTRIDER_DATA_DIR: data.dir })
    running = collector
    // what the last kill left open is sent again, as any OTLP client would: some of it is stored already
    for (const [traceId, ids] of [...open]) await deliver(collector.url, traceId, ids, acknowledged, open)
    const before = acknowledged.size
    const goal = before + 5 + round * 3
    let gone = false
    const senders = Array.from({ length: SENDERS }, () => send(collector.url, () => gone, acknowledged, open))
    const watch = (async () => {
      while (acknowledged.size < goal) await new Promise((resolve) => setImmediate(resolve))
      gone = true
      await collector.stop('SIGKILL')
    })()
    await Promise.all([...senders, watch])
  }
  running = await startCollector({ OUTRIDER_DATA_DIR: data.dir })
  for (const [traceId, ids] of [...open]) await deliver(running.url, traceId, ids, acknowledged, open)
  expect(open.size).toBe(0)
  await verify(running.url, acknowledged)

  // SIGTERM under load: what is in flight is answered or refused, never both lost and acknowledged
  const collector = running
  let stopping = false
  const senders = Array.from({ length: SENDERS }, () => send(collector.url, () => stopping, acknowledged, open))
  const goal = acknowledged.size + 20
  while (acknowledged.size < goal) await new Promise((resolve) => setImmediate(resolve))
  const code = collector.stop('SIGTERM')
  stopping = true
  await Promise.all(senders)
  expect(await code).toBe(0)
  running = await startCollector({ OUTRIDER_DATA_DIR: data.dir })
  await verify(running.url, acknowledged)
})
