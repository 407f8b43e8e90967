import { describe, expect, it } from 'vitest'
import type { LabelShare } from '../store/sample-store.ts'
import { shareOf } from './share.ts'

/** Bad calls of all, before and while. */
const share = (label: string, value: string, before: [number, number], during: [number, number]): LabelShare => ({
  ...{ label, value, weightBefore: before[0], countBefore: before[1] },
  ...{ weightDuring: during[0], countDuring: during[1] },
})

describe('what explains a shift', () => {
  const models = [share('model', 'a', [5, 500], [4, 100]), share('model', 'b', [5, 500], [46, 100])]
  const same = share('workflow', 'refund', [10, 1000], [50, 200])

  it('is the value that added most of it', () => {
    expect(shareOf([...models, same], ['agent'], null)).toMatchObject({ label: 'model', value: 'b' })
    expect(shareOf([...models, same], ['agent'], null)!.part).toBeCloseTo(0.938, 3)
  })

  it('is the name of an error where nothing else is', () => {
    const timeouts = share('errorType', 'timeout', [2, 2], [48, 48])
    expect(shareOf([timeouts, share('errorType', '', [8, 998], [2, 152]), same], [], null)).toMatchObject({
      value: 'timeout',
    })
    expect(shareOf([timeouts, ...models], [], null)).toMatchObject({ label: 'model' })
  })

  it.each([
    ['what every call has', [same], []],
    ['what the alert says already', models, ['model']],
    ['values that share it', [share('user', 'a', [5, 500], [25, 100]), share('user', 'b', [5, 500], [25, 100])], []],
    ['what is not known', [share('tool', '', [10, 1000], [50, 200])], []],
    ['a time without calls before', [share('model', 'b', [0, 0], [50, 200])], []],
  ])('is not %s', (_what, shares, known) => {
    expect(shareOf(shares, known, null)).toBeNull()
  })

  it('of an amount is what grew, by the minute', () => {
    const cost = [share('user', 'a', [100, 100], [10, 10]), share('user', 'b', [100, 100], [90, 90])]
    expect(shareOf(cost, [], { during: 5, before: 60 })).toMatchObject({ value: 'b', part: expect.any(Number) })
  })
})
