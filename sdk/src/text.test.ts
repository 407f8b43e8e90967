import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONTENT_MODES, contentOf, LIMITS, messagesOf, nameOf } from './text.ts'

describe('contentOf', () => {
  const sha = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
  it.each([
    ['none', undefined],
    ['hashed', sha('secret')],
    ['redacted', 'secret'],
    ['full', 'secret'],
  ] as const)('%s', (mode, expected) => {
    expect(contentOf('secret', mode)?.value).toBe(expected)
  })

  it('lets no text through in the modes none and hashed, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ minLength: 8 }), (value, secret) => {
        expect(contentOf([secret, value], 'none')).toBeUndefined()
        expect(contentOf([secret, value], 'hashed')?.value).toMatch(/^sha256:[0-9a-f]{64}$/)
      }),
    )
  })

  it('never throws and stays within its limit', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true }), fc.constantFrom(...CONTENT_MODES), (value, mode) => {
        expect(contentOf(value, mode)?.value.length ?? 0).toBeLessThanOrEqual(LIMITS.text)
      }),
    )
  })
})

describe('nameOf', () => {
  it('cuts to the limit, says so, and splits no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.integer({ min: 1, max: 20 }), (text, limit) => {
        const cut = nameOf(text, limit)
        expect(cut?.value.length).toBeLessThanOrEqual(limit)
        expect(text.startsWith(cut?.value ?? '?')).toBe(true)
        expect(cut?.cut).toBe(text.length > limit)
        expect(cut?.value.isWellFormed()).toBe(true)
      }),
    )
  })
  it.each([undefined, null, '', {}, [], Symbol('s'), () => {}])('%s is no name', (value) => {
    expect(nameOf(value)).toBeUndefined()
  })
})

describe('messagesOf', () => {
  const part = (content: string) => ({ parts: [{ type: 'text', content }] })
  it.each([
    ['a text', 'hi', [{ role: 'user', ...part('hi') }]],
    ['chat messages', [{ role: 'system', content: 'be kind' }], [{ role: 'system', ...part('be kind') }]],
    ['one message', { role: 'user', content: 'x' }, [{ role: 'user', ...part('x') }]],
    [
      'content that is no text',
      [{ role: 'user', content: [{ type: 'image' }] }],
      [{ role: 'user', content: [{ type: 'image' }] }],
    ],
    ['messages of the convention', [{ role: 'user', ...part('x') }], [{ role: 'user', ...part('x') }]],
    [
      'texts',
      ['a', 'b'],
      [
        { role: 'user', ...part('a') },
        { role: 'user', ...part('b') },
      ],
    ],
  ])('%s', (_, value, expected) => {
    expect(messagesOf(value, 'user')).toEqual(expected)
  })
})
