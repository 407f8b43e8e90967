/** Runs and agents: the spans that others inherit from. */
import { context, type Span, SpanKind, trace } from '@opentelemetry/api'
import { attribute } from './attributes.ts'
import {
  type Attempt,
  amount,
  attemptFields,
  type Facts,
  type Fields,
  gather,
  name,
  names,
  newFacts,
  text,
  type Versions,
  versionFields,
} from './facts.ts'
import { inSpan, type Live, type Opening, quietly } from './live.ts'
import { moneyOf } from './money.ts'
import { type Recorder, type Rest, recorderOf, split, type TextFields } from './recorder.ts'
import { activeScope, type Scope } from './scope.ts'
import { state } from './state.ts'
import { STOP_REASONS, type StopReason } from './stop-reason.ts'

export interface Work extends Recorder {
  /**
   * Aborts when somebody, or a rule, stops what this work belongs to: hand it to what takes long. Its reason is the
   * DeniedError. Also there before `start`, when nobody can stop anything.
   */
  readonly signal: AbortSignal
  /** Says why this agent or run ends. Without it: `completed`, or what the thrown error says. */
  stop(reason: StopReason): void
}

export interface RunOptions extends Versions {
  readonly user?: string | undefined
  readonly tenant?: string | undefined
  /** Joins the runs of one conversation. */
  readonly session?: string | undefined
  /** At most 32, of 128 characters. */
  readonly tags?: readonly string[] | undefined
  /** @default the run's name */
  readonly workflow?: string | undefined
  /**
   * USD: what the run's guarded calls may cost together, beside the operator's own caps. Inside of another run: a part
   * of that one's money, set aside. Wants `onUnavailable`: without it the first guarded call rejects with a SettingError.
   */
  readonly budgetUsd?: number | undefined
  readonly input?: unknown
}

export interface AgentOptions extends Versions, Attempt {
  readonly version?: string | undefined
  /**
   * USD set aside of the run's money for the agent's guarded calls; what is not used goes back when it ends. Where the
   * run has not so much left, its first guarded call is denied. Wants `onUnavailable`, as the run's.
   */
  readonly budgetUsd?: number | undefined
  readonly input?: unknown
}

const inheritedFields: Fields<RunOptions> = [
  ['workflow', attribute.workflow, name],
  ['user', attribute.user, name],
  ['tenant', attribute.tenant, name],
  ['session', attribute.session, name],
  ['tags', attribute.tags, names],
  ...versionFields,
]
const runFields: Fields<RunOptions> = [
  ['budgetUsd', attribute.budgetUsd, amount],
  ['input', attribute.input, text],
]
const agentFields: Fields<AgentOptions> = [
  ['version', attribute.agentVersion, name],
  ['budgetUsd', attribute.budgetUsd, amount],
  ['input', attribute.input, text],
  ...attemptFields,
]
const textFields: TextFields = [
  ['input', attribute.input, text],
  ['output', attribute.output, text],
]

export function run<T>(title: string, fn: (run: Work) => T): T
export function run<T>(title: string, options: RunOptions | undefined, fn: (run: Work) => T): T
export function run<T>(title: string, ...rest: Rest<RunOptions, Work, T>): T {
  const [options, fn] = split(rest)
  const opening = () => {
    const outer = activeScope()
    const stamp = newFacts(state.content, { ...outer?.stamp })
    name(stamp, attribute.workflow, title)
    gather(stamp, inheritedFields, options)
    const facts = own(stamp, 'invoke_workflow')
    gather(facts, runFields, options)
    const nesting = { title: undefined, agent: outer?.agent, root: undefined, budgetUsd: options.budgetUsd }
    return opened(`invoke_workflow ${title}`, facts, stamp, outer, nesting)
  }
  return inSpan(opening, workOf, fn, endMoney)
}

export function agent<T>(title: string, fn: (agent: Work) => T): T
export function agent<T>(title: string, options: AgentOptions | undefined, fn: (agent: Work) => T): T
export function agent<T>(title: string, ...rest: Rest<AgentOptions, Work, T>): T {
  const [options, fn] = split(rest)
  const opening = () => {
    const outer = activeScope()
    const stamp = newFacts(state.content, { ...outer?.stamp })
    name(stamp, attribute.agent, title)
    gather(stamp, versionFields, options)
    const facts = own(stamp, 'invoke_agent')
    name(facts, attribute.parentAgent, outer?.agent)
    gather(facts, agentFields, options)
    const nesting = { title, agent: title, root: outer?.root, budgetUsd: options.budgetUsd }
    return opened(`invoke_agent ${title}`, facts, stamp, outer, nesting)
  }
  return inSpan(opening, workOf, fn, endMoney)
}

/** Says why the nearest agent or run ends, from anywhere inside it. A word that is not a stop reason is not recorded. */
export function stop(reason: StopReason): void {
  stopScope(activeScope(), reason)
}

/** Says how the run around ended for its user: `success failure unknown`, or a word of the team's own. */
export function outcome(word: string): void {
  quietly(() => {
    const facts = newFacts(state.content)
    name(facts, attribute.outcome, word)
    const root = activeScope()?.root ?? trace.getSpan(context.active())
    root?.setAttributes(facts.attributes)
  })
}

const LIVE = Symbol('live')

/** A getter of its own would cost every run and agent; most never look at their signal. */
const worker = {
  get signal(): AbortSignal {
    const { scope } = (this as unknown as { readonly [LIVE]: Live })[LIVE]
    return scope === undefined ? new AbortController().signal : moneyOf(scope).signal()
  },
}

function workOf(live: Live): Work {
  const stop = (reason: StopReason) => stopScope(live.scope, reason)
  return { __proto__: worker, ...recorderOf(live, textFields), [LIVE]: live, stop } as unknown as Work
}

const endMoney = (_ending: unknown, { scope }: Live) => scope?.money?.end()

function stopScope(scope: Scope | undefined, reason: StopReason): void {
  if (scope !== undefined && STOP_REASONS.includes(reason)) scope.stop = reason
}

/** What a run or agent says of itself, besides what it hands down. */
function own(stamp: Facts, operation: string): Facts {
  const facts = newFacts(stamp.mode, {
    ...stamp.attributes,
    [attribute.operation]: operation,
    [attribute.contentMode]: stamp.mode,
  })
  facts.cut = stamp.cut
  return facts
}

interface Nesting {
  /** Name of the agent; a run has none. */
  readonly title: string | undefined
  /** The nearest agent. */
  readonly agent: string | undefined
  /** Without a root this span is the one that the outcome is bound to. */
  readonly root: Span | undefined
  readonly budgetUsd: number | undefined
}

function opened(name: string, facts: Facts, stamp: Facts, outer: Scope | undefined, nesting: Nesting): Opening {
  const { title, agent, root, budgetUsd } = nesting
  const { attributes } = stamp
  const scope = (span: Span): Scope => {
    const own = { span, outer, title, budgetUsd, money: undefined }
    const scope: Scope = { stamp: attributes, agent, root: root ?? span, stop: undefined, ...own }
    // what is set aside is set aside at once
    if (budgetUsd !== undefined) moneyOf(scope)
    return scope
  }
  return { name, kind: SpanKind.INTERNAL, facts, scope }
}
