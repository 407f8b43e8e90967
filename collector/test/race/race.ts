/**
 * Many callers who want the same money at once. They ask twice with one ID, hang up in the middle, lend to other agents,
 * settle for less, give back, or never come back; half of them hold on to what they have until everyone was answered. A
 * witness keeps books of its own meanwhile.
 */
import { isDeepStrictEqual } from 'node:util'
import type { CheckRequest, SettleRequest, Verdict } from '@outrider/policies'
import { createClient } from './client.ts'
import { nanoOf } from './gate.ts'
import { createRandom, type Random } from './random.ts'
import { accountsOf, costOf, delegation, EXACT, limitOf, modelCall, toolCall, type Who, whoIs } from './scene.ts'
import { createWitness, type Said } from './witness.ts'

export interface Race {
  /** Everything that is wrong: overspends, false refusals, answers that changed. */
  readonly found: readonly string[]
  /** Every verdict that was answered, with its question. */
  readonly answered: ReadonlyMap<string, { readonly body: CheckRequest; readonly verdict: Verdict }>
  /** What each account must show once everything is over, in nano-dollars; `held` is what was never ended. */
  readonly books: ReadonlyMap<string, { readonly spent: number; readonly held: number }>
  readonly granted: number
  readonly refused: number
  /** Requests that were not answered at once: the collector died, or was not there. */
  readonly unanswered: number
}

export interface RaceSettings {
  readonly callers: number
  readonly seed: number
  /** Names of workflows, users and runs begin with it: races do not meet. */
  readonly scene: string
  /** How many different callers there are; the rest are these again. @default as many as callers */
  readonly people?: number
  readonly urls: () => readonly string[]
  /** After every answered check: how many there are by now. */
  readonly onAnswer?: (count: number) => void
}

/** How often a caller who is refused asks for less. */
const TRIES = 3

