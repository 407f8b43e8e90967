import { expect, test, vi } from 'vitest'
import type { Answer, Chdb } from './chdb.ts'
import { createLane } from './lane.ts'
import { parseStatement } from './statement.ts'

const never = new AbortController().signal
const statement = (sql: string, options = '') => parseStatement(sql, new URLSearchParams(options))

const answer = (sql: string): Answer => ({ bytes: Buffer.from(sql), elapsedSeconds: 0, rowsRead: 0, bytesRead: 0 })

/** Stands in for the addon: each statement waits until the test ends it. */
function addon() {
  const started = new Map<string, PromiseWithResolvers<Answer>>()
  const open: string[] = []
  const chdb: Chdb = {
    connect(settings) {
      const tag = String(settings.log_comment)
      open.push(tag)
      return {
        classify: async () => ({ statements: 1, reads: true }),
        query(sql) {
          if (sql.startsWith('SET ')) return Promise.resolve(answer(sql))
          const run = Promise.withResolvers<Answer>()
          started.set(sql, run)
          return run.promise
        },
        close: () => void open.splice(open.indexOf(tag), 1),
      }
    },
  }
  const end = (sql: string) => started.get(sql)?.resolve(answer(sql))
  return { chdb, started, open, end }
}

test('no more run at once than the lane is wide, in the order in which they came', async () => {
  const { chdb, started, end } = addon()
  const lane = createLane(chdb, () => {}, { width: 2, settings: {} })
  const done: string[] = []
  const runs = ['a', 'b', 'c', 'd'].map((sql) => lane.run(statement(sql), never).then(() => done.push(sql)))
  for (const [ended, expected] of [
    ['', ['a', 'b']],
    ['b', ['a', 'b', 'c']],
    ['a', ['a', 'b', 'c', 'd']],
  ] as const) {
    end(ended)
    await vi.waitFor(() => expect([...started.keys()]).toEqual(expected))
  }
  end('d')
  end('c')
  await Promise.all(runs)
  expect(done).toEqual(['b', 'a', 'd', 'c'])
})

test('a full queue refuses with 202, and takes again once there is room', async () => {
  const { chdb, started, end } = addon()
  const lane = createLane(chdb, () => {}, { width: 1, settings: {}, queue: 1 })
  const runs = ['a', 'b'].map((sql) => lane.run(statement(sql), never))
  await expect(lane.run(statement('c'), never)).rejects.toMatchObject({ failure: { code: 202, status: 503 } })
  await vi.waitFor(() => expect(started.has('a')).toBe(true))
  end('a')
  await vi.waitFor(() => expect(started.has('b')).toBe(true))
  const last = lane.run(statement('d'), never)
  end('b')
  await vi.waitFor(() => expect(started.has('d')).toBe(true))
  end('d')
  await Promise.all([...runs, last])
})

test('a failed statement closes its connection and frees its place', async () => {
  const { chdb, started, open, end } = addon()
  const lane = createLane(chdb, () => {}, { width: 1, settings: {} })
  const bad = lane.run(statement('bad'), never)
  await vi.waitFor(() => expect(started.has('bad')).toBe(true))
  expect(open).toHaveLength(1)
  started.get('bad')?.reject(new Error('Code: 1.'))
  await expect(bad).rejects.toThrow('Code: 1.')
  expect(open).toEqual([])
  const good = lane.run(statement('good'), never)
  await vi.waitFor(() => expect(started.has('good')).toBe(true))
  end('good')
  await good
})

test('a statement that outlives its own time limit is told', async () => {
  const { chdb, started, end } = addon()
  const lane = createLane(chdb, () => {}, { width: 3, settings: { max_execution_time: 30 } })
  const runs = [lane.run(statement('a'), never), lane.run(statement('b', 'max_execution_time=0'), never)]
  await vi.waitFor(() => expect(started.size).toBe(2))
  expect(lane.overdueMs(Date.now())).toBe(0)
  // `a` is over its 30 s then, `b` has no limit
  expect(lane.overdueMs(Date.now() + 40_000)).toBeGreaterThan(0)
  expect(lane.overdueMs(Date.now() + 40_000)).toBeLessThan(Number.POSITIVE_INFINITY)
  end('a')
  end('b')
  await Promise.all(runs)
  expect(lane.overdueMs(Date.now() + 40_000)).toBe(0)
})

test('closing refuses what waits, kills what runs, and waits for it', async () => {
  const { chdb, started } = addon()
  const killed: string[] = []
  const kill = (tag: string) => {
    killed.push(tag)
    started.get('a')?.reject(new Error('Code: 394.'))
  }
  const lane = createLane(chdb, kill, { width: 1, settings: {} })
  const outcomes = Promise.allSettled([lane.run(statement('a'), never), lane.run(statement('b'), never)])
  await vi.waitFor(() => expect(started.has('a')).toBe(true))
  await lane.close(0)
  expect(killed).toHaveLength(1)
  expect((await outcomes).map((outcome) => outcome.status)).toEqual(['rejected', 'rejected'])
  expect(started.has('b')).toBe(false)
  await expect(lane.run(statement('c'), never)).rejects.toMatchObject({ failure: { code: 394 } })
})
