/** An application whose calls are guarded: prints what it got, and ends by itself while streams and leases are open. */
import { outrider } from '@outrider/sdk'

const seen: string[] = []
process.on('unhandledRejection', (reason) => seen.push(`rejection ${reason}`))
process.on('uncaughtException', (error) => seen.push(`exception ${error}`))

outrider.start({
  service: 'guarded',
  collector: process.env.COLLECTOR,
  onUnavailable: 'allow',
  gateTimeoutMs: 300,
  leaseUsd: Number(process.env.LEASE_USD ?? 0),
})
const results = await outrider.run('w', { budgetUsd: 1 }, async (run) => {
  run.signal.addEventListener('abort', () => {})
  const one = (n: number) =>
    outrider.guard({ model: 'gpt-4o', inputTokens: 10, maxOutputTokens: 10 }, (model) => {
      model.usage({ inputTokens: 10, outputTokens: 10 })
      return n * n
    })
  return [await one(1), await one(2), await outrider.agent('a', { budgetUsd: 0.1 }, () => one(3))]
})
console.log(JSON.stringify({ results, seen }))
