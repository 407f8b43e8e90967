/** Commands of the model tests: each is done to a ledger and on paper, and both must say the same. */
import fc from 'fast-check'
import { aClaim, aHold, nano } from './fixture.ts'
import type { HoldRequest, Ledger } from './ledger.ts'
import { book, draw, end, expire, hold, type Paper, refuse } from './reference.ts'

export type Command =
  | { readonly verb: 'hold'; readonly request: HoldRequest }
  | { readonly verb: 'refuse'; readonly request: HoldRequest }
  | { readonly verb: 'settle'; readonly id: string; readonly actual: number }
  | { readonly verb: 'release'; readonly id: string }
  | { readonly verb: 'draw'; readonly id: string; readonly drawId: string; readonly actual: number }
  | { readonly verb: 'book'; readonly id: string; readonly amount: number; readonly budgets: readonly string[] }
  | { readonly verb: 'wait'; readonly ms: number }
  | { readonly verb: 'expire' }

/** Few budgets, few IDs, small amounts: so that they meet. */
const BUDGETS = { cap: 100, team: 60, model: 30, quiet: 20 }
export const claims = Object.entries(BUDGETS).map(([budget, limit]) =>
  aClaim(budget, { limit, shadow: budget === 'quiet' }),
)
const IDS = Array.from({ length: 12 }, (_, i) => `h${i}`)

const budgets = fc.subarray(Object.keys(BUDGETS))
const id = fc.constantFrom(...IDS)
const amount = fc.integer({ min: 0, max: 40 })
const kind = fc.constantFrom('model', 'tool', 'agent', 'agent', 'lease')

const request = fc
  .record({ id, amount, kind, parentId: fc.option(id, { freq: 2 }), budgets, ms: fc.constantFrom(500, 5_000, 50_000) })
  .map((given) => {
    const over = { id: given.id, amount: given.amount, kind: given.kind, parentId: given.parentId, expiresAt: given.ms }
    return aHold({ ...over, claims: claims.filter(({ budget }) => given.budgets.includes(budget)) } as Parameters<
      typeof aHold
    >[0])
  })

export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ verb: fc.constant('hold' as const), request }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('refuse' as const), request }) },
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('settle' as const), id, actual: amount }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('release' as const), id }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ verb: fc.constant('draw' as const), id, drawId: fc.constantFrom('a', 'b'), actual: amount },
    }),
  },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('book' as const), id, amount, budgets }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('wait' as const), ms: fc.constantFrom(100, 600, 6_000) }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('expire' as const) }) },
)

/** The request as it is asked at that time: `expiresAt` of the command is how long it may take. */
const asked = (request: HoldRequest, now: number): HoldRequest => ({ ...request, expiresAt: now + request.expiresAt })

/** What the ledger says, in one word or a list of IDs; rejects when the ledger can not write. */
export async function ask(ledger: Ledger, command: Command, now: number): Promise<string | readonly string[]> {
  switch (command.verb) {
    case 'hold':
      return (await ledger.hold(asked(command.request, now))).kind
    case 'refuse':
      return (await ledger.refuse(command.request)).kind
    case 'settle':
      return (await ledger.settle(null, command.id, nano(command.actual))).kind
    case 'release':
      return (await ledger.release(null, command.id)).kind
    case 'draw':
      return (await ledger.draw(null, command.id, command.drawId, nano(command.actual))).kind
    case 'book': {
      const booked = claims.filter(({ budget }) => command.budgets.includes(budget))
      await ledger.book([{ id: command.id, tenantId: null, amount: nano(command.amount), claims: booked }])
      return ''
    }
    case 'expire':
      return (await ledger.expire()).map((hold) => hold.id).sort()
    case 'wait':
      return ''
  }
}

export function write(paper: Paper, command: Command, now: number): string | readonly string[] {
  switch (command.verb) {
    case 'hold':
      return hold(paper, asked(command.request, now), now)
    case 'refuse':
      return refuse(paper, command.request)
    case 'settle':
      return end(paper, command.id, 'settled', command.actual)
    case 'release':
      return end(paper, command.id, 'released', 0)
    case 'draw':
      return draw(paper, command.id, command.drawId, command.actual)
    case 'book':
      book(paper, command.id, command.amount, command.budgets)
      return ''
    case 'expire':
      return [...expire(paper, now)].sort()
    case 'wait':
      return ''
  }
}
