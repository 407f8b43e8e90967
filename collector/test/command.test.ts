import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHttp } from '../src/http.ts'
import { type ApiKey, createKeyring } from '../src/keys.ts'
import { createLive } from '../src/pipeline/live.ts'
import { readRoutes } from '../src/read/routes.ts'
import { knownStore, span, storedRun, supportRun } from './known-runs.ts'
import { endAll, outrider, startOutrider } from './outrider.ts'

const dir = mkdtempSync(join(tmpdir(), 'outrider-command-'))
const golden = (name: string) => readFileSync(join(import.meta.dirname, '..', 'src', 'cli', 'golden', name), 'utf8')
const id = (n: number) => n.toString(16).padStart(32, '0')
const A = '4bf92f3577b34da6a3ce929d0e0e4736'
const SECRET = 'reader-secret-0123456789'

/** A collector's API over known runs: what a command talks to, without a store. */
async function serve(keys: readonly ApiKey[] = [], port = 0) {
  const known = knownStore([supportRun()])
  const live = createLive()
  const app = createHttp({
    keyring: createKeyring(keys, Date.now),
    log: pino({ level: 'silent' }),
    allowedHosts: [],
    bodyBytes: 1024,
    ready: () => Promise.resolve(),
    metrics: () => Promise.resolve(''),
  })
  const same = <T>(all: T) => all
  const tenantOf = (request: { caller: { tenant: string | null } | undefined }) => request.caller?.tenant ?? null
  await app.register(
    readRoutes({
      store: known.store,
      tenantOf,
      live,
      inherit: same,
      attachLogs: same,
      decisions: async () => [],
      correct: async () => [],
    }),
  )
  const url = await app.listen({ host: '127.0.0.1', port })
  const { port: taken } = app.server.address() as AddressInfo
  return { ...known, live, app, url, port: taken }
}

let open: Awaited<ReturnType<typeof serve>>
let closed: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  const sha256 = createHash('sha256').update(SECRET).digest('hex')
  open = await serve()
  closed = await serve([{ name: 'reader', sha256, scopes: ['read'], tenant: null, expiresMs: null }])
})
afterAll(async () => {
  endAll()
  await open.app.close()
  await closed.app.close()
  rmSync(dir, { recursive: true })
})

describe('outrider runs', () => {
  test('prints a table on standard output and the next step on standard error', async () => {
    const { code, out, err } = await outrider(['runs', '--url', open.url])
    expect(code).toBe(0)
    expect(out.split('\n')[1]).toContain(`${A}  completed  refund  12.4 s`)
    expect(err).toBe(`Next: outrider run ${A}\n`)
  })

  test('--json prints what the API answers', async () => {
    const { out, err } = await outrider(['--json', 'runs'], { OUTRIDER_URL: open.url })
    expect(JSON.parse(out)).toEqual(await (await fetch(`${open.url}/api/runs`)).json())
    expect(err).toBe('')
  })

  test('options become the parameters of the API', async () => {
    const filters = [
      '--workflow',
      'w',
      '--agent',
      'a',
      '--user',
      'u',
      '--session',
      's',
      '--tenant',
      't',
      '--status',
      'error',
    ]
    const more = [
      '--model',
      'm',
      '--min-cost',
      '0.5',
      '--from',
      '2026-11-21T00:00:00Z',
      '--to',
      '5000000000000',
      '--search',
      'é&=',
      '-n',
      '7',
    ]
    expect((await outrider(['runs', '--url', open.url, ...filters, ...more])).err).toBe('No run fits.\n')
    expect(open.asked.at(-1)?.query).toEqual({
      limit: 7,
      workflow: 'w',
      agent: 'a',
      user: 'u',
      session: 's',
      tenant: 't',
      status: 'error',
      model: 'm',
      minCostNano: 500_000_000,
      fromMs: Date.UTC(2026, 10, 21),
      toMs: 5_000_000_000_000,
      q: 'é&=',
    })
    const before = Date.now()
    await outrider(['runs', '--url', open.url, '--since', '2h'])
    expect(open.asked.at(-1)?.query.fromMs).toBeGreaterThanOrEqual(before - 2 * 3_600_000)
    expect(open.asked.at(-1)?.query.fromMs).toBeLessThanOrEqual(Date.now() - 2 * 3_600_000)
  })
})

describe('outrider run', () => {
  test('prints the tree; upper case is fine; -q leaves only data', async () => {
    const { code, out, err } = await outrider(['run', A.toUpperCase(), '--url', open.url, '-q'])
    expect([code, out, err]).toEqual([0, golden('run.txt'), ''])
  })
  test('--full prints inputs and outputs', async () => {
    expect((await outrider(['run', A, '--full', '--url', open.url])).out).toBe(golden('run-full.txt'))
  })
  test.each([
    [{}, 'run.txt', []],
    [{ FORCE_COLOR: '1' }, 'run-colour.txt', []],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, 'run.txt', []],
    [{ FORCE_COLOR: '1' }, 'run.txt', ['--no-color']],
  ] as const)('colour: %o → %s %o', async (env, name, flags) => {
    expect((await outrider(['run', A, '--url', open.url, ...flags], env)).out).toBe(golden(name))
  })
})

