import { expect, it } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { startEngine } from '../engine/engine.ts'
import { openStore } from './open.ts'
import { hex, sampleSpan } from './sample.ts'
it('floats', async () => {
  const dir = mkdtempSync('/tmp/st/f')
  const engine = await startEngine({ dir })
  const lane = (username: string) => ({ username, password: engine.password })
  const store = await openStore({ url: engine.url, lanes: { write: lane('writer'), read: lane('reader') }, retentionDays: 30, dataDir: dir, format: 'JSONEachRow' })
  const spans = Array.from({ length: 20000 }, (_, i) => sampleSpan({ spanId: hex(i, 16), ttftMs: (Math.random() - 0.5) * 10 ** (Math.random() * 600 - 300), score: Math.random() }))
  await store.write(spans)
  const got = new Map((await store.run(null, hex(1, 32)))!.spans.map((s) => [s.spanId, s]))
  let bad = 0
  for (const s of spans) if (got.get(s.spanId)!.ttftMs !== s.ttftMs || got.get(s.spanId)!.score !== s.score) { bad++; if (bad < 4) console.log(s.ttftMs, got.get(s.spanId)!.ttftMs) }
  console.log('bad', bad)
  await store.close(); await engine.close(); rmSync(dir, { recursive: true })
  expect(bad).toBe(0)
})
