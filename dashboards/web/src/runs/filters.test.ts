import { expect, test } from 'vitest'
import { activeFilters, runQuery } from './filters.ts'

const now = new Date('2026-11-21T12:00:00Z')

function asked(search: string): Record<string, string> {
  return Object.fromEntries(runQuery(new URLSearchParams(search), now))
}

test('filters, cursor and range go to the API; what it does not know stays here', () => {
  expect(asked('q=%20refund%20&agent=a%26b&status=&cursor=c1&range=1h&span=x')).toEqual({
    limit: '100',
    q: 'refund',
    agent: 'a&b',
    cursor: 'c1',
    from: '2026-11-21T11:00:00.000Z',
  })
})

test('a range of one’s own', () => {
  const between = 'range=custom&from=2026-11-01T00:00:00.000Z&to=2026-11-02T00:00:00.000Z'
  expect(asked(between)).toEqual({ limit: '100', from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' })
})

test.each(['range=toString', 'range=__proto__', 'range=1y', ''])('%j is no range', (search) => {
  expect(asked(search)).toEqual({ limit: '100' })
})

test('filters in use', () => {
  expect(activeFilters(new URLSearchParams('user=u&q=x&range=1h&workflow='))).toEqual([
    { name: 'q', value: 'x' },
    { name: 'user', value: 'u' },
  ])
})
