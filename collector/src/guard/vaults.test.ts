import { expect, test } from 'vitest'
import { createVaults } from './vaults.ts'

const one = { tenant: 'acme', run: 'a'.repeat(32) }

test('a run of a tenant has its vault; others cannot read it', () => {
  const vaults = createVaults({ key: 'k' })
  expect(vaults.restoring(one)).toBeNull()
  const token = vaults.hiding(one, 'input').hide('ada@example.org', 'EMAIL_ADDRESS')
  expect(vaults.hiding(one, 'tool').hide('ada@example.org', 'EMAIL_ADDRESS')).toBe(token)
  expect(vaults.restoring(one)?.restore(token)).toBe('ada@example.org')
  for (const other of [
    { ...one, tenant: 'globex' },
    { ...one, tenant: null },
    { ...one, run: 'b'.repeat(32) },
  ]) {
    expect(vaults.restoring(other)?.restore(token) ?? token).toBe(token)
    expect(vaults.hiding(other, 'input').hide('ada@example.org', 'EMAIL_ADDRESS')).not.toBe(token)
  }
})

test('what a model wrote itself is not given back to it', () => {
  const vaults = createVaults({ key: 'k' })
  const token = vaults.hiding(one, 'output').hide('eve@example.org', 'EMAIL_ADDRESS')
  expect(vaults.restoring(one)?.restore(token) ?? token).toBe(token)
})

test('texts of no run are hidden for good', () => {
  const vaults = createVaults({ key: 'k' })
  vaults.hiding({ tenant: null, run: null }, 'input').hide('ada@example.org', 'EMAIL_ADDRESS')
  expect(vaults.restoring({ tenant: null, run: null })).toBeNull()
})

test('silent runs are forgotten, the longest silent first when there are many', () => {
  let clock = 0
  const vaults = createVaults({ key: 'k', runs: 2, idleMs: 1000, now: () => clock })
  const run = (name: string) => ({ tenant: null, run: name })
  vaults.hiding(run('a'), 'input')
  vaults.hiding(run('b'), 'input')
  vaults.hiding(run('a'), 'input')
  vaults.hiding(run('c'), 'input')
  expect(['a', 'b', 'c'].map((name) => vaults.restoring(run(name)) !== null)).toEqual([true, false, true])
  clock = 999
  vaults.restoring(run('a'))
  clock = 1500
  vaults.sweep()
  expect(['a', 'c'].map((name) => vaults.restoring(run(name)) !== null)).toEqual([true, false])
})
