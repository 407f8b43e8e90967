/**
 * `check`: facts → decide → hold → answer. Between reading the facts and holding nothing is awaited where the ledger is in
 * memory, so that two callers can not both be given the last cent; where it is shared the ledger tests once more, in the
 * step in which it writes, and says so.
 */
import {
  accountsOf,
  type Balance,
  type Call,
  type Decided,
  decide,
  type Facts,
  type LeaseTerms,
  type LeaseVerdict,
  type NanoUsd,
  type Rules,
  type Verdict,
} from '@outrider/policies'
import { OutriderError } from '../errors.ts'
import type { CallJudge, JudgedCall } from '../guarding.ts'
import type { Approval, Hold, Ledger, Balance as LedgerBalance } from '../ledger/ledger.ts'
import { actOf, isApprovalId, pendingOf, questionOf, refusedBy, stillAsks, tooManyAsked, usedUp } from './approval.ts'
import type { PeoplesApprovals } from './approvals.ts'
import type { Check } from './body.ts'
import { fingerprint } from './fingerprint.ts'
import { boundInput } from './input-bound.ts'
import { type Memo, readMemo, writeMemo } from './memo.ts'
import { openAiModel } from './openai-model.ts'
import type { Pricing } from './pricing.ts'
import type { Rulebook } from './rulebook.ts'
import type { Rungs } from './rungs.ts'
import type { Tokenizers } from './tokenizer.ts'

export interface CheckParts {
  readonly ledger: Ledger
  readonly rulebook: Rulebook
  readonly pricing: Pricing
  readonly tokenizers: Tokenizers
  readonly rungs: Rungs
  readonly guards: CallJudge
  readonly approvals: Pick<PeoplesApprovals, 'ask' | 'find'>
  /** Milliseconds since 1970. */
  now(): number
}

/** The ledger's word may differ from the facts so often before the call is refused. */
const ROUNDS = 3

/**
 * Answers with the verdict, which is journaled by then. Throws `OUT_FIELD_INVALID` where nothing bounds the input,
 * `OUT_HOLD_CONFLICT` for an ID that stands for another body, `OUT_LEDGER_UNAVAILABLE` where nothing can be written.
 *
 * @param tenant of the caller's key; null without keys
 */
