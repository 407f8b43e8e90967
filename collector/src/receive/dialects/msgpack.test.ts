import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromMsgpack } from './msgpack.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

test.each<[string, unknown]>([
  ['00', 0],
  ['ff', -1],
  ['c0', null],
  ['c3', true],
  ['c2', false],
  ['ccff', 255],
  ['cd0400', 1024],
  ['ce00010000', 65_536],
  ['cf0000000100000000', 4_294_967_296],
  ['d080', -128],
  ['d1ff00', -256],
  ['d2ffffff00', -256],
  ['d3ffffffffffffff00', -256],
  ['ca3f800000', 1],
  ['cb3ff8000000000000', 1.5],
  ['a26869', 'hi'],
  ['d9026869', 'hi'],
  ['da00026869', 'hi'],
  ['db000000026869', 'hi'],
  ['92c40201020a', [null, 10]],
  ['93d40100d6010000000005', [null, null, 5]],
  ['92d401000a', [null, 10]],
  ['81a16101', { a: 1 }],
  ['de0001a1619101', { a: [1] }],
  ['dc000101', [1]],
  ['c1', undefined],
  ['', undefined],
  ['a5', undefined],
  ['ddffffffff', undefined],
  ['dfffffffff', undefined],
  [`${'91'.repeat(40)}00`, undefined],
])('%s is %j', (hex, value) => {
  const found = fromMsgpack(bytes(hex))
  expect(found === undefined ? undefined : JSON.parse(JSON.stringify(found))).toEqual(value)
})

test('any bytes are read or damaged, and nothing else', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => void fromMsgpack(any)))
})
