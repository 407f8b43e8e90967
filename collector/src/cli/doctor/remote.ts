/** What only the collector can say: whether it is ready, what the key may do, and whether what runs is seen and governed. */
import { z } from 'zod'
import { approvalsSchema, budgetsSchema, runAnswerSchema, runPageSchema } from '../answers.ts'
import type { Collector } from '../collector.ts'
import { CommandFailure, exitCode } from '../failure.ts'
import { count, duration, usd } from '../figures.ts'
import type { Finding } from './finding.ts'

const docsSchema = z.looseObject({ info: z.looseObject({ version: z.string() }) })

/** Its version, where the key may read. */
export async function versionOf(collector: Collector): Promise<string | null> {
  const { value } = await collector.ask(docsSchema, '/docs')
  return value.info.version
}

/** Agents that ask and a collector that answers must mean the same minute. */
const SKEW_MS = { warn: 5000, fail: 60_000 }

/** @throws CommandFailure where nobody answers */
export async function checkReady(collector: Collector, now: () => number): Promise<readonly Finding[]> {
  const asked = now()
  const response = await collector.open('/livez', 'application/json', AbortSignal.timeout(5000))
  const answered = now()
  await response.body?.cancel()
  const findings: Finding[] = [{ check: 'reach', state: 'ok', message: `A collector answers at ${collector.url}.` }]
  const date = Date.parse(response.headers.get('date') ?? '')
  if (!Number.isNaN(date)) findings.push(clock(date, asked, answered))
  findings.push(
    await collector.open('/readyz', 'application/json', AbortSignal.timeout(10_000)).then(
      async (ready): Promise<Finding> => {
        await ready.body?.cancel()
        return { check: 'ready', state: 'ok', message: 'It is ready: migrated, and its store answers.' }
      },
      (cause: unknown): Finding => {
        const { message, hint } = failureOf(cause)
        return { check: 'ready', state: 'fail', message: `It is not ready: ${message}`, ...(hint && { hint }) }
      },
    ),
  )
  return findings
}

/** The header counts whole seconds, and the answer took some time. */
function clock(date: number, asked: number, answered: number): Finding {
  const skew = Math.max(0, asked - (date + 1000), date - answered)
  if (skew <= SKEW_MS.warn) return { check: 'clock', state: 'ok', message: 'Both clocks say the same.' }
  const message = `The clocks are ${duration(skew)} apart.`
  const hint = 'Let both machines keep time (NTP): budgets end, and holds expire, by the collector’s clock.'
  return { check: 'clock', state: skew > SKEW_MS.fail ? 'fail' : 'warn', message, hint }
}

/** Questions that change nothing, one for each scope: refused by the key, or answered in some other way. */
const PROBES = {
  read: { method: 'GET', path: '/api/runs?limit=1' },
  gate: { method: 'GET', path: '/v1/gate/approvals/apr_doctor' },
  ingest: { method: 'POST', path: '/v1/traces' },
  admin: { method: 'POST', path: '/api/approvals/apr_doctor/deny' },
} as const

const USES = {
  read: 'the pages, Grafana and this command',
  gate: 'asking before calls',
  ingest: 'sending spans',
  admin: 'changing budgets, switches and approvals',
} as const

export interface Scopes {
  readonly findings: readonly Finding[]
  readonly read: boolean
  /** A key that nobody knows, or none where one is needed. */
  readonly refused: boolean
}

export async function checkScopes(collector: Collector): Promise<Scopes> {
  const names = Object.keys(PROBES) as (keyof typeof PROBES)[]
  const may = await Promise.all(
    names.map(async (name) => {
      const { method, path } = PROBES[name]
      try {
        if (method === 'POST')
          await collector.post(path, 'application/json', '{}').then((reply) => reply.body?.cancel())
        else
          await collector
            .open(path, 'application/json', AbortSignal.timeout(5000))
            .then((reply) => reply.body?.cancel())
      } catch (cause) {
        const { exitCode: code } = failureOf(cause)
        return { name, may: code !== exitCode.refused, failure: code === exitCode.unreachable ? cause : null }
      }
      return { name, may: true, failure: null }
    }),
  )
  const gone = may.find(({ failure }) => failure !== null)
  if (gone !== undefined) throw gone.failure
  const allowed = may.filter((one) => one.may).map(({ name }) => name)
  const read = allowed.includes('read')
  if (allowed.length === 0) {
    const hint = 'Put a key into OUTRIDER_API_KEY or --key-file; `outrider keys new` makes one.'
    const finding: Finding = { check: 'scope', state: 'fail', message: 'The key is missing, unknown or expired.', hint }
    return { findings: [finding], read, refused: true }
  }
  const findings = names.map((name): Finding => {
    if (allowed.includes(name)) return { check: 'scope', state: 'ok', message: `The key has the scope ${name}.` }
    const message = `The key has not the scope ${name}: no ${USES[name]} with it.`
    return { check: 'scope', state: 'warn', message }
  })
  return { findings, read, refused: false }
}

