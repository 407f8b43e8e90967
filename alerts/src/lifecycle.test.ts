import { describe, expect, it } from 'vitest'
import { live, startLife } from './lifecycle.ts'
import type { Reading } from './trigger.ts'

const settings = { hits: 3, of: 4, keepFiring: 3, newNormalMinutes: 20 }
const verdicts: Readonly<Record<string, Reading['verdict']>> = {
  '.': 'calm',
  '-': 'between',
  '!': 'over',
  '#': 'certain',
}

/** One letter a minute in; the phase of each minute out: `o`k, `p`ending, `f`iring, `R`esolved, `N`ew normal. */
const run = (text: string): string => {
  const life = startLife()
  return [...text]
    .map((letter, minute) => {
      const { change, cause } = live(life, verdicts[letter]!, minute, settings)
      if (change === 'resolved') return cause === 'recovered' ? 'R' : 'N'
      return change === 'fired' ? 'F' : life.phase[0]
    })
    .join('')
}

describe('lifecycle', () => {
  it.each([
    ['one bucket wakes nobody', '.!....', 'opppp' + 'o'],
    ['three of four do', '!!!', 'ppF'],
    ['with a gap among them', '!.!!', 'pppF'],
    ['two of four do not', '!..!..', 'pppppp'],
    ['what is certain fires at once', '..#', 'ooF'],
    ['calm in a row resolves', '!!!...', 'ppFffR'],
    ['between keeps it open', '!!!..-..-', 'ppFffffff'],
    ['and starts the count again', '!!!..-...', 'ppFfffffR'],
    ['what stays is the new normal', `!!!${'!'.repeat(20)}`, `ppF${'f'.repeat(19)}N`],
    ['after the end it starts afresh', '!!!...!!!', 'ppFffRppF'],
  ])('%s', (_what, given, phases) => {
    expect(run(given)).toBe(phases)
  })

  it('remembers since when', () => {
    const life = startLife()
    for (const [minute, verdict] of (['calm', 'over', 'calm', 'over', 'over'] as const).entries())
      live(life, verdict, minute, settings)
    expect(life).toMatchObject({ phase: 'firing', since: 1, firedAt: 4 })
  })
})
