/**
 * Guards where calls travel: what goes into a model or a tool, and what comes out, judged by the policy of its workflow,
 * agent and tenant. What they say is judged with the rules of the gate; what they found is evidence of the call.
 */
import type { CallInput, Finding as Said } from '@outrider/policies'
import {
  type Action,
  type Direction,
  enforces,
  type GuardPolicy,
  toolVerdict,
  usesVault,
} from '@outrider/policies/guards'
import { checkArgs, type GuardScope } from '../guard-policy.ts'
import type { AskedCall, CallJudge, Evidence, JudgedCall, JudgedOutput, Scope, Subject } from '../guarding.ts'
import { argumentTexts, textsOf, withArgumentTexts, withTexts } from './call-texts.ts'
import { evidenceOf, joined } from './evidence.ts'
import type { Reader } from './reader.ts'
import { type AskedText, type JudgedTexts, judgeTexts } from './text-judge.ts'
import type { Vaults } from './vaults.ts'

export interface CallJudgeParts {
  policyOf(scope: GuardScope): GuardPolicy
  readonly reader: Pick<Reader, 'read'>
  readonly hashKey: string
  readonly vaults: Vaults
  /** Whether the text around a finding may be kept. */
  readonly keepsText: boolean
  /** Told of everything that was found, for metrics. */
  found(evidence: readonly Evidence[]): void
  tell(subject: Subject, evidence: readonly Evidence[]): void
}

/** Characters that are read at once: less than a millisecond. Patterns of the operator's own take longer. */
const AT_ONCE = 4096
const AT_ONCE_WITH_RULES = 512
/** What each text costs, however short. */
const EACH = 32
const REASONS = 20

export function createCallJudge(parts: CallJudgeParts): CallJudge {
  const { policyOf, reader, hashKey, vaults, keepsText, found, tell } = parts
  type Soon<T> = T | Promise<T>

  function judged<T>(
    texts: readonly AskedText[],
    scope: Scope,
    mayRewrite: boolean,
    then: (judged: JudgedTexts | null, policy: GuardPolicy) => T,
  ): Soon<T> {
    const named = scopeOf(scope)
    const policy = policyOf(named)
    const judge = { source: 'gate', keepsText, mayRewrite } as const
    const size = texts.reduce((sum, { text }) => sum + text.length + EACH, 0)
    const own = texts.some(({ direction }) => policy.plans[direction].rules.length > 0)
    const isShort = size <= (own ? AT_ONCE_WITH_RULES : AT_ONCE)
    // what is to be given back is remembered here
    if (isShort || usesVault(policy)) {
      const run = runOf(scope)
      const operatorsOf = (direction: Direction) => ({ hashKey, vault: vaults.hiding(run, direction) })
      return then(judgeTexts(texts, policy, judge, operatorsOf), policy)
    }
    return reader.read({ texts, scope: named, judge }).then((answer) => then(answer, policy))
  }

  function counted(evidence: readonly Evidence[]): readonly Evidence[] {
    const all = joined(evidence)
    if (all.length > 0) found(all)
    return all
  }

  function model(input: CallInput, scope: Scope): Soon<JudgedCall | null> {
    const texts = textsOf(input).map((one) => ({ ...one, field: 'input' }))
    if (texts.length === 0) return null
    return judged(texts, scope, true, (answer, policy) => {
      if (answer === null) return unread(policy, 'input')
      const after = answer.action === 'allow' || answer.action === 'flag' ? input : withTexts(input, answer.texts)
      const evidence = counted(foundIn(answer))
      return { ...changed(input, after), said: saidOf(evidence, policy), evidence }
    })
  }

  /** A model writes the stand-ins that it was given; whoever acts on its words gets what they stand for. */
  function restored(args: unknown, scope: Scope): unknown {
    const vault = vaults.restoring(runOf(scope))
    if (vault === null) return args
    return withArgumentTexts(
      args,
      argumentTexts(args).map(({ text }) => (/^\s*[[{]/.test(text) ? vault.restoreJson(text) : vault.restore(text))),
    )
  }

  function tool({ name, args }: NonNullable<AskedCall['tool']>, scope: Scope): Soon<JudgedCall | null> {
    const policy = policyOf(scopeOf(scope))
    const plan = policy.plans.tool
    const verdict = toolVerdict({ name, args }, plan, checkArgs)
    const settings = { policy, direction: 'output', field: 'toolArgs', source: 'gate', enforced: true } as const
    const rules = evidenceOf('', verdict.findings, { ...settings, keepsText: false })
    const texts = argumentTexts(args).map((one) => ({ ...one, field: 'toolArgs' }))
    return judged(texts, scope, plan.section.tools?.redact === true, (answer, used) => {
      if (answer === null) return unread(used, 'output')
      const rewrites = answer.action !== 'allow' && answer.action !== 'flag'
      const after = restored(rewrites ? withArgumentTexts(args, answer.texts) : args, scope)
      const evidence = counted([...rules, ...foundIn(answer)])
      const said = saidOf(evidence, used)
      const isChanged = after !== args && !said.some(({ decision }) => decision === 'redact')
      return { ...changed(args, after), said: isChanged ? [...said, givenBack] : said, evidence }
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
        const said = saidOf(evidence, policy)
        const [hidden = text] = answer.texts
        const after = direction === 'output' ? (vaults.restoring(runOf(scope))?.restore(hidden) ?? hidden) : hidden
        if (after === text) return { said, evidence }
        const isTold = hidden !== text || after === hidden
        return { said: isTold ? said : [...said, givenBack], evidence, output: after }
      })
    },
    tell,
    guardsOutput: (direction, scope) => enforces(policyOf(scopeOf(scope)), direction),
  }
}

/** For whom values are hidden and given back. */
const runOf = ({ tenantId, traceId }: Scope) => ({ tenant: tenantId, run: traceId ?? null })

const givenBack: Said = {
  decision: 'redact',
  reason: {
    rule: 'vault/restore',
    code: 'GUARD_REDACTED',
    message: 'Values that were hidden from the model are given back.',
    retryable: false,
  },
}

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

/** A reason for each rule that asks for something, the strictest of its words. */
function saidOf(evidence: readonly Evidence[], { name, version }: GuardPolicy): readonly Said[] {
  return evidence.slice(0, REASONS).flatMap(({ guard, rule, action, shadow, why }) => {
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
    return [{ decision, reason }]
  })
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
