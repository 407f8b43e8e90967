import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEventParser, type ServerEvent } from './events.ts'

function parsed(pieces: readonly string[]): ServerEvent[] {
  const events: ServerEvent[] = []
  const feed = createEventParser((event) => events.push(event))
  for (const piece of pieces) feed(piece)
  return events
}

test('an event, a comment, an unknown field, several data lines', () => {
  const text = ': hello\n\nevent: runs\nid: 7\ndata: {"a":1}\n\ndata:one\ndata: two\n\n'
  expect(parsed([text])).toEqual([
    { event: 'runs', data: '{"a":1}' },
    { event: 'message', data: 'one\ntwo' },
  ])
})

test('an event that has not ended is kept back, one without data is none', () => {
  expect(parsed(['event: runs\ndata: x\n'])).toEqual([])
  expect(parsed(['event: runs\n\n'])).toEqual([])
})

test('any line ending, cut anywhere, says the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ event: fc.stringMatching(/^[a-z]{1,6}$/), data: fc.stringMatching(/^[!-~]{1,20}$/) }), {
        maxLength: 6,
      }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
      (events, end, sizes) => {
        // one more character, so that a last lone carriage return is not still waiting for a line feed
        const text = `${events.map(({ event, data }) => `event: ${event}${end}data: ${data}${end}${end}`).join('')}:`
        const pieces: string[] = []
        for (let at = 0; at < text.length; ) {
          const size = sizes.next().value
          pieces.push(text.slice(at, at + size))
          at += size
        }
        expect(parsed(pieces)).toEqual(events)
      },
    ),
  )
})
