import { guard } from '@outrider/policies/guards'
import { expect, test } from 'vitest'
import { loadGuardPolicy } from '../../src/guard-policy.ts'
import { labelled } from './secrets.ts'

const loaded = loadGuardPolicy({ packs: ['baseline'] })
if (!loaded.ok) throw new Error('refused')
const seen = labelled().map((one) => {
  return { ...one, isFound: guard(one.text, 'input', loaded.policy).findings.some((each) => each.guard === 'secret') }
})
const share = (of: typeof seen) => of.filter(({ isFound }) => isFound).length / of.length

test('secrets of at least 150 types are found in the places where people leave them, and nothing else is', () => {
  const secrets = seen.filter(({ isSecret }) => isSecret)
  expect(new Set(secrets.map(({ type }) => type)).size).toBeGreaterThanOrEqual(150)
  expect(share(secrets)).toBeGreaterThanOrEqual(0.97)
  expect(share(seen.filter(({ isSecret }) => !isSecret))).toBeLessThanOrEqual(0.005)
})
test.each([...new Set(seen.filter(({ isSecret }) => isSecret).map(({ family }) => family))])(
  '%s: 9 of 10',
  (family) => {
    expect(share(seen.filter((one) => one.family === family))).toBeGreaterThanOrEqual(0.9)
  },
)
