import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { startEngine } from './engine.ts'
import { clientOf, engineFixture, rowsOf, temporaryDirectory } from './fixture.ts'

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

const patience = { timeout: 20_000, interval: 20 }

async function engineWithTable(settings: Parameters<typeof engineFixture>[0] = {}) {
  const fixture = await engineFixture(settings)
  cleanups.push(() => fixture.close())
  await fixture.writer.command({
    query: `CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`,
  })
  await fixture.writer.insert({ table: 't', values: [{ id: 1 }, { id: 2 }], format: 'JSONEachRow' })
  return fixture
}

function directory(): string {
  const made = temporaryDirectory()
  cleanups.push(made.remove)
  return made.path
}

/** Another process that runs a module and talks over IPC. */
function other(code: string, cwd?: string): { process: ChildProcess; said: Promise<Record<string, unknown>> } {
  const args = ['--input-type=module-typescript', '-e', code]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], ...(cwd ? { cwd } : {}) })
  cleanups.push(() => void child.kill('SIGKILL'))
  const said = new Promise<Record<string, unknown>>((resolve, reject) => {
    child.once('message', (message) => resolve(message as never))
    child.once('exit', (code, signal) => reject(new Error(`ended (${code ?? signal}) before it said anything`)))
  })
  said.catch(() => {}) // those that nobody asks may end in silence
  return { process: child, said }
}

/** A collector-like process that owns an engine with one table of two rows. */
function owner(dir: string, then = '') {
  return other(`
    import { startEngine } from ${JSON.stringify(new URL('./engine.ts', import.meta.url).href)}
    const engine = await startEngine({ dir: ${JSON.stringify(dir)} })
    const headers = { 'x-clickhouse-user': 'writer', 'x-clickhouse-key': engine.password }
    const run = async (body) => (await fetch(engine.url, { method: 'POST', headers, body })).text()
    await run('CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id')
    await run('INSERT INTO t VALUES (1), (2)')
    ${then}
    process.send({ engine: engine.pid() })`)
}