export async function race({ callers, seed, scene, people = callers, urls, onAnswer }: RaceSettings): Promise<Race> {
  const client = createClient(urls)
  const witness = createWitness(limitOf)
  const answered = new Map<string, { body: CheckRequest; verdict: Verdict }>()
  const found: string[] = []
  let [granted, refused] = [0, 0]
  /** Resolves once every caller has its first answer: until then the patient ones hold on to what they were given. */
  const everyone = Promise.withResolvers<void>()
  const heard = new Set<number>()
  const hears = (number: number) => {
    if (heard.add(number).size === callers) everyone.resolve()
  }

  /** Asks, and tells the witness. True: granted. */
  async function ask(body: CheckRequest, amount: number, accounts: readonly string[], cut?: number): Promise<boolean> {
    witness.asked(body.id, amount, accounts)
    const verdict = await client.ask(body, cut)
    const before = answered.get(body.id)
    if (before !== undefined && !isDeepStrictEqual(before.verdict, verdict)) found.push(`${body.id} got two answers`)
    if (before === undefined) {
      answered.set(body.id, { body, verdict })
      if (verdict.decision === 'allow') granted++
      else refused++
      onAnswer?.(answered.size)
    }
    if (verdict.decision === 'allow') witness.granted(body.id, nanoOf(verdict.heldUsd))
    else witness.refused(body.id, saidBy(verdict, accounts, found))
    return verdict.decision === 'allow'
  }

  async function end(id: string, actual: number, send: () => Promise<{ readonly spentUsd: number }>): Promise<void> {
    witness.ending(id, actual)
    const { spentUsd } = await send()
    if (nanoOf(spentUsd) !== actual) found.push(`${id} was settled for ${actual} and cost ${nanoOf(spentUsd)}`)
    witness.ended(id)
  }

  async function modelCaller(
    number: number,
    id: string,
    who: Who,
    random: Random,
    size: number,
    how: How,
  ): Promise<boolean> {
    const [tokens, most] = [random.upTo(size), random.upTo(size / 3)]
    const body = modelCall(id, who, tokens, most)
    const amount = costOf(tokens, most)
    const accounts = accountsOf(who)
    const times = how === 'duplicate' ? 3 : 1
    const cut = how === 'cancel' ? random.upTo(30) : undefined
    const answers = await Promise.all(Array.from({ length: times }, () => ask(body, amount, accounts, cut)))
    hears(number)
    if (!answers[0]) return false
    if (number % 2 === 1) await everyone.promise
    if (how === 'release') {
      await end(id, 0, () => client.release(id))
    } else if (how === 'cancel') {
      // nobody knows what came out: what went in is spent
      await end(id, costOf(tokens, 0), () => client.settle({ holdId: id, status: 'cancelled' }))
    } else {
      const usage = { inputTokens: random.upTo(tokens), outputTokens: random.upTo(most) }
      const told: SettleRequest = { holdId: id, status: 'ok', usage }
      const actual = costOf(usage.inputTokens, usage.outputTokens)
      await Promise.all(Array.from({ length: times }, () => end(id, actual, () => client.settle(told))))
    }
    return true
  }

  /** Lends to three agents, who stand on accounts of their own besides, and gives the rest back. */
  async function lender(id: string, who: Who, random: Random, size: number): Promise<boolean> {
    const part = random.upTo(size / 3) + 3
    if (!(await ask(delegation(id, who, part * 3), part * 3, accountsOf(who)))) return false
    const costs = await Promise.all(
      [0, 1, 2].map(async (n) => {
        const child = { ...who, agent: `${who.agent}-child-${n}` }
        const body = { ...modelCall(`${id}-${n}`, child, part, 0), parentHoldId: id }
        if (!(await ask(body, part, [accountsOf(child).at(-1)!]))) return 0
        const inputTokens = random.upTo(part)
        const told: SettleRequest = { holdId: body.id, status: 'ok', usage: { inputTokens, outputTokens: 0 } }
        await end(body.id, costOf(inputTokens, 0), () => client.settle(told))
        return costOf(inputTokens, 0)
      }),
    )
    const total = costs.reduce((sum, cost) => sum + cost, 0)
    await end(id, total, () => client.release(id))
    return true
  }

  async function caller(number: number): Promise<void> {
    const random = createRandom(seed * 100_003 + number)
    const who = whoIs(scene, number % people)
    const how = HOW[random.upTo(HOW.length - 1)]!
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const id = `${scene}-${seed}-${number}-${attempt}`
      const size = 8000 / 4 ** attempt
      if (how === 'lend') {
        const granted = await lender(id, who, random, size)
        hears(number)
        if (granted) return
      } else if (how === 'forget') {
        const amount = random.upTo(size) + 1
        const granted = await ask(toolCall(id, who, amount), amount, accountsOf(who))
        hears(number)
        if (granted) return
      } else if (await modelCaller(number, id, who, random, size, how)) return
    }
  }

  await Promise.all(Array.from({ length: callers }, (_, number) => caller(number)))
  return {
    found: [...found, ...witness.found],
    answered,
    books: witness.books(),
    granted,
    refused,
    unanswered: client.unanswered(),
  }
}

type How = 'plain' | 'release' | 'duplicate' | 'cancel' | 'lend' | 'forget'
const HOW: readonly How[] = [
  'plain',
  'plain',
  'plain',
  'plain',
  'release',
  'duplicate',
  'duplicate',
  'cancel',
  'lend',
  'forget',
]

/** What a refusal says of the money; what it must not say goes on the list. */
function saidBy({ decision, reasons }: Verdict, accounts: readonly string[], found: string[]): Said | null {
  for (const { rule, code, limitUsd, spentUsd, heldUsd } of reasons) {
    const account = code === 'BUDGET_EXCEEDED' ? accounts.find((name) => name.startsWith(`${rule} `)) : undefined
    if (account !== undefined) return { account, limit: nanoOf(limitUsd!), used: nanoOf(spentUsd!) + nanoOf(heldUsd!) }
  }
  // a used-up budget trips its scope; everything else has no business here
  if (!reasons.some(({ code }) => code === 'SWITCH_TRIPPED')) {
    found.push(`${decision} for no reason of this race: ${JSON.stringify(reasons)}`)
  }
  return null
}

/** All ask for the same amount, of which exactly so many fit: how many were granted. Ends nothing. */
export async function exactRace({ callers, scene, urls }: Omit<RaceSettings, 'seed'>): Promise<number> {
  const client = createClient(urls)
  const verdicts = await Promise.all(
    Array.from({ length: callers }, (_, number) => {
      const who = { ...whoIs(scene, number), workflow: `exact-${scene}` }
      return client.ask(modelCall(`exact-${scene}-${number}`, who, EXACT.amount, 0))
    }),
  )
  return verdicts.filter(({ decision }) => decision === 'allow').length
}
