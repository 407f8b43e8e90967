import { expect, it } from 'vitest'
import { startCollector } from '../test/collector.ts'
import { measureLease } from './lease.ts'

it('measures both ways on the real gate', async () => {
  await using collector = await startCollector()
  const { askedMicros, leasedMicros, ratio } = await measureLease(collector.url, { rounds: 3, asked: 5, leased: 200 })
  expect(askedMicros).toBeGreaterThan(leasedMicros)
  expect(ratio).toBeGreaterThan(1)
})
