import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWindow, moments, slide } from './window.ts'

describe('window', () => {
  it('equals the two-pass formula over the last values', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (values, size) => {
        const window = createWindow(size)
        for (const [index, one] of values.entries()) {
          slide(window, one)
          const last = values.slice(Math.max(0, index + 1 - size), index + 1)
          const mean = last.reduce((sum, other) => sum + other, 0) / last.length
          const squares = last.reduce((sum, other) => sum + (other - mean) ** 2, 0)
          const deviation = last.length < 2 ? 0 : Math.sqrt(squares / (last.length - 1))
          const got = moments(window)
          expect(Math.abs(got.mean - mean)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(mean)))
          expect(Math.abs(got.deviation - deviation)).toBeLessThanOrEqual(1e-6 * Math.max(1, deviation))
        }
      }),
    )
  })

  it('keeps its digits after large values have left', () => {
    const window = createWindow(3)
    for (const value of [1e15, 1e15, 1, 2, 3]) slide(window, value)
    expect(moments(window)).toEqual({ mean: 2, deviation: 1 })
  })

  it('knows nothing at first', () => {
    expect(moments(createWindow(5))).toEqual({ mean: Number.NaN, deviation: 0 })
  })
})
