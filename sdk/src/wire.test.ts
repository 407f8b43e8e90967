import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type * as policies from '../../policies/src/index.ts'
import { DENIED } from '../test/gate-stub.ts'
import type {
  CheckRequest,
  LeaseVerdict,
  PendingApproval,
  Reason,
  SettleAnswer,
  SettledUsage,
  SettleRequest,
  SwitchEvent,
  Verdict,
} from './wire.ts'
import { settleAnswerOf, switchEventOf, verdictOf } from './wire.ts'

it('speaks the words of the policies room', () => {
  expectTypeOf<Reason>().toEqualTypeOf<policies.Reason>()
  expectTypeOf<PendingApproval>().toEqualTypeOf<policies.PendingApproval>()
  expectTypeOf<Verdict>().toEqualTypeOf<policies.Verdict>()
  expectTypeOf<CheckRequest>().toEqualTypeOf<policies.CheckRequest>()
  expectTypeOf<SettleRequest>().toEqualTypeOf<policies.SettleRequest>()
  expectTypeOf<SettledUsage>().toEqualTypeOf<policies.Usage>()
  expectTypeOf<SettleAnswer>().toEqualTypeOf<policies.SettleAnswer>()
  // the same fields, there made of another type
  expectTypeOf<SwitchEvent>().toExtend<policies.SwitchEvent>()
  expectTypeOf<policies.SwitchEvent>().toExtend<SwitchEvent>()
  expectTypeOf<LeaseVerdict>().toEqualTypeOf<policies.LeaseVerdict>()
})

describe('an answer', () => {
  const allow = { decision: 'allow', holdId: 'h', heldUsd: 0.1, expiresAt: '2026-11-21T12:00:00Z', reasons: [] }
  const terms = { model: 'm', inputNanoPerToken: 150, outputNanoPerToken: 600, requestNano: 0, maxOutputTokens: 9 }

  it.each([
    ['an allowance', allow],
    ['a denial', DENIED],
    ['a lease', { ...allow, lease: terms }],
    ['a later field', { ...allow, later: 1 }],
  ])('%s is a verdict', (_, answer) => expect(verdictOf(answer)).toBe(answer))

  it.each([
    ['nothing', null],
    ['a text', 'allow'],
    ['a word that nobody knows', { ...allow, decision: 'maybe' }],
    ['no decision', { ...allow, decision: undefined }],
    ['no reasons', { ...allow, reasons: undefined }],
    ['reasons without codes', { ...allow, reasons: [{}] }],
    ['an amount that is none', { ...allow, heldUsd: -1 }],
    ['an output limit that is none', { ...allow, maxOutputTokens: '9' }],
    ['terms that are none', { ...allow, lease: { ...terms, outputNanoPerToken: null } }],
    ['a hold that is none', { ...allow, holdId: 7 }],
  ])('%s is no verdict', (_, answer) => expect(verdictOf(answer)).toBeUndefined())

  it('of any shape is read without a throw', () => {
    fc.assert(
      fc.property(fc.anything(), (answer) => {
        for (const read of [verdictOf, settleAnswerOf, switchEventOf]) read(answer)
      }),
    )
  })
})
