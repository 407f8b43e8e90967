/** Runs and agents: the spans that others inherit from. */
import { context, type Span, SpanKind, trace } from '@opentelemetry/api'
import { attribute } from './attributes.ts'
import {
  type Attempt,
  amount,
  attempt,
  type Facts,
  name,
  newFacts,
  tags,
  text,
  type Versions,
  versions,
} from './facts.ts'
import { inSpan, type Live, type Opening, quietly } from './live.ts'
import { type Recorder, type Rest, recorderOf, split } from './recorder.ts'
import { activeScope, type Scope } from './scope.ts'
import { parts } from './state.ts'
import { STOP_REASONS, type StopReason } from './stop-reason.ts'

export interface Work extends Recorder {
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
  /** USD. Recorded on the run; caps are the operator's, in the collector. */
  readonly budgetUsd?: number | undefined
  readonly input?: unknown
}

export interface AgentOptions extends Versions, Attempt {
  readonly version?: string | undefined
  readonly input?: unknown
}

export function run<T>(title: string, fn: (run: Work) => T): T
export function run<T>(title: string, options: RunOptions | undefined, fn: (run: Work) => T): T
export function run<T>(title: string, ...rest: Rest<RunOptions, Work, T>): T {
  const [options, fn] = split(rest)
  return work(fn, () => {
    const stamp = newFacts({ ...activeScope()?.stamp })
    name(stamp, attribute.workflow, options.workflow ?? title)
    name(stamp, attribute.user, options.user)
    name(stamp, attribute.tenant, options.tenant)
    name(stamp, attribute.session, options.session)
    tags(stamp, options.tags)
    versions(stamp, options)
    const facts = own(stamp, 'invoke_workflow', options.input)
    amount(facts, attribute.budgetUsd, options.budgetUsd)
    return opened(`invoke_workflow ${title}`, facts, (root) => ({
      stamp: stamp.attributes,
      agent: activeScope()?.agent,
      root,
    }))
  })
}

export function agent<T>(title: string, fn: (agent: Work) => T): T
export function agent<T>(title: string, options: AgentOptions | undefined, fn: (agent: Work) => T): T
export function agent<T>(title: string, ...rest: Rest<AgentOptions, Work, T>): T {
  const [options, fn] = split(rest)
  return work(fn, () => {
    const outer = activeScope()
    const stamp = newFacts({ ...outer?.stamp })
    name(stamp, attribute.agent, title)
    versions(stamp, options)
    const facts = own(stamp, 'invoke_agent', options.input)
    name(facts, attribute.agentVersion, options.version)
    name(facts, attribute.parentAgent, outer?.agent)
    attempt(facts, options)
    const root = outer?.root
    return opened(`invoke_agent ${title}`, facts, (span) => ({
      stamp: stamp.attributes,
      agent: title,
      root: root ?? span,
    }))
  })
}

/** Says why the nearest agent or run ends, from anywhere inside it. A word that is not a stop reason is not recorded. */
export function stop(reason: StopReason): void {
  say(activeScope(), reason)
}

/** Says how the run around ended for its user: `success failure unknown`, or a word of the team's own. */
export function outcome(word: string): void {
  quietly(() => {
    const facts = newFacts()
    name(facts, attribute.outcome, word)
    const root = activeScope()?.root ?? trace.getSpan(context.active())
    root?.setAttributes(facts.attributes)
  })
}

function work<T>(fn: (work: Work) => T, opening: () => Opening): T {
  const own = parts()
  const recorder = (live: Live): Work => ({
    ...recorderOf(live, attribute, own.content),
    stop: (reason) => say(live.scope, reason),
  })
  return inSpan(own, opening, recorder, fn)
}

function say(scope: Scope | undefined, reason: StopReason): void {
  if (scope !== undefined && STOP_REASONS.includes(reason)) scope.stop = reason
}

function opened(name: string, facts: Facts, scope: (span: Span) => Omit<Scope, 'stop'>): Opening {
  return { name, kind: SpanKind.INTERNAL, facts, scope: (span) => ({ ...scope(span), stop: undefined }) }
}

/** What a run or agent says of itself: all that it hands down, and its input. */
function own(stamp: Facts, operation: string, input: unknown): Facts {
  const { content } = parts()
  const facts = newFacts({ ...stamp.attributes, [attribute.operation]: operation })
  facts.cut = stamp.cut
  if (input !== undefined) facts.attributes[attribute.contentMode] = content
  text(facts, attribute.input, input, content)
  return facts
}
