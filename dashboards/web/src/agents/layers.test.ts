import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layersOf } from './layers.ts'

const placesOf = (pairs: readonly (readonly [string, string, number?])[]) => {
  const agents = pairs.flatMap((pair) => pair.slice(0, 2) as string[])
  const { nodes } = layersOf(
    agents,
    pairs.map(([from, to, calls = 1]) => ({ from, to, calls })),
  )
  return Object.fromEntries(nodes.map(({ agent, layer, row }) => [agent, `${layer}.${row}`]))
}

test.each<[string, [string, string, number?][], Record<string, string>]>([
  [
    'a chain goes from left to right',
    [
      ['a', 'b'],
      ['b', 'c'],
    ],
    { a: '0.0', b: '1.0', c: '2.0' },
  ],
  [
    'the longest way counts',
    [
      ['a', 'c'],
      ['a', 'b'],
      ['b', 'c'],
    ],
    { a: '0.0', b: '1.0', c: '2.0' },
  ],
  [
    'siblings stand below each other',
    [
      ['a', 'c'],
      ['a', 'b'],
    ],
    { a: '0.0', b: '1.0', c: '1.1' },
  ],
  [
    'who calls itself stays where it is',
    [
      ['a', 'a'],
      ['a', 'b'],
    ],
    { a: '0.0', b: '1.0' },
  ],
  [
    'a circle opens at its rarest call',
    [
      ['a', 'b', 9],
      ['b', 'c', 9],
      ['c', 'a', 1],
    ],
    { a: '0.0', b: '1.0', c: '2.0' },
  ],
])('%s', (_name, pairs, places) => {
  expect(placesOf(pairs)).toEqual(places)
})

const pairs = fc.array(fc.tuple(fc.constantFrom(...'abcdefgh'), fc.constantFrom(...'abcdefgh'), fc.nat(9)), {
  maxLength: 30,
})

test('every agent has a place of its own, whatever calls whatever, in whatever order it is told', () => {
  fc.assert(
    fc.property(pairs, fc.nat(), (told, turn) => {
      const unique = [...new Map(told.map((pair) => [`${pair[0]}${pair[1]}`, pair])).values()]
      const places = placesOf(unique)
      expect(Object.keys(places).toSorted()).toEqual(
        [...new Set(unique.flatMap((pair) => pair.slice(0, 2)))].toSorted(),
      )
      expect(new Set(Object.values(places)).size).toBe(Object.keys(places).length)
      const at = unique.length === 0 ? 0 : turn % unique.length
      expect(placesOf([...unique.slice(at), ...unique.slice(0, at)])).toEqual(places)
    }),
  )
})