describe('exit codes', () => {
  test.each([
    [0, ['--help']],
    [0, ['runs', '--help']],
    [0, ['runs', '--url', 'OPEN']],
    [1, ['run', id(404), '--url', 'OPEN']],
    [1, ['import', 'no-such-file', '--url', 'OPEN']],
    [2, []],
    [2, ['rums']],
    [2, ['runs', '--colour']],
    [2, ['runs', '--limit', '0', '--url', 'OPEN']],
    [2, ['runs', '--since', 'yesterday', '--url', 'OPEN']],
    [2, ['runs', '--cursor', 'nonsense', '--url', 'OPEN']],
    [2, ['run', 'xyz', '--url', 'OPEN']],
    [2, ['runs', '--url', 'ftp://x']],
    [2, ['runs', '--url', 'OPEN', '--key-file', 'no-such-file']],
    [2, ['keys', 'new', '--scope', 'everything']],
    [4, ['runs', '--url', 'http://127.0.0.1:9']],
    [4, ['tail', '--url', 'http://127.0.0.1:9']],
    [5, ['runs', '--url', 'CLOSED']],
    [5, ['tail', '--url', 'CLOSED']],
  ])('%i: outrider %s', async (expected, args) => {
    const { code, out, err } = await outrider(
      args.map((arg) => (arg === 'OPEN' ? open.url : arg === 'CLOSED' ? closed.url : arg)),
    )
    expect(code).toBe(expected)
    if (expected !== 0) expect(err).not.toBe('')
    if (expected > 1) expect(out).toBe('')
    expect(err).not.toContain('unexpected failure')
  })

  test('1: something else answers there', async () => {
    const other = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    for (const args of [['runs'], ['run', A], ['tail']]) {
      expect((await outrider([...args, '--url', `http://127.0.0.1:${port}`])).code).toBe(1)
    }
    other.close()
  })

  test('4: a collector that redirects elsewhere does not get the key passed on', async () => {
    const asked: string[] = []
    const other = createServer((request, response) => {
      asked.push(`${request.url}`)
      response.writeHead(307, { location: `${closed.url}/api/runs` }).end()
    }).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code } = await outrider(['runs', '--url', `http://127.0.0.1:${port}`], { OUTRIDER_API_KEY: SECRET })
    expect([code, asked]).toEqual([4, ['/api/runs']])
    other.close()
  })
})

describe('the key', () => {
  test('comes from the environment or a file', async () => {
    const file = join(dir, 'key')
    writeFileSync(file, `${SECRET}\n`)
    expect((await outrider(['runs', '--url', closed.url], { OUTRIDER_API_KEY: SECRET })).code).toBe(0)
    expect((await outrider(['runs', '--url', closed.url, '--key-file', file])).code).toBe(0)
    expect((await outrider(['runs', '--url', closed.url], { OUTRIDER_API_KEY_FILE: file })).code).toBe(0)
  })
  test('is never repeated, also not when it is wrong', async () => {
    const { out, err } = await outrider(['runs', '--url', closed.url], { OUTRIDER_API_KEY: 'wrong-secret-0123456789' })
    expect(out + err).not.toContain('wrong-secret')
    expect(err).toContain('OUT_KEY_UNKNOWN')
  })
})

test('help leads with examples, for every command', async () => {
  for (const args of [[], ['up'], ['runs'], ['run'], ['tail'], ['import'], ['check'], ['keys'], ['keys', 'new']]) {
    const { out } = await outrider([...args, '--help'])
    expect(out, args.join(' ')).toMatch(/^Examples:\n {2}outrider/)
    expect(out).not.toMatch(/--key[ =]<|--api-key/)
  }
})

test('a reader that has enough ends the command silently', async () => {
  open.put(
    storedRun(
      Array.from({ length: 5000 }, (_, at) =>
        span({ traceId: id(7), spanId: at.toString(16).padStart(16, '0'), input: 'x'.repeat(500) }),
      ),
    ),
  )
  const started = startOutrider(['run', id(7), '--json', '--url', open.url])
  started.process.stdout?.once('data', () => started.process.stdout?.destroy())
  expect([await started.ended, started.err()]).toEqual([0, ''])
})