export function createCheck(parts: CheckParts): (asked: Check, tenant: string | null) => Promise<Verdict> {
  const { ledger, rulebook, pricing, tokenizers, rungs, guards, approvals, now } = parts

  /** Upper bound for this model: another one counts otherwise. Null: nothing bounds it. */
  function tokensOf(asked: Check, provider: string | null, model: string | null): number | null {
    const count = model === null ? null : tokenizers.of(provider, model)
    const bound = boundInput(asked, provider, model, count)
    if (bound.kind === 'tokens') return bound.tokens
    return model === null ? null : pricing.contextWindow(provider, model, now())
  }

  function callOf(asked: Check, tenant: string | null): Call {
    const provider = asked.provider ?? null
    const model = asked.model ?? null
    const inputTokens = asked.kind === 'model' ? tokensOf(asked, provider, model) : 0
    if (inputTokens === null && model !== null && pricing.ceiling(provider, model, 0, now()) !== null) {
      const message = `\`inputTokens\` is missing: nothing in this request bounds what goes into ${model}.`
      throw new OutriderError('OUT_FIELD_INVALID', message, { field: 'inputTokens' })
    }
    return {
      id: asked.id,
      traceId: asked.traceId,
      spanId: asked.spanId ?? null,
      kind: asked.kind,
      agent: asked.agent ?? null,
      workflow: asked.workflow ?? null,
      userId: asked.userId ?? null,
      tenantId: tenant ?? asked.tenantId ?? null,
      sessionId: asked.sessionId ?? null,
      provider,
      model,
      toolName: asked.tool?.name ?? null,
      inputTokens: inputTokens ?? 0,
      maxOutputTokens: asked.maxOutputTokens ?? null,
      estimate: asked.estimateUsd ?? null,
      priority: asked.priority ?? 'normal',
      parentHoldId: asked.parentHoldId ?? null,
      runLimit: asked.runBudgetUsd ?? null,
      depth: asked.depth ?? null,
    }
  }

  /** The most that a call of this request may cost, also on another model. */
  function priceFor(asked: Check, call: Call, at: number): Facts['price'] {
    return (provider, model, inputTokens, outputTokens) => {
      const own = call.kind !== 'model' || model === call.model || inputTokens !== call.inputTokens
      const bound = own ? inputTokens : tokensOf(asked, provider, model)
      return bound === null ? undefined : pricing.most(provider, model, bound, outputTokens, at)
    }
  }

  return async (asked, tenant) => {
    try {
      return await answer(asked, tenant)
    } catch (cause) {
      // a yes for another call, or one that was used, is a no; and a client must not take it for our absence
      const isConflict = cause instanceof OutriderError && cause.code === 'OUT_HOLD_CONFLICT'
      if (isConflict && isApprovalId(asked.id)) return usedUp(asked.id)
      throw cause
    }
  }

  async function answer(asked: Check, tenant: string | null): Promise<Verdict> {
    const print = fingerprint(asked)
    const recalled = ledger.recall(tenant, asked.id, print)
    const before = recalled instanceof Promise ? await recalled : recalled
    if (before === 'conflict') throw conflict(asked.id)
    if (before !== undefined) return withInput(before, asked, tenant)

    const approval = isApprovalId(asked.id) ? await approvals.find(tenant, asked.id) : undefined
    if (approval !== undefined && questionOf(approval).act !== actOf(asked)) throw conflict(asked.id)
    if (approval?.state === 'pending') return stillAsks(approval)

    let told = callOf(asked, tenant)
    /** What is sent to the model: as asked, or redacted. */
    let sent = asked
    let judged: JudgedCall | null | undefined
    let parent: ParentNow | null = null
    if (told.parentHoldId !== null) {
      const found = ledger.find(tenant, told.parentHoldId)
      parent = parentFacts(told.parentHoldId, found instanceof Promise ? await found : found)
    }
    let corrected: readonly Balance[] = []
    for (let round = 1; ; round++) {
      const at = now()
      const rules = rulebook.at(at)
      const counted = ledger.run(tenant, told.traceId)
      const run = (counted instanceof Promise ? await counted : counted) ?? null
      const call = { ...told, runLimit: lowest(told.runLimit, run?.runLimit ?? null) }
      const read = ledger.balances(accountsOf(call, rules, at))
      const balances: readonly LedgerBalance[] = read instanceof Promise ? await read : read
      const facts: Facts = {
        balances: corrected.length === 0 ? balances : withCorrections(balances, corrected),
        price: priceFor(sent, call, at),
        maxOutput: (provider, model) => {
          return openAiModel(provider, model)?.maxOutputTokens ?? pricing.contextWindow(provider, model, at)
        },
        switches: ledger.switches(),
        run: run === null ? null : { ...run, turns: run.turns.get(call.agent ?? '') ?? 0, limit: run.runLimit },
        parent,
        engaged: rungs.engaged(),
        said: judged?.said ?? [],
        approved: yes(approval, at),
      }
      const decided = decide(call, rules, facts, at)
      // what money refuses is not read; what was read is decided again, in one tick with the hold
      if ((decided.hold !== null || decided.asks !== null) && judged === undefined) {
        const soon = guards.call(asked, told)
        judged = soon instanceof Promise ? await soon : soon
        if (soon instanceof Promise || judged !== null) {
          sent = withJudged(asked, judged)
          told = callOf(sent, tenant)
          round -= 1
          continue
        }
      }
      rungs.apply(decided.rungs)
      const memo = memoOf(sent, decided, rules, parent, at, judged?.evidence)
      const noted = {
        id: call.id,
        fingerprint: print,
        tenantId: tenant,
        kind: call.kind,
        agent: call.agent,
        traceId: call.traceId,
        spanId: call.spanId,
        parentId: call.parentHoldId,
        memo: writeMemo(memo),
      }
      const no = approval !== undefined && !yes(approval, at)
      if (decided.hold === null || no || round > ROUNDS) {
        const verdict = no ? refusedBy(approval) : await refusalOf(asked, tenant, decided, memo)
        const outcome = await ledger.refuse({ ...noted, verdict })
        if (outcome.kind === 'conflict') throw conflict(asked.id)
        if (outcome.kind === 'stale' && round <= ROUNDS) continue
        return outcome.kind === 'known' ? outcome.verdict : verdict
      }
      const verdict = withTerms(decided, at, guards.guardsOutput(told.kind === 'tool' ? 'tool' : 'output', told))
      const outcome = await ledger.hold({ ...noted, ...decided.hold, verdict })
      switch (outcome.kind) {
        case 'held':
          return handedBack(verdict, judged)
        case 'known':
          return handedBack(outcome.verdict, judged)
        case 'conflict':
          throw conflict(asked.id)
        case 'refused':
          corrected = outcome.short
          break
        case 'orphan':
          parent = parent === null ? null : { ...parent, open: outcome.left !== null, left: outcome.left ?? 0 }
          break
        case 'stale':
          break
      }
    }
  }

  /** The verdict of before. What goes in instead is not kept with it, but made again: the text is at hand. */
  async function withInput(verdict: Verdict, asked: Check, tenant: string | null): Promise<Verdict> {
    if (verdict.decision !== 'redact') return verdict
    return handedBack(verdict, await guards.call(asked, callOf(asked, tenant)))
  }

  /** Why not now; with the question, where a person is asked. */
  async function refusalOf(asked: Check, tenantId: string | null, decided: Decided, memo: Memo): Promise<Verdict> {
    if (decided.hold !== null) return refusedAfterAll(decided.verdict)
    if (decided.asks === null) return decided.verdict
    const question = await approvals.ask({ asked, decided, memo, tenantId })
    return question === null ? tooManyAsked() : { ...decided.verdict, approval: pendingOf(question) }
  }

  function memoOf(
    asked: Check,
    { call }: Decided,
    rules: Rules,
    parent: ParentNow | null,
    at: number,
    evidence: Memo['evidence'] = [],
  ): Memo {
    const inputNano =
      call.kind !== 'model' || call.model === null
        ? 0
        : (priceFor(asked, call, at)(call.provider, call.model, call.inputTokens, 0) ?? 0)
    const { kind, traceId, spanId, parentHoldId, agent, workflow, userId, tenantId, sessionId } = call
    const { provider, model, toolName, inputTokens, maxOutputTokens } = call
    return {
      ...{ at, kind, traceId, spanId, parentSpanId: asked.parentSpanId ?? null, parentHoldId },
      ...{ agent, workflow, userId, tenantId, sessionId, provider, model, toolName, inputTokens, maxOutputTokens },
      inputNano,
      rules: rules.version,
      agents: [...(agent === null ? [] : [agent]), ...(parent?.agents ?? [])],
      ...(evidence.length === 0 ? {} : { evidence }),
    }
  }

  /** What the holder of a lease prices its calls by: at any length of input. */
  function withTerms({ verdict: plain, call }: Decided, at: number, guardsOutput: boolean): LeaseVerdict {
    const verdict: Verdict = call.kind !== 'agent' && guardsOutput ? { ...plain, guard: { output: 'stream' } } : plain
    if (call.kind !== 'lease' || call.model === null) return verdict
    const ceiling = pricing.ceiling(call.provider, call.model, Number.MAX_SAFE_INTEGER, at)
    if (ceiling === null) return verdict
    const most = openAiModel(call.provider, call.model)?.maxOutputTokens ?? Infinity
    const asked = call.maxOutputTokens ?? rulebook.at(at).defaults.maxOutputTokens
    const lease: LeaseTerms = {
      ...(call.provider === null ? {} : { provider: call.provider }),
      model: call.model,
      inputNanoPerToken: Math.ceil(ceiling.inputNanoPerMTok / 1e6),
      outputNanoPerToken: Math.ceil(ceiling.outputNanoPerMTok / 1e6),
      requestNano: ceiling.requestNano,
      maxOutputTokens: Math.min(asked, most),
    }
    return { ...verdict, lease }
  }
}

