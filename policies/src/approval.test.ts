import { describe, expect, it, test } from 'vitest'
import type { ApprovalRule } from './approval.ts'
import type { Finding } from './finding.ts'
import { aBudget, aCall, decideIn, nano, someRules } from './fixture.ts'

const rule = (change: Partial<ApprovalRule> = {}): ApprovalRule => {
  return { name: 'refunds', match: { tool: ['refund*'] }, above: nano(5), shadow: false, ...change }
}
const refund = (usd: number) => {
  return aCall({ kind: 'tool', model: null, toolName: 'refund_order', estimate: nano(usd), maxOutputTokens: null })
}
const rules = someRules({ approvals: [rule()] })
const said = (decision: Finding['decision'], change: object = {}): Finding => ({
  decision,
  reason: { rule: 'guard:tool', code: 'APPROVAL_REQUIRED', message: 'asks', retryable: true, ...change },
})

describe('a person is asked', () => {
  test.each([
    [5, rule(), 'allow'],
    [5.000000001, rule(), 'ask'],
    [0, rule({ above: null }), 'ask'],
    [9, rule({ match: { tool: ['send_*'] } }), 'allow'],
    [9, rule({ shadow: true }), 'allow'],
  ])('at %d USD', (usd, only, decision) => {
    const { verdict, hold, asks } = decideIn(refund(usd), someRules({ approvals: [only] }))
    expect(verdict.decision).toBe(decision)
    expect(hold === null).toBe(decision === 'ask')
    expect(asks).toBe(decision === 'ask' ? nano(usd) : null)
    if (decision === 'ask') expect(verdict).toMatchObject({ holdId: null, heldUsd: 0, expiresAt: null })
  })

  it('says so in shadow', () => {
    const { verdict } = decideIn(refund(9), someRules({ approvals: [rule({ shadow: true })] }))
    expect(verdict.reasons).toMatchObject([{ code: 'APPROVAL_REQUIRED', shadow: true }])
  })

  it('not for what is refused anyway', () => {
    const budgets = [aBudget({ limit: nano(1) })]
    const { verdict } = decideIn(refund(9), { ...rules, budgets })
    expect(verdict.decision).toBe('deny')
    expect(verdict.reasons.map(({ code }) => code)).toEqual(['BUDGET_EXCEEDED', 'APPROVAL_REQUIRED'])
  })

  it('not where a cheaper form may run without', () => {
    const ladder = [{ at: 0.5, do: 'degrade', models: { big: 'small' }, resume: 0.4 }] as never
    const cheap = someRules({ budgets: [aBudget({ ladder })], approvals: [rule({ match: {}, above: nano(0.05) })] })
    const { verdict } = decideIn(aCall(), cheap, { on: { 'run-cap': { spent: nano(0.6) } } })
    expect(verdict).toMatchObject({ decision: 'degrade', model: 'small' })
  })

  it('not for money set aside for an agent', () => {
    const all = someRules({ approvals: [rule({ match: {}, above: null })] })
    expect(decideIn(aCall({ kind: 'agent', model: null, estimate: nano(1) }), all).verdict.decision).toBe('allow')
  })

  it('of each call instead of a lease', () => {
    const { verdict } = decideIn(
      aCall({ kind: 'lease', estimate: nano(1) }),
      someRules({ approvals: [rule({ match: { kind: ['model'] } })] }),
    )
    expect(verdict.decision).toBe('allow')
    const dear = decideIn(
      aCall({ kind: 'lease', estimate: nano(9) }),
      someRules({ approvals: [rule({ match: { kind: ['model'] } })] }),
    )
    expect(dear.verdict).toMatchObject({ decision: 'deny', reasons: [{ code: 'APPROVAL_REQUIRED' }] })
  })
})

describe('a yes', () => {
  it('lets the call be decided by everything else', () => {
    expect(decideIn(refund(9), rules, { approved: true }).verdict).toMatchObject({ decision: 'allow', reasons: [] })
    const budgets = [aBudget({ limit: nano(1) })]
    expect(decideIn(refund(9), { ...rules, budgets }, { approved: true }).verdict).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'BUDGET_EXCEEDED' }],
    })
  })
})

describe('what others say', () => {
  test.each([
    [said('ask'), false, 'ask'],
    [said('ask'), true, 'allow'],
    [said('ask', { shadow: true }), false, 'allow'],
    [said('deny'), true, 'deny'],
    [said('redact'), false, 'redact'],
  ])('is judged with the rules: %j', (finding, approved, decision) => {
    expect(decideIn(aCall(), someRules(), { said: [finding], approved }).verdict.decision).toBe(decision)
  })
})
