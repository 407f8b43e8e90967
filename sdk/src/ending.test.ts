/** A process with guarded calls ends by itself, whatever the collector does, and gives back what it can. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { startGate } from '../test/gate-stub.ts'

const app = new URL('../test/apps/guarded.ts', import.meta.url).pathname

async function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [app], { env: { PATH: process.env.PATH, ...env } })
  const ended = once(child, 'exit')
  const told = await text(child.stdout)
  return { code: (await ended)[0], told: JSON.parse(told) as unknown }
}

const whole = { code: 0, told: { results: [1, 4, 9], seen: [] } }
const terms = {
  model: 'gpt-4o',
  inputNanoPerToken: 2500,
  outputNanoPerToken: 10_000,
  requestNano: 0,
  maxOutputTokens: 10,
}

it('with an open stream of switches, and its settles told', async () => {
  await using gate = await startGate()
  expect(await run({ COLLECTOR: gate.url })).toEqual(whole)
  expect(gate.streams).toHaveLength(1)
  expect(gate.settles).toHaveLength(3)
  expect(gate.releases).toHaveLength(1)
})

it('with leases, which go back', async () => {
  await using gate = await startGate(({ kind, estimateUsd = 0 }) =>
    kind === 'lease' ? { lease: terms, heldUsd: estimateUsd } : {},
  )
  expect(await run({ COLLECTOR: gate.url, LEASE_USD: '0.01' })).toEqual(whole)
  const leases = gate.checks.filter(({ kind }) => kind === 'lease').map(({ id }) => id)
  const back = [...gate.settles, ...gate.releases].map(({ holdId }) => holdId)
  expect(leases).toHaveLength(2)
  expect(back).toEqual(expect.arrayContaining(leases))
})

it.each(['hangs', 'resets', 'nonsense'] as const)('with a gate that answers %s', async (manner) => {
  await using gate = await startGate(() => manner)
  expect(await run({ COLLECTOR: gate.url, LEASE_USD: '0.01' })).toEqual(whole)
})

it('without a collector', async () => {
  expect(await run({ COLLECTOR: 'http://127.0.0.1:1' })).toEqual(whole)
})
