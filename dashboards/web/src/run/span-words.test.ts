import { describe, expect, it } from 'vitest'
import { spanOf } from '../../test/span-of.ts'
import { endOf } from './span-words.ts'

const gate = (attributes: Readonly<Record<string, string | number>>) =>
  endOf(spanOf({ spanId: '00f067aa0ba902b7', kind: 'gate', attributes }))

describe('what a line says of a decision', () => {
  it.each([
    [{ 'outrider.gate.decision': 'allow', 'outrider.gate.held_usd': 0.123 }, 'allow · $0.123 held', true],
    [{ 'outrider.gate.decision': 'degrade', 'outrider.gate.held_usd': 1 }, 'degrade · $1.00 held', false],
    [
      {
        'outrider.gate.decision': 'deny',
        'outrider.gate.held_usd': 0,
        'outrider.gate.reasons': '[{"code":"BUDGET_EXCEEDED"},{"code":"SWITCH_TRIPPED"}]',
      },
      'deny · budget exceeded',
      false,
    ],
    [{ 'outrider.gate.decision': 'deny', 'outrider.gate.reasons': 'not JSON' }, 'deny', false],
    [{ 'outrider.gate.decision': 'deny', 'outrider.gate.reasons': '{"code":1}' }, 'deny', false],
  ])('%o: %s', (attributes, word, usual) => expect(gate(attributes)).toMatchObject({ word, usual }))

  it('is nothing where a gate of somebody else says none', () => expect(gate({})).toBeNull())
})
