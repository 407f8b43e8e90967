import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const room = new URL('.', import.meta.url)
const sources = readdirSync(room, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
)

// the compiler and the linter keep `Date`, `process` and `node:*` out; `Temporal` they can not tell apart by halves
describe('the room has no clock', () => {
  it.each(sources)('%s', (name) => expect(readFileSync(new URL(name, room), 'utf8')).not.toMatch(/Temporal\.Now/))
})
