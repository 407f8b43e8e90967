import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { PbfWriter } from 'pbf'
import { afterAll, afterEach, expect, test } from 'vitest'
import { createCollector } from './collector.ts'
import { importFiles } from './import.ts'
import type { Terminal } from './terminal.ts'
import { unpainted } from './terminal.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-import-'))
const file = join(dir, 'traces.jsonl')
const request = (count: number) => {
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: count }, () => ({})) }] }] })
}
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})
afterAll(() => rmSync(dir, { recursive: true }))

/** An OTLP receiver that answers as told. */
async function receiver(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void) {
  const server = createServer(async (request, response) => answer(request, await text(request), response))
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return createCollector(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, null)
}

async function run(collector: ReturnType<typeof createCollector>, parallel = 1) {
  const lines: string[] = []
  const terminal: Terminal = {
    print: (more) => lines.push(...more),
    printJson: () => {},
    talk: () => {},
    warn: () => {},
    paint: unpainted,
    width: null,
  }
  const settings = { parallel, retries: 2, pauseMs: 1 }
  const code = await importFiles(collector, terminal, [file], { json: false }, settings).then(
    () => 0,
    (failure: { exitCode?: number }) => failure.exitCode,
  )
  return { code, lines: lines.map((line) => line.replace(file, 'FILE')) }
}

test('a busy collector gets the same request again', async () => {
  writeFileSync(file, request(3))
  const bodies: string[] = []
  const collector = await receiver((_request, body, response) => {
    bodies.push(body)
    response.writeHead([429, 503][bodies.length - 1] ?? 200, { 'content-type': 'application/json' }).end('{}')
  })
  expect(await run(collector)).toEqual({ code: 0, lines: ['FILE: 3 spans accepted'] })
  expect(bodies).toHaveLength(3)
  expect(new Set(bodies).size).toBe(1)
})

test.each([400, 413, 415, 500])('%i is final: said once, with the collector’s own words', async (status) => {
  writeFileSync(file, request(3))
  let asked = 0
  const collector = await receiver((_request, _body, response) => {
    asked += 1
    response.writeHead(status).end(JSON.stringify({ error: { code: 'OUT_X', message: 'No.\u001b[2J' } }))
  })
  expect(await run(collector)).toEqual({ code: 1, lines: ['FILE: 0 spans accepted, 3 rejected', '  No.[2J (OUT_X)'] })
  expect(asked).toBe(1)
})

test('patience ends: what stayed refused is counted', async () => {
  writeFileSync(file, request(3))
  const collector = await receiver((_request, _body, response) => void response.writeHead(503).end())
  expect(await run(collector)).toEqual({
    code: 1,
    lines: ['FILE: 0 spans accepted, 3 rejected', '  The collector answered 503.'],
  })
})

test.each([401, 403])('%i ends the import at once with 5', async (status) => {
  writeFileSync(file, Array.from({ length: 9 }, () => request(512)).join('\n'))
  let asked = 0
  const collector = await receiver((_request, _body, response) => {
    asked += 1
    response.writeHead(status).end()
  })
  expect((await run(collector)).code).toBe(5)
  expect(asked).toBeLessThan(9)
})

test('a collector that goes away ends it with 4; what was accepted until then is said', async () => {
  writeFileSync(file, Array.from({ length: 9 }, () => request(512)).join('\n'))
  let asked = 0
  const collector = await receiver((request, _body, response) => {
    asked += 1
    if (asked === 1) response.end('{}')
    else request.socket.destroy()
  })
  expect(await run(collector)).toEqual({ code: 4, lines: ['FILE: 512 spans accepted'] })
})

test('partial success is read from JSON and from protobuf', async () => {
  writeFileSync(file, request(3))
  const asJson = await receiver((_request, _body, response) => {
    response
      .setHeader('content-type', 'application/json')
      .end('{"partialSuccess":{"rejectedSpans":"2","errorMessage":"why"}}')
  })
  expect(await run(asJson)).toEqual({ code: 1, lines: ['FILE: 1 span accepted, 2 rejected', '  why'] })
  const asProtobuf = await receiver((_request, _body, response) => {
    const writer = new PbfWriter()
    const partial = (_: null, inner: PbfWriter) => {
      inner.writeVarintField(1, 2)
      inner.writeStringField(2, 'why')
    }
    writer.writeMessage(1, partial, null)
    response.setHeader('content-type', 'application/x-protobuf').end(writer.finish())
  })
  expect(await run(asProtobuf)).toEqual({ code: 1, lines: ['FILE: 1 span accepted, 2 rejected', '  why'] })
})

test('no more requests at once than asked for', async () => {
  writeFileSync(file, Array.from({ length: 12 }, () => request(512)).join('\n'))
  let now = 0
  let most = 0
  const collector = await receiver((_request, _body, response) => {
    now += 1
    most = Math.max(most, now)
    setImmediate(() => {
      now -= 1
      response.end('{}')
    })
  })
  expect(await run(collector, 3)).toEqual({ code: 0, lines: ['FILE: 6,144 spans accepted'] })
  expect(most).toBeLessThanOrEqual(3)
})
