import { expect, test } from 'vitest'
import { loadGuardPolicy } from '../../src/guard-policy.ts'
import { isSecretTold, isTold, placed, said, unseen } from './said.ts'

const loaded = loadGuardPolicy({ packs: ['baseline'] })
if (!loaded.ok) throw new Error('refused')
const { policy } = loaded
const share = <T>(all: readonly T[], is: (one: T) => boolean) => all.filter(is).length / all.length

test.each([
  ['most attacks of our own, and few of the texts that only read like one', said, 0.9, 0.04],
  ['many that nothing was learned from', unseen, 0.42, 0.09],
])('told: %s', (_, texts, recall, falseAlarms) => {
  const told = (isBad: boolean) =>
    share(
      texts().filter((one) => one.isBad === isBad),
      (one) => isTold(one, policy),
    )
  expect(told(true)).toBeGreaterThanOrEqual(recall)
  expect(told(false)).toBeLessThanOrEqual(falseAlarms)
})

test('secrets are told in the places where people leave them', () => {
  expect(share(placed(), ({ text }) => isSecretTold(text, policy))).toBeGreaterThanOrEqual(0.95)
})
