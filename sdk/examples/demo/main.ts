/**
 * `npm run demo [-- --runs 6 --seed 1]`: a support desk of four agents works through its tickets and Outrider watches.
 * Its handbook holds a post that gives orders to models, its tickets hold personal data, and one answer does not fit its
 * schema: the guards see to all three.
 * Beside it a report is written, by an agent that does not know when to stop: its budget does.
 * Ends with the link to one run. Exit codes: 0 done · 1 a run is not in the collector · 2 usage · 4 no collector · 5 refused.
 */
import { parseArgs } from 'node:util'
import { DeniedError, outrider } from '@outrider/sdk'
import OpenAI from 'openai'
import { type Handled, handle } from './desk.ts'
import { startProvider } from './provider.ts'
import { type Report, report } from './report.ts'
import { tickets } from './tickets.ts'

const collector = (process.env.OUTRIDER_URL ?? 'http://127.0.0.1:4318').replace(/\/+$/, '')
const AT_ONCE = 2

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof DeniedError)) throw error
  return talk(`${error.code}: ${error.message} ${error.traceUrl}`, error.code === 'GATE_UNAVAILABLE' ? 4 : 5)
})

async function main(): Promise<number> {
  const settings = settingsOf(process.argv.slice(2))
  if (settings === undefined) return talk('usage: npm run demo -- [--runs 1…1000] [--seed 0…1000000]', 2)
  if ((await read('/livez')) === undefined)
    return talk(`No collector answers on ${collector}. Start it in another terminal: npm start`, 4)

  await using provider = await startProvider({ seed: settings.seed, pace: 1 })
  // a busy machine is no reason to stop a demo
  const gate = { onUnavailable: 'deny', gateTimeoutMs: 10_000 } as const
  await using telemetry = outrider.start({ service: 'support-desk', collector, ...gate })
  const client = new OpenAI({ baseURL: provider.url, apiKey: 'none needed', maxRetries: 0 })

  talk(`${settings.runs} tickets, ${AT_ONCE} at a time, to ${collector}`)
  const [runs, written] = await Promise.all([work(settings.runs, client), report(client)])
  await telemetry.flush()
  await tellStop(written)

  const shown = runs.find(({ agents }) => agents.includes('research ✗')) ?? runs.at(-1)
  const answer = await read(`/api/runs/${shown?.traceId}`)
  if (!answer?.ok)
    return talk(`The collector does not have run ${shown?.traceId} (${answer?.status ?? 'no answer'}).`, 1)
  console.log(`${collector}/runs/${shown?.traceId}`)
  return 0
}

/** Every ticket in turn, a few at a time. */
async function work(count: number, client: OpenAI): Promise<readonly Handled[]> {
  const done: Handled[] = []
  let next = 0
  const worker = async () => {
    while (next < count) {
      const ticket = tickets[next % tickets.length]!
      next += 1
      const start = performance.now()
      const run = await handle(ticket, client)
      done.push(run)
      progress(ticket.id, run, performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return done
}

function progress(id: string, { agents, calls, tokens, outcome, caught }: Handled, millis: number): void {
  const path = agents.join(' → ').padEnd(48)
  const numbers = `${String(calls).padStart(2)} calls ${String(tokens).padStart(6)} tokens ${(millis / 1000).toFixed(1)} s`
  talk(`${id}  ${path} ${numbers}  ${outcome}`)
  for (const what of caught) talk(`  guards  ${what}`)
}

/** What the crawler was stopped at, in the gate's own figures, and what it was about to burn. */
async function tellStop({ traceId, budgetUsd, finished, stopped: { denial, calls, millis } }: Report): Promise<void> {
  const answer = await read(`/api/runs/${traceId}`)
  const { decisions = [] } = answer?.ok ? ((await answer.json()) as { decisions?: Lent[] }) : {}
  const spent = decisions.find(({ kind }) => kind === 'agent')?.spentUsd ?? 0
  const seconds = millis / 1000
  talk(
    `crawler  stopped at ${usd(spent)} of ${usd(budgetUsd)} after ${calls} calls in ${seconds.toFixed(1)} s ` +
      `(${denial.code}); 30 s would have cost ${usd((spent / seconds) * 30)}; ${finished.join(' and ')} went on`,
  )
  talk(`crawler  ${collector}/runs/${traceId}`)
}

/** The decision by which the crawler got its part of the money. */
interface Lent {
  readonly kind: string
  readonly spentUsd: number | null
}

function usd(amount: number): string {
  return `$${amount.toFixed(2)}`
}

/** Undefined where nobody answers. */
async function read(path: string): Promise<Response | undefined> {
  const key = process.env.OUTRIDER_API_KEY
  const headers = key ? { authorization: `Bearer ${key}` } : {}
  return fetch(`${collector}${path}`, { headers, signal: AbortSignal.timeout(5000) }).catch(() => undefined)
}

function settingsOf(args: string[]): { runs: number; seed: number } | undefined {
  try {
    const { values } = parseArgs({ args, options: { runs: { type: 'string' }, seed: { type: 'string' } } })
    const runs = Number(values.runs ?? tickets.length)
    const seed = Number(values.seed ?? 1)
    const valid =
      Number.isInteger(runs) && runs >= 1 && runs <= 1000 && Number.isInteger(seed) && seed >= 0 && seed <= 1e6
    return valid ? { runs, seed } : undefined
  } catch {
    return undefined
  }
}

/** Talk goes to stderr: stdout is the link alone. */
function talk(line: string, exitCode = 0): number {
  console.error(line)
  return exitCode
}
