/**
 * Guards where calls travel: what goes into a model or a tool, and what comes out, judged by the policy of its workflow,
 * agent and tenant. What they say is judged with the rules of the gate; what they found is evidence of the call.
 */
import type { CallInput, Finding as Said } from '@outrider/policies'
import { type Action, enforces, type GuardPolicy, toolVerdict } from '@outrider/policies/guards'
import { checkArgs, type GuardScope } from '../guard-policy.ts'
import type { AskedCall, CallJudge, Evidence, JudgedCall, JudgedOutput, RunScope, Scope, Subject } from '../guarding.ts'
import { argumentTexts, textsOf, withArgumentTexts, withTexts } from './call-texts.ts'
import { evidenceOf, joined } from './evidence.ts'
import type { TextJudge } from './judging.ts'
import type { AskedText, JudgedTexts } from './text-judge.ts'

export interface CallJudgeParts {
  policyOf(scope: GuardScope): GuardPolicy
  readonly texts: TextJudge
  /** Whether the text around a finding may be kept. */
  readonly keepsText: boolean
  /** Told of everything that was found, for metrics. */
  found(evidence: readonly Evidence[]): void
  tell(subject: Subject, evidence: readonly Evidence[]): void
}

/** Characters that are read at once: less than a millisecond. Patterns of the operator's own take longer. */
const AT_ONCE = 4096
const AT_ONCE_WITH_RULES = 512
const REASONS = 20

export function createCallJudge({ policyOf, texts: reading, keepsText, found, tell }: CallJudgeParts): CallJudge {
  type Soon<T> = T | Promise<T>

  function judged<T>(
    texts: readonly AskedText[],
    scope: RunScope,
    mayRewrite: boolean,
    then: (judged: JudgedTexts | null, policy: GuardPolicy) => T,
  ): Soon<T> {
    const named = scopeOf(scope)
    const policy = policyOf(named)
    const judge = { source: 'gate', keepsText, mayRewrite } as const
    const own = texts.some(({ direction }) => policy.plans[direction].rules.length > 0)
    const atOnce = own ? AT_ONCE_WITH_RULES : AT_ONCE
    const soon = reading.judge({ texts, policy, scope: named, of: runOf(scope), judge, atOnce })
    return soon instanceof Promise ? soon.then((answer) => then(answer, policy)) : then(soon, policy)
  }

  function counted(evidence: readonly Evidence[]): readonly Evidence[] {
    const all = joined(evidence)
    if (all.length > 0) found(all)
    return all
  }

  function model(input: CallInput, scope: RunScope): Soon<JudgedCall | null> {
    const texts = textsOf(input).map((one) => ({ ...one, field: 'input' }))
    if (texts.length === 0) return null
    return judged(texts, scope, true, (answer, policy) => {
      if (answer === null) return unread(policy, 'input')
      const after = answer.action === 'allow' || answer.action === 'flag' ? input : withTexts(input, answer.texts)
      const evidence = counted(foundIn(answer))
      return { ...changed(input, after), said: saidOf(evidence, policy), evidence }
    })
  }

  /** A model writes the tokens that it was given; whoever acts on its words gets what they stand for. */
  function restored(args: unknown, scope: RunScope): unknown {
    const before = argumentTexts(args).map(({ text }) => text)
    const after = before.map((text) => reading.restored(text, runOf(scope)))
    return after.every((text, at) => text === before[at]) ? args : withArgumentTexts(args, after)
  }

  function tool({ name, args }: NonNullable<AskedCall['tool']>, scope: RunScope): Soon<JudgedCall | null> {
    const policy = policyOf(scopeOf(scope))
    const plan = policy.plans.tool
    const verdict = toolVerdict({ name, args }, plan, checkArgs)
    const settings = { policy, direction: 'output', field: 'toolArgs', source: 'gate', enforced: true } as const
    const rules = evidenceOf('', verdict.findings, { ...settings, keepsText: false })
    const texts = argumentTexts(args).map((one) => ({ ...one, field: 'toolArgs' }))
    return judged(texts, scope, plan.section.tools?.redact === true, (answer, used) => {
      if (answer === null) return unread(used, 'output')
      const rewrites = answer.action !== 'allow' && answer.action !== 'flag'
      const hidden = rewrites ? withArgumentTexts(args, answer.texts) : args
      const after = restored(hidden, scope)
      const evidence = counted([...rules, ...foundIn(answer)])
      return { ...changed(args, after), said: saidOf(evidence, used, after !== hidden), evidence }
    })
  }

  return {
    call({ kind, input, tool: used }, scope) {
      if (kind === 'model') return input === undefined ? null : model(input, scope)
      return kind === 'tool' && used !== undefined ? tool(used, scope) : null
    },
    output(text, direction, scope): Soon<JudgedOutput | null> {
      if (text === '') return null
      return judged([{ text, direction, field: 'output' }], scope, true, (answer, policy) => {
        if (answer === null) return unread(policy, direction)
        const evidence = counted(foundIn(answer))
        const [hidden = text] = answer.texts
        // what went in under a token is for those who said it; what a tool returns goes in
        const after = direction === 'output' ? reading.restored(hidden, runOf(scope)) : hidden
        const said = saidOf(evidence, policy, after !== hidden)
        return { said, evidence, ...(after === text ? {} : { output: after }) }
      })
    },
    tell,
    guardsOutput: (direction, scope) => enforces(policyOf(scopeOf(scope)), direction),
  }
}

