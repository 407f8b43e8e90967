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

/** Sends runs until so many are acknowledged, and `end`s the collector then, in the middle of what the others send. */
async function load(
  url: string,
  goal: number,
  end: () => Promise<unknown>,
  done: Set<string>,
  open: Map<string, string[]>,
) {
  let ended: Promise<unknown> | undefined
  const sender = async () => {
    while (ended === undefined) {
      const traceId = newTraceId()
      const ids = Array.from({ length: SPANS }, newSpanId)
      open.set(traceId, ids)
      await deliver(url, traceId, ids, done, open)
      if (done.size >= goal) ended ??= end()
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))
  await ended
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
  const left = acknowledged.values()
  const reader = async () => {
    for (const traceId of left) {
      const { run, spans } = await getRun(url, traceId)
      expect(new Set(spans.map((span) => span.spanId)).size).toBe(SPANS)
      expect(run).toMatchObject({ spanCount: SPANS, llmCalls: SPANS - 1, inputTokens: 100 * (SPANS - 1) })
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, reader))
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
    const goal = acknowledged.size + 5 + round * 3
    await load(collector.url, goal, () => collector.stop('SIGKILL'), acknowledged, open)
  }
  running = await startCollector({ OUTRIDER_DATA_DIR: data.dir })
  for (const [traceId, ids] of [...open]) await deliver(running.url, traceId, ids, acknowledged, open)
  expect(open.size).toBe(0)
  await verify(running.url, acknowledged)

  // SIGTERM under load: what is in flight is answered or refused, never both lost and acknowledged
  const { url, stop } = running
  let code: number | null = null
  await load(url, acknowledged.size + 20, async () => (code = await stop('SIGTERM')), acknowledged, open)
  expect(code).toBe(0)
  running = await startCollector({ OUTRIDER_DATA_DIR: data.dir })
  await verify(running.url, acknowledged)
})
