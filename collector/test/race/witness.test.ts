/** The witness is what the race is believed for: it must see what is wrong. */
import { describe, expect, it } from 'vitest'
import { createWitness } from './witness.ts'

const LIMIT = 100
const aWitness = () => createWitness(() => LIMIT)
const on = ['cap all']

describe('the witness', () => {
  it('finds nothing where nothing is wrong', () => {
    const witness = aWitness()
    witness.asked('a', 60, on)
    witness.granted('a', 60)
    witness.asked('b', 60, on)
    witness.refused('b', { account: 'cap all', limit: LIMIT, used: 60 })
    witness.ending('a', 10)
    witness.ended('a')
    witness.asked('c', 90, on)
    witness.granted('c', 90)
    expect(witness.found).toEqual([])
    expect(witness.books()).toEqual(new Map([['cap all', { spent: 10, held: 90 }]]))
  })

  it('sees two grants that do not fit together', () => {
    const witness = aWitness()
    for (const id of ['a', 'b']) witness.asked(id, 60, on)
    for (const id of ['a', 'b']) witness.granted(id, 60)
    expect(witness.found).toEqual(['cap all: 20 nano-dollars above 100'])
  })

  it('does not hold against the ledger what may have ended before', () => {
    const witness = aWitness()
    witness.asked('a', 60, on)
    witness.granted('a', 60)
    witness.ending('a', 0)
    witness.asked('b', 60, on)
    witness.granted('b', 60)
    expect(witness.found).toEqual([])
  })

  it.each([
    ['that would have fitted', 50, 50],
    ['for more than there can be', 60, 80],
    ['for less than there must be', 60, 45],
  ])('sees a refusal %s', (_, amount, used) => {
    const witness = aWitness()
    witness.asked('a', 50, on)
    witness.granted('a', 50)
    witness.asked('b', amount, on)
    witness.refused('b', { account: 'cap all', limit: LIMIT, used })
    expect(witness.found).toHaveLength(1)
  })

  it('sees an answer that changed', () => {
    const witness = aWitness()
    witness.asked('a', 50, on)
    witness.refused('a', null)
    witness.granted('a', 50)
    expect(witness.found).toEqual(['a was refused and is granted now'])
  })
})
