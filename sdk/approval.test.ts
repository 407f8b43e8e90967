import { afterAll, beforeAll, expect, it } from 'vitest'
import { DeniedError, outrider } from './src/index.ts'
import { type Collector, startCollector } from './test/collector.ts'

const rules = `approvals: { require: [ { name: refunds, match: { tool: refund } } ] }`
const refund = { tool: 'refund', args: { order: 17 }, estimateUsd: 1 } as const

let collector: Collector
beforeAll(async () => {
  collector = await startCollector(rules)
})
afterAll(() => collector[Symbol.asyncDispose]())

interface Listed {
  readonly approvals: readonly { readonly id: string; readonly args: string; readonly call: string }[]
}
/** The question that waits, once it does. */
const asked = async (): Promise<string> => {
  const pending = async () => ((await collector.get('/api/approvals?state=pending')) as Listed).approvals
  await expect.poll(async () => (await pending()).length, { timeout: 10_000 }).toBe(1)
  return (await pending())[0]!.id
}
const say = (id: string, word: 'approve' | 'deny') =>
  collector.post(`/api/approvals/${id}/${word}`, { by: 'dana', reason: 'because' })
const start = (options: object = {}) =>
  outrider.start({ service: 'desk', collector: collector.url, onUnavailable: 'deny', ...options })

it('a call waits for a person, and happens after a yes', async () => {
  await using handle = start()
  const call = handle.guard(refund, (tool) => tool.verdict.holdId)
  const id = await asked()
  await say(id, 'approve')
  expect(await call).toBe(id)
  expect(await collector.get(`/api/approvals/${id}`)).toMatchObject({ args: '{"order":17}', call: 'allowed' })
})

it('a no is thrown with the words of who said it', async () => {
  await using handle = start()
  let ran = false
  const call = handle.guard(refund, () => {
    ran = true
  })
  call.catch(() => {})
  await say(await asked(), 'deny')
  const reasons = [{ code: 'APPROVAL_REQUIRED', message: 'dana said no: because.' }]
  await expect(call).rejects.toMatchObject({ name: 'DeniedError', retryable: false, reasons, approval: undefined })
  expect(ran).toBe(false)
})

it('where nobody waits the error carries the token, with which the call is made later, once, also elsewhere', async () => {
  let token: string
  {
    await using handle = start({ approvalWaitMs: 0 })
    const denied = await handle.guard(refund, () => {}).catch((error: unknown) => error)
    if (!(denied instanceof DeniedError)) throw denied
    expect(denied).toMatchObject({ code: 'APPROVAL_REQUIRED', retryable: true })
    token = denied.approval?.id ?? ''
    expect(await handle.approval(token, { waitMs: 0 })).toMatchObject({ id: token, state: 'pending', by: null })
  }
  // whatever happens while the collector is away, a yes is used once
  await using handle = start({ approvalWaitMs: 0, onUnavailable: 'allow' })
  const word = handle.approval(token)
  await say(token, 'approve')
  expect(await word).toMatchObject({ state: 'approved', by: 'dana', reason: 'because' })
  const other = { ...refund, args: { order: 18 }, approval: token }
  const used = { code: 'APPROVAL_REQUIRED', retryable: false }
  await expect(handle.guard(other, () => {})).rejects.toMatchObject(used)
  expect(await handle.guard({ ...refund, approval: token }, () => 'paid')).toBe('paid')
  await expect(handle.guard({ ...refund, approval: token }, () => 'again')).rejects.toMatchObject(used)
})

it('where only hashes are sent a yes is for those arguments, too', async () => {
  await using handle = start({ approvalWaitMs: 0, content: 'hashed' })
  const denied = await handle.guard(refund, () => {}).catch((error: unknown) => error)
  const token = (denied as DeniedError).approval?.id ?? ''
  await say(token, 'approve')
  const { args } = (await collector.get(`/api/approvals/${token}`)) as { args: string }
  expect(args).toMatch(/^"sha256:[0-9a-f]{64}"$/)
  const other = { ...refund, args: { order: 18 }, approval: token }
  await expect(handle.guard(other, () => {})).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' })
  expect(await handle.guard({ ...refund, approval: token }, () => 'paid')).toBe('paid')
})

it('a switch ends the wait', async () => {
  await using handle = start()
  const call = handle.agent('desk', () => handle.guard(refund, () => {}))
  call.catch(() => {})
  const id = await asked()
  await collector.put('/api/switches/agent/desk', { by: 'dana', reason: 'stop' })
  await expect(call).rejects.toMatchObject({ name: 'DeniedError' })
  await say(id, 'deny')
})

it('an abort ends the wait with its reason', async () => {
  await using handle = start()
  const stop = new AbortController()
  const call = handle.guard({ ...refund, signal: stop.signal }, () => {})
  call.catch(() => {})
  const id = await asked()
  stop.abort(new Error('enough'))
  await expect(call).rejects.toThrow('enough')
  await say(id, 'deny')
})

it.each([
  ['an ID that nobody knows', () => collector.url, { name: 'SettingError', field: 'approval' }],
  ['a collector that is away', () => 'http://127.0.0.1:9', { name: 'DeniedError', code: 'GATE_UNAVAILABLE' }],
])('%s is told', async (_, url, error) => {
  await using handle = start({ collector: url() })
  await expect(handle.approval('apr_nobody', { waitMs: 0 })).rejects.toMatchObject(error)
})
