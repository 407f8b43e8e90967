/** A ledger as one would write it on paper: nothing is kept but what was said, every sum is made anew. For tests. */
import type { HoldRequest } from './ledger.ts'

interface Entry {
  readonly request: HoldRequest
  readonly accounts: readonly string[]
  state: 'open' | 'settled' | 'released' | 'expired' | 'refused'
  /** What it still sets aside; what it was granted and has not given back. Both only shrink. */
  reserve: number
  backing: number
  floor: number
  readonly draws: Map<string, number>
}

export interface Paper {
  readonly holds: Map<string, Entry>
  readonly booked: Map<string, { amount: number; readonly accounts: readonly string[] }>
}

export const blank = (): Paper => ({ holds: new Map(), booked: new Map() })

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, n) => total + n, 0)
const named = (claim: { readonly budget: string }) => claim.budget
const below = (paper: Paper, { request }: Entry) =>
  [...paper.holds.values()].filter(({ request: { parentId } }) => parentId === request.id)
const above = (paper: Paper, { request }: Entry) => paper.holds.get(request.parentId ?? '')

const kids = (paper: Paper, entry: Entry): number => sum(below(paper, entry).map((child) => spent(paper, child)))
const lent = (paper: Paper, entry: Entry): number => sum(below(paper, entry).map(({ reserve }) => reserve))
const drawn = ({ draws }: Entry) => sum(draws.values())
export const spent = (paper: Paper, entry: Entry): number => kids(paper, entry) + Math.max(entry.floor, drawn(entry))
const uncertain = (paper: Paper, entry: Entry): number =>
  sum(below(paper, entry).map((child) => uncertain(paper, child))) +
  (entry.state === 'expired' ? Math.max(0, entry.floor - drawn(entry)) : 0)

/** `[held, spent, unbacked, ungoverned, uncertain]` of an account. */
export function balance(paper: Paper, account: string): readonly number[] {
  const on = [...paper.holds.values()].filter(({ accounts }) => accounts.includes(account))
  const beyond = on.map((entry) => Math.max(0, spent(paper, entry) + entry.reserve - entry.backing))
  const booked = sum([...paper.booked.values()].filter((b) => b.accounts.includes(account)).map((b) => b.amount))
  const billed = sum(on.map((entry) => spent(paper, entry))) + booked
  const unsure = sum(on.map((entry) => uncertain(paper, entry)))
  return [sum(on.map(({ reserve }) => reserve)), billed, sum(beyond), booked, unsure]
}

/** What changed below may let go of what was set aside above. */
function settleDown(paper: Paper, entry: Entry | undefined): void {
  if (entry === undefined) return
  const [cost, promised] = [spent(paper, entry), lent(paper, entry)]
  const needed = entry.state === 'open' ? Math.max(promised, entry.backing - cost) : promised
  entry.reserve = Math.min(entry.reserve, needed)
  entry.backing = Math.min(entry.backing, cost + entry.reserve)
  settleDown(paper, above(paper, entry))
}

export function hold(paper: Paper, request: HoldRequest, now: number): string {
  if (paper.holds.has(request.id)) return 'known'
  const parent = paper.holds.get(request.parentId ?? '')
  if (request.parentId !== null) {
    const lends = parent?.state === 'open' && (parent.request.kind === 'agent' || parent.request.kind === 'lease')
    if (!lends || parent.request.expiresAt <= now) return 'orphan'
    if (parent.reserve - lent(paper, parent) < request.amount) return 'orphan'
  }
  const covered: string[] = []
  for (let next = parent; next !== undefined; next = above(paper, next)) covered.push(...next.accounts)
  const claims = request.claims.filter((claim) => !covered.includes(named(claim)))
  const full = claims.some((claim) => {
    const [held, cost] = balance(paper, named(claim))
    return !claim.shadow && held! + cost! + request.amount > claim.limit
  })
  if (full) return 'refused'
  const { amount } = request
  const entry = { state: 'open' as const, reserve: amount, backing: amount, floor: 0, draws: new Map() }
  paper.holds.set(request.id, { request, accounts: claims.map(named), ...entry })
  return 'held'
}

export function refuse(paper: Paper, request: HoldRequest): string {
  if (paper.holds.has(request.id)) return 'known'
  const entry = { state: 'refused' as const, reserve: 0, backing: 0, floor: 0, draws: new Map() }
  paper.holds.set(request.id, { request, accounts: [], ...entry })
  return 'held'
}

export function end(paper: Paper, id: string, state: 'settled' | 'released', actual: number): string {
  const entry = paper.holds.get(id)
  if (entry === undefined || entry.state === 'refused') return 'unknown'
  const late = entry.state === 'released' && state === 'settled' && actual > spent(paper, entry)
  if (entry.state !== 'open' && entry.state !== 'expired' && !late) return 'already'
  const certain = kids(paper, entry) - sum(below(paper, entry).map((child) => uncertain(paper, child)))
  entry.floor = state === 'settled' ? Math.max(0, actual - certain) : 0
  entry.state = state
  settleDown(paper, entry)
  return 'settled'
}

export function draw(paper: Paper, id: string, drawId: string, actual: number): string {
  const entry = paper.holds.get(id)
  if (entry === undefined || entry.state === 'refused') return 'unknown'
  if ((entry.draws.get(drawId) ?? 0) === actual) return 'already'
  entry.draws.set(drawId, actual)
  settleDown(paper, entry)
  return 'settled'
}

export function book(paper: Paper, id: string, amount: number, accounts: readonly string[]): void {
  const before = paper.booked.get(id)
  if (before !== undefined && before.amount > 0) before.amount = amount
  else if (amount > 0 && accounts.length > 0) paper.booked.set(id, { amount, accounts })
}

export function expire(paper: Paper, now: number): readonly string[] {
  const over = [...paper.holds.values()].filter(({ state, request }) => state === 'open' && request.expiresAt <= now)
  for (const entry of over) {
    entry.floor = Math.max(entry.floor, drawn(entry)) + entry.reserve - lent(paper, entry)
    entry.state = 'expired'
    settleDown(paper, entry)
  }
  return over.map(({ request }) => request.id)
}