/** How many of the newest runs are looked into. */
const LOOKED_INTO = 10

export async function checkUse(collector: Collector, now: number): Promise<readonly Finding[]> {
  const [budgets, runs, approvals] = await Promise.all([
    collector.ask(budgetsSchema, '/api/budgets'),
    collector.ask(runPageSchema, `/api/runs?limit=${LOOKED_INTO}`),
    collector.ask(approvalsSchema, '/api/approvals?state=pending'),
  ])
  const newest = runs.value.runs[0]
  const spans: Finding =
    newest === undefined
      ? {
          ...{ check: 'spans', state: 'warn', message: 'No run has arrived yet.' },
          hint: 'outrider init prints the lines to add, and sends a test run.',
        }
      : {
          ...{ check: 'spans', state: 'ok' },
          message: `The newest run (${newest.workflow ?? newest.traceId}) began ${duration(now - Date.parse(newest.startTime))} ago.`,
        }
  const waiting = approvals.value.approvals.length
  return [
    spans,
    ...budgetFindings(budgets.value, newest !== undefined),
    ...(await unguarded(collector, runs.value.runs)),
    ...(waiting === 0
      ? []
      : [
          {
            ...{ check: 'waiting', state: 'warn', message: `${count(waiting, 'call')} wait for a person.` },
            hint: 'outrider approvals',
          } satisfies Finding,
        ]),
  ]
}

function budgetFindings(budgets: z.infer<typeof budgetsSchema>, ran: boolean): readonly Finding[] {
  if (budgets.length === 0) {
    const hint = 'Add `budgets:` to outrider.yaml, e.g. { name: run-cap, scope: run, limitUsd: 1 }.'
    return [{ check: 'budgets', state: 'warn', message: 'There are no budgets: nothing is ever refused.', hint }]
  }
  const names = [...new Set(budgets.map(({ name }) => name))]
  const idle = names.filter((name) => {
    return budgets.filter((one) => one.name === name).every(({ spentUsd, heldUsd }) => spentUsd + heldUsd === 0)
  })
  const fine: Finding = { check: 'budgets', state: 'ok', message: `${count(names.length, 'budget')} in force.` }
  if (idle.length === 0 || !ran) return [fine]
  const hint = 'Its `match` or `scope` may fit no call: compare with the names in outrider runs.'
  const message = `Nothing was ever spent on ${idle.slice(0, 5).join(', ')}.`
  return [...(idle.length < names.length ? [fine] : []), { check: 'budgets', state: 'warn', message, hint }]
}

/** Model calls that were made, and priced, without anybody having asked the gate. */
async function unguarded(
  collector: Collector,
  runs: z.infer<typeof runPageSchema>['runs'],
): Promise<readonly Finding[]> {
  const calling = runs.filter(({ llmCalls }) => llmCalls > 0)
  if (calling.length === 0) return []
  const answers = await Promise.all(
    calling.map(({ traceId }) => collector.ask(runAnswerSchema, `/api/runs/${encodeURIComponent(traceId)}`)),
  )
  const never = answers.filter(({ value }) => value.decisions.length === 0).map(({ value }) => value.run)
  if (never.length === 0) {
    return [{ check: 'unguarded', state: 'ok', message: `The newest ${count(calling.length, 'run')} asked the gate.` }]
  }
  const models = [...new Set(never.flatMap((run) => run.models))].slice(0, 5).join(', ')
  const spent = never.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0)
  const message = `${never.length} of the newest ${count(calling.length, 'run')} called ${models || 'models'} without asking the gate (${usd(spent)}).`
  const hint =
    'Wrap the client (outrider.wrap), or put outrider.guard around the call; until then budgets only count it.'
  return [{ check: 'unguarded', state: 'warn', message, hint }]
}

const failureOf = (cause: unknown): CommandFailure => {
  if (cause instanceof CommandFailure) return cause
  return new CommandFailure(exitCode.unreachable, 'it did not answer in time')
}