const runOf = ({ tenantId, traceId }: RunScope) => ({ tenant: tenantId, run: traceId })

const scopeOf = ({ workflow, agent, tenantId }: Scope): GuardScope => {
  return { workflow: workflow ?? undefined, agent: agent ?? undefined, tenant: tenantId ?? undefined }
}

/** The input as it goes on, and by how much it may have grown: places are shorter or longer than what they stand for. */
function changed(before: unknown, after: unknown): { readonly input?: CallInput; readonly grown: number } {
  if (after === before) return { grown: 0 }
  const bytes = (value: unknown) => Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value))
  return { input: after as CallInput, grown: Math.max(0, bytes(after) - bytes(before)) }
}

const foundIn = ({ results }: JudgedTexts): readonly Evidence[] => results.flatMap(({ evidence }) => evidence)

const decisions: Partial<Record<Action, Said['decision']>> = { redact: 'redact', ask: 'ask', block: 'deny' }

const givenBack: Said = {
  decision: 'redact',
  reason: {
    rule: 'vault/restore',
    code: 'GUARD_REDACTED',
    message: 'Values that were hidden from the model are given back.',
    retryable: false,
  },
}

/** A reason for each rule that asks for something, the strictest of its words. */
function saidOf(evidence: readonly Evidence[], { name, version }: GuardPolicy, isRestored = false): readonly Said[] {
  const said = evidence.slice(0, REASONS).flatMap(({ guard, rule, action, shadow, why }) => {
    const decision = decisions[action]
    if (decision === undefined) return []
    const code =
      decision === 'ask'
        ? 'APPROVAL_REQUIRED'
        : decision === 'redact'
          ? 'GUARD_REDACTED'
          : guard === 'tool'
            ? 'TOOL_DENIED'
            : 'GUARD_BLOCKED'
    const message = `${why} Guard policy ${name} ${version}.`
    const reason = { rule, code, message, retryable: decision === 'ask', ...(shadow ? { shadow } : {}) } as const
    return [{ decision, reason } satisfies Said]
  })
  return isRestored ? [...said, givenBack] : said
}

/** What could not be read goes on only where nothing would have been done about it. */
function unread(policy: GuardPolicy, direction: 'input' | 'output' | 'tool'): JudgedCall {
  const reason = {
    rule: 'guards',
    code: 'GUARD_BLOCKED',
    message: 'The guards could not read this text in time; ask again with another ID.',
    retryable: true,
  } as const
  return { said: enforces(policy, direction) ? [{ decision: 'deny', reason }] : [], grown: 0, evidence: [] }
}
