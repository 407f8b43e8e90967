import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Rule, ruleOfKind } from '@outrider/alerts'
import { afterEach, describe, expect, it } from 'vitest'
import type { Alert } from '../alert.ts'
import type { AlertStore, SampleStore, StoredAlert, StoredSample } from '../store/sample-store.ts'
import { type Memory, openMemory } from './memory.ts'
import { createWatch, watchDefaults } from './watch.ts'

const MINUTE = 60_000
const START = 29_600_000
const rule: Rule = { ...ruleOfKind('ratio', 'up'), name: 'errors', metric: 'error_rate', by: ['agent'] }

/** Samples of every minute: a twentieth fails, half of them for an hour from minute 900 on. */
const valueAt = (minute: number) => (minute >= 900 && minute < 960 ? 0.5 : [0.04, 0.05, 0.06][minute % 3]!)

/**
 * What a store promises, of a series that is known beforehand. `away`, `silent`: how many reads, and examples, reject from now on; `held`: minutes
 * whose spans arrive only at `heldUntil`.
 */
function seriesStore() {
  const alerts: StoredAlert[] = []
  const state = { away: 0, silent: 0, alerts, held: [0, 0] as readonly [number, number], heldUntil: 0, now: 0 }
  const isHeld = (minute: number) => state.now < state.heldUntil && minute >= state.held[0] && minute < state.held[1]
  const store: SampleStore & AlertStore = {
    async samples(by, fromMs, toMs) {
      if (state.away-- > 0) throw new Error('away')
      const samples: StoredSample[] = []
      for (let minute = Math.max(START, fromMs / MINUTE); minute < toMs / MINUTE; minute++) {
        if (isHeld(minute - START)) continue
        const value = valueAt(minute - START)
        samples.push({
          metric: 'error_rate',
          labels: { [by[0]!]: 'triage' },
          timeMs: minute * MINUTE,
          value,
          count: 100,
        })
      }
      return samples
    },
    versionChanges: async (fromMs, toMs) => {
      const at = (START + 880) * MINUTE
      const change = { agent: 'triage', what: 'promptVersion', version: 'p 2', timeMs: at } as const
      return at >= fromMs && at < toMs ? [change] : []
    },
    lateSpans: async ({ sinceMs, endedBeforeMs }) => {
      const receivedMs = (START + state.heldUntil) * MINUTE
      if (receivedMs <= sinceMs || state.now < state.heldUntil) return []
      const firstEndMs = (START + state.held[0]) * MINUTE
      const labels = { agent: 'triage', workflow: '', tenant: '', tool: '', model: 'm' }
      return firstEndMs < endedBeforeMs ? [{ ...labels, firstEndMs, receivedMs }] : []
    },
    examples: async () => {
      if (state.silent-- > 0) throw new Error('slow')
      return ['a'.repeat(32)]
    },
    showing: async () => ['1', '2', '3'],
    callers: async () => [],
    shares: async () =>
      ['m-1', 'm-2'].map((value, index) => ({
        ...{ label: 'model', value, weightBefore: 10, countBefore: 100, countDuring: 10, weightDuring: 1 + 9 * index },
      })),
    writeAlerts: async (given) => void alerts.push(...given),
    alerts: async () => alerts.toReversed(),
  }
  return { store, state }
}

