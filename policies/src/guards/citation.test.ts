import { expect, test } from 'vitest'
import { citationIn } from './citation.ts'

const long = 'The fee is waived for transfers within the union. '.repeat(6)
test.each([
  '[1]',
  '[^2]',
  '[1, 3-5]',
  '【3†source】',
  '[terms](https://acme.com/terms)',
  'https://acme.com/terms',
  'doi: 10.1000/182',
  '(Smith et al., 2021)',
  '[doc-7]',
])('%s is a source', (source) => expect(citationIn(`${long}${source}`, 1, 200)).toEqual([]))
test.each(['', '[x]', '(see above)', '(In 2021)', 'array[i]'])('%j is none', (source) => {
  const [one, ...others] = citationIn(`${long}${source}`, 1, 200)
  expect(others).toEqual([])
  expect(one).toMatchObject({ guard: 'citation', rule: 'citation/missing', start: long.length + source.length })
})
test('the same source twice is one, and short answers need none', () => {
  expect(citationIn(`${long} [1] and [1]`, 2, 200)[0]?.why).toBe('Names 1 of 2 sources that are asked for.')
  expect(citationIn(`${long} [1] and [2]`, 2, 200)).toEqual([])
  expect(citationIn('Yes.', 1, 200)).toEqual([])
})
