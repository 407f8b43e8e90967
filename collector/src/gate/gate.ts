/** The gate's parts put together: everything that the collector needs to ask, settle, stop and tell. */
import type { Account, Verdict, WireApproval } from '@outrider/policies'
import type { FastifyBaseLogger, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { CallJudge } from '../guarding.ts'
import type { Hold, Ledger } from '../ledger/ledger.ts'
import type { Metrics } from '../metrics.ts'
import type { RuleSettings } from '../rules.ts'
import type { Span } from '../span.ts'
import { approvalRoutes } from './approval-routes.ts'
import { createApprovals, type PeoplesApprovals } from './approvals.ts'
import { budgetRoutes } from './budget-routes.ts'
import { createCheck } from './check.ts'
import { createFigures } from './figures.ts'
import { createMeter, type Meter } from './meter.ts'
import type { Pricing } from './pricing.ts'
import { gateRoutes } from './routes.ts'
import { createRulebook } from './rulebook.ts'
import { createRungs } from './rungs.ts'
import { createSettler } from './settle.ts'
import { createStream } from './stream.ts'
import { switchRoutes } from './switch-routes.ts'
import { createTeller } from './teller.ts'
import { createTokenizers } from './tokenizer.ts'
import { createTripper } from './tripper.ts'

export interface GateParts {
  readonly ledger: Ledger
  readonly settings: RuleSettings
  readonly pricing: Pricing
  readonly guards: CallJudge
  readonly metrics: Metrics
  readonly log: FastifyBaseLogger
  /** The tenant that the caller's key is bound to. */
  tenantOf(request: FastifyRequest): string | null
  /** Whose holds a span may settle. */
  namespaceOf(span: Span): string | null
  /** What the content mode leaves of a text. */
  redact(text: string): string | null
  /** Hears every new question to a person, and at the start those that still wait. */
  asked?(approval: WireApproval): void
  /** Milliseconds since 1970. @default Date.now */
  now?(): number
}

export interface GateSettings {
  /** Between two looks at what is over: expired holds, budgets with room again, decisions to tell. @default 1000 */
  readonly everyMs?: number
}

export interface Gate {
  readonly routes: readonly FastifyPluginAsync[]
  readonly approvals: Pick<PeoplesApprovals, 'answer' | 'wire'>
  /** The first of the sinks. */
  readonly meter: Meter
  /** Takes the file's new rules. */
  reload(settings: RuleSettings): void
  /** Reads the accounts, for the scrape that follows. */
  refresh(): Promise<void>
  /** Starts to look at what is over. `accept`: where decisions go as spans. Call once the pipeline stands. */
  start(accept: (spans: readonly Span[]) => Promise<void>): void
  /** Tells what is still to be told, as far as the store takes it, and stops. The ledger stays open. */
  close(): Promise<void>
}

/** Resolves once the rules that were changed at run time are read. */
export async function createGate(parts: GateParts, { everyMs = 1000 }: GateSettings = {}): Promise<Gate> {
  const { ledger, settings, pricing, guards, metrics, log, tenantOf, namespaceOf, now = Date.now } = parts
  let { timeoutSeconds } = settings.approvals
  const rulebook = createRulebook(settings, now)
  rulebook.edited(await ledger.rules())
  const tripper = createTripper({ ledger, rulebook, now })
  const figures = createFigures(metrics, ledger)
  const stream = createStream({
    switches: () => ledger.switches(),
    onSwitch: (listener) => ledger.onSwitch(listener),
    version: () => rulebook.at(now()).version,
    onVersion: (listener) => rulebook.onChange(({ version }) => listener(version)),
  })
  metrics.gauge('gate_listeners', 'Open streams of switches.', stream.listeners)

  const quietly = (what: string) => (err: unknown) => log.error({ err }, what)

  async function changed(): Promise<void> {
    rulebook.edited(await ledger.rules())
    await tripper.review()
  }
  const stopRules = ledger.onRules(() => void changed().catch(quietly('changed rules could not be read')))

  async function billed(hold: Hold, unbacked: number): Promise<void> {
    figures.billed(hold, unbacked)
    if (unbacked > 0) {
      log.warn({ hold: hold.id, traceId: hold.traceId, unbackedNano: unbacked }, 'billed beyond the hold')
    }
    await trip(hold.accounts, hold.tenantId)
  }

  /** What was billed stands whether the trip is heard or not: the balance refuses. */
  async function trip(accounts: readonly Account[], tenantId: string | null): Promise<void> {
    await tripper.look(accounts, tenantId).catch(quietly('a budget that is used up could not trip its switch'))
  }

  const approvals = createApprovals({
    ledger,
    redact: parts.redact,
    timeoutMs: () => timeoutSeconds * 1000,
    asked(wire, approval) {
      stream.approval(approval)
      parts.asked?.(wire)
    },
    ended(approval) {
      stream.approval(approval)
      figures.decided(approval.state)
    },
    now,
  })
  metrics.gauge('approvals_pending', 'Questions that wait for a person.', approvals.pending)

  const check = createCheck({
    ledger,
    rulebook,
    pricing,
    tokenizers: createTokenizers(),
    rungs: createRungs(),
    guards,
    approvals,
    now,
  })
  const settler = createSettler({ ledger, pricing, guards, billed })
  const meter = createMeter({ ledger, rulebook, namespaceOf, billed, booked: trip, now })

  let teller: { tell(): Promise<void> } | null = null
  let accepts: ((spans: readonly Span[]) => Promise<void>) | null = null
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<unknown> = Promise.resolve()

  async function look(): Promise<void> {
    for (const hold of await ledger.expire()) {
      figures.uncertain(hold)
      log.warn({ hold: hold.id, traceId: hold.traceId }, 'a hold ended without a word and counts as spent')
      await trip(hold.accounts, hold.tenantId)
    }
    rulebook.at(now())
    await tripper.review()
  }

  /** The process before this one may have died before it told anybody. */
  async function askAgain(): Promise<void> {
    if (parts.asked === undefined) return
    for (const approval of await approvals.list(null, 'pending', 1000)) parts.asked(await approvals.wire(approval))
  }

  function again(): void {
    timer = setTimeout(() => {
      turn = look()
        .catch(quietly('holds that are over could not be looked at'))
        .then(() => approvals.look(accepts))
        .then(() => teller?.tell())
        .catch(quietly('decisions could not be told; they are kept'))
        .then(again)
    }, everyMs)
    timer.unref()
  }

  return {
    routes: [
      gateRoutes({ check, settler, stream, tenantOf, answered: (verdict: Verdict, s) => figures.answered(verdict, s) }),
      switchRoutes({ ledger, tenantOf, now }),
      budgetRoutes({ ledger, rulebook, changed, tenantOf, now }),
      approvalRoutes({ approvals, tenantOf }),
    ],
    approvals,
    meter,
    reload(next) {
      rulebook.reload(next)
      timeoutSeconds = next.approvals.timeoutSeconds
      void tripper.review().catch(quietly('switches could not be reviewed'))
    },
    refresh: () => figures.refresh(),
    start(accept) {
      teller = createTeller({ ledger, accept })
      accepts = accept
      void askAgain().catch(quietly('who waits for a person could not be told again'))
      again()
    },
    async close() {
      clearTimeout(timer)
      await turn
      clearTimeout(timer)
      await meter.recount([]).catch(quietly('what was billed without a hold could not all be booked'))
      await approvals.look(accepts).catch(quietly('what people decided could not all be told'))
      await teller?.tell().catch(quietly('decisions could not be told; they are kept'))
      stopRules()
      stream.close()
    },
  }
}