/** The request as it goes on: what was counted by the caller grows with what hides more than it hid. */
function withJudged(asked: Check, judged: JudgedCall | null): Check {
  if (judged?.input === undefined || asked.kind !== 'model') return asked
  const { inputTokens, inputBytes } = asked
  return {
    ...asked,
    input: judged.input as NonNullable<Check['input']>,
    ...(inputTokens === undefined ? {} : { inputTokens: inputTokens + judged.grown }),
    ...(inputBytes === undefined ? {} : { inputBytes: inputBytes + judged.grown }),
  }
}

function handedBack(verdict: Verdict, judged: JudgedCall | null | undefined): Verdict {
  if (verdict.decision !== 'redact' || judged?.input === undefined) return verdict
  return { ...verdict, input: judged.input }
}

/** A yes that is still good. */
const yes = (approval: Approval | undefined, at: number): boolean => {
  return approval?.state === 'approved' && at < approval.expiresAt
}

type ParentNow = NonNullable<Facts['parent']>

function parentFacts(id: string, hold: Hold | undefined): ParentNow {
  if (hold === undefined || (hold.kind !== 'agent' && hold.kind !== 'lease')) {
    return { id, amount: 0 as NanoUsd, left: 0, spent: 0, open: false, accounts: [], agents: [] }
  }
  const { amount, left, spent, state, accounts } = hold
  return { id, amount, left, spent, open: state === 'open', accounts, agents: readMemo(hold.memo).agents }
}

function withCorrections(balances: readonly Balance[], corrected: readonly Balance[]): readonly Balance[] {
  return balances.map((balance) => {
    return corrected.find(({ budget, key }) => budget === balance.budget && key === balance.key) ?? balance
  })
}

function lowest(a: NanoUsd | null, b: NanoUsd | null): NanoUsd | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}

/** Others were faster, again and again: refused for now. */
function refusedAfterAll({ reasons }: Verdict): Verdict {
  const reason = {
    rule: 'gate',
    code: 'BUDGET_EXCEEDED',
    message: 'Other calls took the room while this one was decided; ask again with another ID.',
    retryable: true,
  } as const
  return { decision: 'deny', holdId: null, heldUsd: 0, expiresAt: null, reasons: [reason, ...reasons] }
}

const conflict = (id: string): OutriderError => {
  const message = `\`id\` ${id} stands for another request: the same ID is the same body, for ever.`
  return new OutriderError('OUT_HOLD_CONFLICT', message, { field: 'id' })
}