describe('watch', () => {
  const folders: string[] = []
  const memories: Memory[] = []
  afterEach(() => {
    for (const memory of memories.splice(0)) memory.close()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })
  const folder = () => {
    folders.push(mkdtempSync(join(tmpdir(), 'outrider-watch-')))
    return join(folders.at(-1)!, 'watch.sqlite')
  }
  const watchOn = (store: SampleStore & AlertStore, file: string, rules = [rule]) => {
    const told: Alert[] = []
    const memory = openMemory(file)
    memories.push(memory)
    const log = { warn() {}, info() {} }
    const parts = { store, memory, tell: (alerts: readonly Alert[]) => void told.push(...alerts), log }
    return { watch: createWatch(parts, { ...watchDefaults, rules }), told }
  }
  const run = async (watch: { tick(nowMs: number): Promise<void> }, from: number, to: number, state = { now: 0 }) => {
    for (let minute = from; minute < to; minute++) {
      state.now = minute
      await watch.tick((START + minute) * MINUTE + 5000)
    }
  }

  it('learns from history, then says what, who, how far, since when, what changed and where to look', async () => {
    const { store, state } = seriesStore()
    const { watch, told } = watchOn(store, folder())
    await run(watch, 890, 1000)
    expect(state.alerts.map(({ event, timeMs }) => [event, timeMs / MINUTE - START])).toEqual([
      ['fired', 902],
      ['resolved', 973],
    ])
    expect(told.map(({ event }) => event)).toEqual(['fired', 'resolved'])
    expect(told[0]).toMatchObject({
      ...{ rule: 'errors', labels: { agent: 'triage' }, sinceMs: (START + 900) * MINUTE, examples: ['a'.repeat(32)] },
      share: { label: 'model', value: 'm-2', part: 1 },
      changes: [{ what: 'promptVersion', version: 'p 2', timeMs: (START + 880) * MINUTE }],
    })
    expect(told[0]!.text).toMatch(
      /^error_rate of agent triage is \d+\.\d %, normally 5\.0 % ± \d\.\d % \(z \d+\.\d\), since 20/,
    )
    expect(told[1]!.text).toMatch(/is normal again after 73 min; the worst was 50\.0 %$/)
  })

  it('goes on where it was after a restart, and finds nothing twice', async () => {
    const { store, state } = seriesStore()
    const file = folder()
    const before = watchOn(store, file)
    await run(before.watch, 890, 910)
    await before.watch.close()
    const after = watchOn(store, file)
    expect(after.watch.open()).toMatchObject([{ state: 'firing' }])
    await run(after.watch, 910, 1000)
    expect(after.told.map(({ event }) => event)).toEqual(['resolved'])
    expect(state.alerts).toHaveLength(2)
  })

  it('finds again what a crash forgot, as the same event', async () => {
    const { store, state } = seriesStore()
    const file = folder()
    const crashed = watchOn(store, file)
    await run(crashed.watch, 890, 904)
    const after = watchOn(store, file)
    await run(after.watch, 904, 1000)
    const fired = [...new Set(state.alerts.map(({ identity, event, timeMs }) => `${identity}${event}${timeMs}`))]
    expect(fired).toHaveLength(2)
  })

  it('catches up when the store was away', async () => {
    const { store, state } = seriesStore()
    const { watch, told } = watchOn(store, folder())
    await run(watch, 890, 895)
    state.away = 20
    for (let minute = 895; minute < 915; minute++)
      await expect(watch.tick((START + minute) * MINUTE)).rejects.toThrow('away')
    await run(watch, 915, 920)
    expect(told).toMatchObject([{ event: 'fired', timeMs: (START + 902) * MINUTE }])
  })

  it('told minute by minute, the cause is told and who fired a minute before it is its symptom', async () => {
    const { store, state } = seriesStore()
    // triage fails from minute 900 on where nothing failed before; research a minute later, and does not get over it
    const failing = (agent: string, at: number) =>
      agent === 'triage' ? (at >= 900 ? 0.5 : 0) : at >= 901 ? 0.9 : [0.1, 0.15, 0.2][at % 3]!
    const both: typeof store = {
      ...store,
      samples: async (by, fromMs, toMs) =>
        (await store.samples(by, fromMs, toMs)).flatMap((sample) =>
          ['triage', 'research'].map((agent) => ({
            ...{ ...sample, labels: { agent }, value: failing(agent, sample.timeMs / MINUTE - START) },
          })),
        ),
      callers: async () => [{ agent: 'research', caller: '', failed: true }],
    }
    const { watch, told } = watchOn(both, folder())
    await run(watch, 890, 930)
    const cause = told.find(({ labels }) => labels.agent === 'research')!
    expect(told.map((alert) => [alert.labels.agent, alert.told, alert.incident])).toEqual([
      ['triage', false, cause.identity],
      ['research', true, cause.identity],
    ])
    expect(told[0]!.timeMs).toBeLessThan(cause.timeMs)
    expect(state.alerts).toHaveLength(2)
  })

  it('asks again for the reasons of an alert where the store was too slow, and changes what is shown', async () => {
    const { store, state } = seriesStore()
    const { watch, told } = watchOn(store, folder())
    state.silent = 3
    await run(watch, 890, 910)
    expect(told.map(({ examples }) => examples.length)).toEqual([0, 1])
    expect(new Set(state.alerts.map(({ identity, event, timeMs }) => `${identity}${event}${timeMs}`)).size).toBe(1)
    expect(state.alerts.at(-1)).toMatchObject({ event: 'fired', examples: ['a'.repeat(32)] })
    await run(watch, 910, 1000)
    expect(state.alerts).toHaveLength(3)
  })

  it('an alert of a rule that is gone is over', async () => {
    const { store, state } = seriesStore()
    const file = folder()
    const before = watchOn(store, file)
    await run(before.watch, 890, 910)
    await before.watch.close()
    const after = watchOn(store, file, [])
    await run(after.watch, 910, 912)
    expect(after.told).toMatchObject([{ event: 'resolved', rule: 'errors' }])
    expect(state.alerts).toHaveLength(2)
  })

  it('wakes nobody for what is long over', async () => {
    const { store, state } = seriesStore()
    const { watch, told } = watchOn(store, folder())
    await run(watch, 1200, 1201)
    expect(state.alerts).toHaveLength(2)
    expect(told.map(({ event }) => event)).toEqual(['resolved'])
  })

  it('tells what began long ago and still fires', async () => {
    const { store } = seriesStore()
    const { watch, told } = watchOn(store, folder())
    await run(watch, 950, 951)
    expect(told).toMatchObject([{ event: 'fired', timeMs: (START + 902) * MINUTE }])
  })

  it.each([
    ['and learns it from history', 898],
    ['from a state of before', 600],
  ])('judges what comes late all the same, %s', async (how, from) => {
    const { store, state } = seriesStore()
    const { watch, told } = watchOn(store, folder())
    Object.assign(state, { held: [895, 960], heldUntil: 965 })
    await run(watch, from, 965, state)
    expect(told).toEqual([])
    expect(memories[0]!.past(START + 895) === null).toBe(how !== 'from a state of before')
    await run(watch, 965, 1000, state)
    expect(told.map(({ event, timeMs }) => [event, timeMs / MINUTE - START])).toEqual([
      ['fired', 902],
      ['resolved', 973],
    ])
    expect(state.alerts).toHaveLength(2)
  })

  it('what comes late changes nothing that was told', async () => {
    const { store, state } = seriesStore()
    const { watch, told } = watchOn(store, folder())
    // some minutes of the incident itself: it fires without them, and does not fire again with them
    Object.assign(state, { held: [903, 920], heldUntil: 930 })
    await run(watch, 890, 1000, state)
    expect(told.map(({ event, timeMs }) => [event, timeMs / MINUTE - START])).toEqual([
      ['fired', 902],
      ['resolved', 973],
    ])
    expect(state.alerts).toHaveLength(2)
  })
})
