import { expect, it } from 'vitest'
import { isCall, payload, payloads, received, sent } from './payload.ts'

/** The provider of the captures repeats its response ids for each program, as test doubles and gateways do. */
it('every library in one collector counts as it does alone', () => {
  const requests = payloads.map((name) => sent(payload(name)))
  const counted = (spans: ReturnType<typeof received>) =>
    spans
      .filter(isCall)
      .map(({ traceId, spanId, costNano }) => `${traceId} ${spanId} ${costNano}`)
      .sort()
  expect(counted(received(requests.flat()))).toEqual(requests.flatMap((each) => counted(received(each))).sort())
})