test('hostile text reaches no terminal, whatever is shown', async () => {
  const evil = '\u001b]52;c;cm0=\u0007\u001b[2J\u202efdp\u009b31m\r\n\u0000'
  const texts = {
    name: evil,
    workflow: evil,
    agent: evil,
    input: evil,
    output: evil,
    statusMessage: evil,
    errorType: evil,
    userId: evil,
    tenantId: evil,
    requestModel: evil,
    tags: [evil],
    attributes: { [evil]: evil },
  }
  open.put(storedRun([span({ ...texts, traceId: id(666), status: 'error' })], { outcome: evil }))
  for (const args of [
    ['runs'],
    ['runs', '--json'],
    ['run', id(666)],
    ['run', id(666), '--full'],
    ['run', id(666), '--json'],
    ['run', evil],
    ['runs', '--status', evil],
    ['runs', '--search', evil],
  ]) {
    const { out, err } = await outrider(
      [...args, '--url', open.url]
        .filter((arg) => !arg.includes('\u0000'))
        .concat(args.includes(evil) ? [evil.replaceAll('\u0000', '')] : []),
    )
    expect((out + err).replaceAll('\n', ''), args[0]).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u)
  }
})

describe('outrider tail', () => {
  test('says each new run and each change once, comes back after a restart, and ends at once', async () => {
    const first = await serve()
    const tail = startOutrider(['tail', '--url', first.url])
    await tail.said('Waiting for runs')
    const grow = async (server: typeof first, traceId: string, spans: number) => {
      const all = Array.from({ length: spans }, (_, at) =>
        span({ traceId, spanId: String(at).padStart(16, '0'), name: 'refund' }),
      )
      server.put(storedRun(all))
      await server.live.accept(all)
    }
    await grow(first, id(1), 2)
    await tail.said(`${id(1)}  ok         refund`)
    await grow(first, id(1), 5)
    await tail.said('5 spans (+3)')
    await first.live.accept([span({ traceId: id(1) })])
    await grow(first, id(2), 1)
    await tail.said(id(2))
    expect(tail.out().split(id(1))).toHaveLength(3)
    expect(tail.out()).not.toContain(A)

    await first.app.close()
    await tail.said('The connection is lost')
    const second = await serve([], first.port)
    second.put(storedRun([span({ traceId: id(3), name: 'while away' })]))
    await tail.said('Connected again')
    await tail.said('while away')
    tail.process.kill('SIGINT')
    expect(await tail.ended).toBe(130)
    await second.app.close()
  })

  test('--json prints one run a line', async () => {
    const tail = startOutrider(['tail', '--json', '--url', open.url])
    await tail.said('Waiting for runs')
    open.put(storedRun([span({ traceId: id(9) })]))
    await open.live.accept([span({ traceId: id(9) })])
    await tail.said('\n')
    await tail.said(/^\{.*\}\n/m)
    expect(JSON.parse(tail.out())).toEqual(
      ((await (await fetch(`${open.url}/api/runs?q=${id(9)}`)).json()) as { runs: unknown[] }).runs[0],
    )
    tail.process.kill('SIGINT')
    expect(await tail.ended).toBe(130)
  })
})

describe('outrider check', () => {
  const file = join(dir, 'outrider.yaml')
  test('a right file', async () => {
    writeFileSync(file, 'retention: { days: 7 }\n')
    expect(await outrider(['check', file])).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringContaining('Next: outrider up'),
    })
    expect(JSON.parse((await outrider(['check', file, '--json'])).out)).toEqual({ ok: true, file, problems: [] })
  })
  test('every problem with its path and line', async () => {
    writeFileSync(file, 'retention:\n  days: -1\nserver:\n  prot: 1\n')
    const { code, out, err } = await outrider(['check', file])
    expect(code).toBe(3)
    expect(out).toMatch(/outrider\.yaml:2: retention\.days: .+\n.*outrider\.yaml:4: server\.prot: is not a setting/)
    expect(err).toBe('outrider: 2 problems in the configuration.\n')
    const { problems } = JSON.parse((await outrider(['check', file, '--json'])).out)
    expect(problems.map((problem: { path: string; line: number }) => [problem.path, problem.line])).toEqual([
      ['retention.days', 2],
      ['server.prot', 4],
    ])
  })
  test('no such file', async () => expect((await outrider(['check', join(dir, 'none.yaml')])).code).toBe(3))
})

test('outrider keys new: the key once, and lines that let exactly it in', async () => {
  const { code, out } = await outrider(['keys', 'new', '--scope', 'read,ingest', '--tenant', 'acme', '--name', 'ci'])
  const [key = '', ...yaml] = out.trimEnd().split('\n')
  expect([code, key]).toEqual([0, expect.stringMatching(/^or_ingest-read_[0-9a-f]{64}_[0-9a-f]{6}$/)])
  expect(yaml.join('\n')).not.toContain(key)
  const file = join(dir, 'keys.yaml')
  writeFileSync(file, `keys:\n${yaml.map((line) => `  ${line}`).join('\n')}\n`)
  expect((await outrider(['check', file])).code).toBe(0)
  expect(out).toContain(createHash('sha256').update(key).digest('hex'))
})