/** A process that has ended but that nobody has waited for counts as gone. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function twoRowsIn(dir: string): Promise<void> {
  const engine = await startEngine({ dir })
  const client = clientOf(engine, 'reader')
  expect(await rowsOf(client, 'SELECT count() AS n FROM t')).toEqual([{ n: '2' }])
  await client.close()
  await engine.close()
}

const memory = () => {
  const lines: string[] = []
  const line = (_fields: object, message: string) => void lines.push(message)
  return { lines, log: { info: line, warn: line, error: line } }
}

describe('the child', () => {
  test('killed -9: started again at the same URL with the same data; a request that comes meanwhile waits', async () => {
    const { engine, reader } = await engineWithTable()
    const [url, pid] = [engine.url, engine.pid()]
    process.kill(pid as number, 'SIGKILL')
    await vi.waitFor(() => expect(engine.pid()).not.toBe(pid), patience)
    const waiting = rowsOf(reader, 'SELECT count() AS n FROM t')
    await engine.ready()
    expect(await waiting).toEqual([{ n: '2' }])
    expect(engine.url).toBe(url)
    expect(engine.restarts()).toBe(1)
    expect(engine.pid()).not.toBe(pid)
  })

  test('killed -9 under inserts, three times: what was acknowledged is there, once', async () => {
    const { engine, writer, reader } = await engineWithTable()
    // a block is sent again with its token until it is acknowledged, as the store does
    const store = async (id: number) => {
      const clickhouse_settings = { insert_deduplication_token: `block-${id}` }
      const insert = () => writer.insert({ table: 't', values: [{ id }], format: 'JSONEachRow', clickhouse_settings })
      while (
        !(await insert().then(
          () => true,
          () => false,
        ))
      );
    }
    let next = 100
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 10; i++) await store(next++)
      const pid = engine.pid()
      const last = store(next++)
      process.kill(pid as number, 'SIGKILL')
      await last
      await vi.waitFor(() => expect(engine.pid()).not.toBe(pid), patience)
    }
    await engine.ready()
    expect(
      await rowsOf(reader, 'SELECT count() AS n, uniqExact(id) AS ids, max(id) AS last FROM t WHERE id >= 100'),
    ).toEqual([{ n: '33', ids: '33', last: String(next - 1) }])
  })

  test('a crash inside it does not end it but hangs it: the heartbeat does', async () => {
    const { lines, log } = memory()
    const { engine, reader } = await engineWithTable({ heartbeatMs: 200, log })
    const pid = engine.pid() as number
    process.kill(pid, 'SIGSEGV')
    await vi.waitFor(() => expect(engine.restarts()).toBeGreaterThan(0), patience)
    await engine.ready()
    expect(lines.slice(0, 2)).toEqual(['the engine does not answer: killing it', 'the engine ended: starting it again'])
    expect(alive(pid)).toBe(false)
    expect(await rowsOf(reader, 'SELECT count() AS n FROM t')).toEqual([{ n: '2' }])
  })

  test('stopped by SIGSTOP: noticed in the same way', async () => {
    const { engine, reader } = await engineWithTable({ heartbeatMs: 200 })
    process.kill(engine.pid() as number, 'SIGSTOP')
    await vi.waitFor(() => expect(engine.restarts()).toBeGreaterThan(0), patience)
    await engine.ready()
    expect(await rowsOf(reader, 'SELECT count() AS n FROM t')).toEqual([{ n: '2' }])
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s is for the parent: it goes on', async (signal) => {
    const { engine, reader } = await engineWithTable()
    process.kill(engine.pid() as number, signal)
    expect(await rowsOf(reader, 'SELECT count() AS n FROM t')).toEqual([{ n: '2' }])
    expect(engine.restarts()).toBe(0)
  })

  test.runIf(process.platform === 'linux')(
    'its arguments and environment hold no password, and it leads its own group',
    async () => {
      const { engine } = await engineWithTable()
      const proc = (file: string) => readFileSync(`/proc/${engine.pid()}/${file}`, 'utf8')
      expect(proc('cmdline') + proc('environ')).not.toContain(engine.password)
      expect(
        proc('environ')
          .split('\0')
          .filter(Boolean)
          .map((entry) => entry.split('=')[0])
          .sort(),
      ).toEqual(expect.arrayContaining(['TZ', 'UV_THREADPOOL_SIZE']))
      expect(Number(proc('stat').split(') ')[1]?.split(' ')[2])).toBe(engine.pid())
    },
  )

  test.runIf(process.platform === 'linux')(
    'what runs statements and merges leaves processors to its owner',
    async () => {
      const { engine } = await engineWithTable()
      const tasks = `/proc/${engine.pid()}/task`
      const threads = readdirSync(tasks).map((id) => [readFileSync(`${tasks}/${id}/comm`, 'utf8').trim(), +id] as const)
      const own = getPriority()
      for (const name of ['libuv-worker', 'ThreadPool', 'BgSchPool']) {
        const niceness = threads.filter(([each]) => each === name).map(([, id]) => getPriority(id))
        expect(niceness).toEqual(niceness.map(() => own + 5))
        expect(niceness).not.toEqual([])
      }
    },
  )
})

describe('the end', () => {
  test('close kills running reads, answers them, and frees port and directory', async () => {
    const { engine, reader, dir } = await engineWithTable()
    const endless = reader.query({ query: 'SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number)' })
    const result = expect(endless).rejects.toMatchObject({ type: 'QUERY_WAS_CANCELLED' })
    await vi.waitFor(async () => {
      const client = clientOf(engine, 'alerts')
      const rows = await rowsOf<{ query: string }>(
        client,
        "SELECT query FROM system.processes WHERE query LIKE '%ignore(%'",
      )
      await client.close()
      expect(rows.length).toBeGreaterThan(1)
    }, patience)
    const pid = engine.pid() as number
    await Promise.all([engine.close(), engine.close()])
    await result
    expect(alive(pid)).toBe(false)
    await expect(engine.ready()).rejects.toMatchObject({ code: 'OUT_STOPPING' })
    await expect(fetch(`${engine.url}/ping`)).rejects.toThrow()
    expect(existsSync(join(dir, 'owner.json'))).toBe(false)
    await twoRowsIn(dir)
  })

  test('an insert that runs when the engine closes is finished', async () => {
    const { engine, writer, alerts, dir } = await engineWithTable()
    const insert = writer.command({
      query: 'INSERT INTO t SELECT number + sleepEachRow(0.1) FROM numbers(10) SETTINGS max_block_size = 1',
    })
    await vi.waitFor(
      async () =>
        expect(await rowsOf(alerts, "SELECT 1 FROM system.processes WHERE query LIKE 'INSERT%'")).toHaveLength(1),
      patience,
    )
    await engine.close()
    await insert
    const again = await startEngine({ dir })
    const client = clientOf(again, 'reader')
    expect(await rowsOf(client, 'SELECT count() AS n FROM t')).toEqual([{ n: '12' }])
    await client.close()
    await again.close()
  })

  test('the parent is killed -9: the child goes too, and the data opens at once', async () => {
    const dir = directory()
    const parent = owner(dir)
    const pid = (await parent.said).engine as number
    parent.process.kill('SIGKILL')
    await vi.waitFor(() => expect(alive(pid)).toBe(false), patience)
    await twoRowsIn(dir)
  })

  test('the parent is killed -9 while the child hangs: the next owner ends it', async () => {
    const dir = directory()
    const parent = owner(dir)
    const pid = (await parent.said).engine as number
    process.kill(pid, 'SIGSTOP')
    parent.process.kill('SIGKILL')
    await new Promise((resolve) => parent.process.once('exit', resolve))
    expect(alive(pid)).toBe(true)
    await twoRowsIn(dir)
    expect(alive(pid)).toBe(false)
  })

  test('process.exit in the parent with a running query ends both', async () => {
    const dir = directory()
    const parent = owner(
      dir,
      `
      void run('SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number)').catch(() => {})
      while (!(await run("SELECT count() FROM system.processes WHERE query LIKE 'SELECT count() FROM numbers%'")).startsWith('1')) {}
      process.on('message', () => process.exit(3))`
        .replaceAll('await run("SELECT', 'await ask("SELECT')
        .replace(
          'void run',
          `
      const ask = async (body) => (await fetch(engine.url, { method: 'POST', headers: { ...headers, 'x-clickhouse-user': 'alerts' }, body })).text()
      void run`,
        ),
    )
    const pid = (await parent.said).engine as number
    const exited = new Promise((resolve) => parent.process.once('exit', resolve))
    parent.process.send('go')
    expect(await exited).toBe(3)
    await vi.waitFor(() => expect(alive(pid)).toBe(false), patience)
    await twoRowsIn(dir)
  })
})

describe('the start is refused in words', () => {
  test('a second owner in this process, and in another', async () => {
    const { dir, reader } = await engineWithTable()
    const refused = { code: 'OUT_DATA_LOCKED', message: expect.stringContaining(`process ${process.pid}`) }
    await expect(startEngine({ dir })).rejects.toMatchObject(refused)
    const second = other(`
      import { startEngine } from ${JSON.stringify(new URL('./engine.ts', import.meta.url).href)}
      await startEngine({ dir: ${JSON.stringify(dir)} }).catch((error) => process.send({ code: error.code, message: error.message }))`)
    expect(await second.said).toEqual(refused)
    expect(await rowsOf(reader, 'SELECT count() AS n FROM t')).toEqual([{ n: '2' }])
  })

  test('a directory that another program has open is left alone and its holder named', async () => {
    const dir = directory()
    const first = owner(dir)
    const engine = (await first.said).engine as number
    first.process.kill('SIGKILL')
    await vi.waitFor(() => expect(alive(engine)).toBe(false), patience)
    const holder = other(`
      import { loadAddon, openChdb } from ${JSON.stringify(new URL('./chdb.ts', import.meta.url).href)}
      openChdb(loadAddon(), ${JSON.stringify(join(dir, 'data'))}, [])
      process.send({ open: true })
      setInterval(() => {}, 1000)`)
    await holder.said
    await expect(startEngine({ dir })).rejects.toMatchObject({
      code: 'OUT_DATA_LOCKED',
      message: expect.stringContaining(`process ${holder.process.pid}`),
    })
    holder.process.kill('SIGKILL')
    await twoRowsIn(dir)
  })

  test('chdb is not installed', async () => {
    const dir = directory()
    const source = fileURLToPath(new URL('..', import.meta.url))
    for (const name of ['engine', 'errors.ts']) cpSync(join(source, name), join(dir, 'src', name), { recursive: true })
    writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
    const lonely = other(`
      import { startEngine } from ${JSON.stringify(join(dir, 'src', 'engine', 'engine.ts'))}
      await startEngine({ dir: ${JSON.stringify(join(dir, 'data'))} }).catch((error) => process.send({ code: error.code }))`)
    expect(await lonely.said).toEqual({ code: 'OUT_ENGINE_MISSING' })
    expect(existsSync(join(dir, 'data', 'owner.json'))).toBe(false)
  })

  test.each([
    ['a path that is a file', 'OUT_CONFIG_INVALID', (dir: string) => writeFileSync(join(dir, 'engine'), 'x')],
    [
      'data that is no directory',
      'OUT_STORE_UNAVAILABLE',
      (dir: string) => {
        mkdirSync(join(dir, 'engine'))
        writeFileSync(join(dir, 'engine', 'data'), 'precious')
      },
    ],
    [
      'a link that leads nowhere',
      'OUT_CONFIG_INVALID',
      (dir: string) => symlinkSync(join(dir, 'gone', 'away'), join(dir, 'engine')),
    ],
  ])('%s', async (_name, code, prepare) => {
    const dir = directory()
    prepare(dir)
    await expect(startEngine({ dir: join(dir, 'engine') })).rejects.toMatchObject({ code })
    if (code === 'OUT_STORE_UNAVAILABLE') expect(readFileSync(join(dir, 'engine', 'data'), 'utf8')).toBe('precious')
  })

  test('a path with characters that the engine takes for patterns', async () => {
    await expect(startEngine({ dir: join(directory(), 'a{b}') })).rejects.toMatchObject({
      code: 'OUT_CONFIG_INVALID',
      field: 'dir',
    })
  })

  test('what a killed process left in the spool is removed', async () => {
    const dir = directory()
    mkdirSync(join(dir, 'spool'))
    writeFileSync(join(dir, 'spool', '1'), 'left over')
    const engine = await startEngine({ dir })
    expect(existsSync(join(dir, 'spool', '1'))).toBe(false)
    await engine.close()
  })
})
