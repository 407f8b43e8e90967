/**
 * A callback handler that makes runs, agents, tools, retrievals and model calls of what LangChain and LangGraph tell. Knows
 * LangChain by shape; imports none of it.
 */
import { type Context, context, trace } from '@opentelemetry/api'
import { type Between, between } from '../between.ts'
import { model, retrieval, tool } from '../call.ts'
import { agent, run } from '../run.ts'
import { scopeOf } from '../scope.ts'
import { type Generations, tellGenerations } from './answer.ts'
import { plainMessage, plainState } from './message.ts'
import { agentNameOf, nodeOf, providerIn, whoIn } from './metadata.ts'

type Metadata = Readonly<Record<string, unknown>> | undefined

interface Serialized {
  readonly id?: readonly string[]
  readonly name?: string
}

/** One of LangChain's runs. */
interface Step {
  readonly parent: Step | undefined
  /** Where what is inside of it happens. */
  within: Context
  readonly span: Between<{ output(value: unknown): void }> | undefined
  /** An agent that nobody knows to be one before it calls a model. */
  agent: Between<{ output(value: unknown): void }> | undefined
  /** A model call that its guard tells. */
  taken: boolean
}

/** How a governed model finds the handler that hears of its run, and takes the telling over. */
export const CLAIM = Symbol.for('outrider.langchain.claim')

/** Steps whose end nobody tells are forgotten, the oldest first. */
const STEPS = 10_000

/** One of LangChain's callback handlers: it has more of their methods than are named here. */
export interface Handler {
  readonly name: string
  handleChainEnd(outputs: unknown, runId: string): void
}

/**
 * `graph.invoke(input, { callbacks: [handler()] })`: shows the run, its agents (nodes that call a model), tools, retrievals
 * and model calls with their tokens. One may serve many runs at once. Never throws, and asks nobody: `governed` does.
 */
export function handler(): Handler {
  const steps = new Map<string, Step>()

  function enter(runId: string, parentId: string | undefined, open: (at: Context) => Partial<Step>): void {
    const [oldest] = steps.keys()
    if (steps.size >= STEPS && oldest !== undefined) steps.delete(oldest)
    const parent = parentId === undefined ? undefined : steps.get(parentId)
    const at = parent?.within ?? context.active()
    steps.set(runId, { parent, within: at, span: undefined, agent: undefined, taken: false, ...open(at) })
  }

  function leave(runId: string, end: (span: Between<{ output(value: unknown): void }>) => void): void {
    const step = steps.get(runId)
    steps.delete(runId)
    if (step === undefined || step.taken) return
    // an agent that called no model was none: its span is never ended, so nobody hears of it
    const span = step.span ?? (step.within === step.agent?.within ? step.agent : undefined)
    if (span !== undefined) end(span)
  }

  const finish = (output: unknown, runId: string) =>
    leave(runId, (span) => {
      if (output !== undefined) span.recorder.output(output)
      span.end()
    })
  const fail = (error: unknown, runId: string) =>
    leave(runId, (span) => (isControl(error) ? span.end() : span.fail(error)))

  /** The node around a model call is an agent from now on. */
  function callsModel(parentId: string | undefined): void {
    for (let step = parentId === undefined ? undefined : steps.get(parentId); step !== undefined; step = step.parent) {
      if (step.agent === undefined) continue
      const before = step.within
      step.within = step.agent.within
      // runnables between the node and the call stand where the node stood
      for (const each of steps.values()) if (each.within === before && isBelow(each, step)) each.within = step.within
      return
    }
  }

  function startModel(
    inputs: unknown,
    runId: string,
    parentId: string | undefined,
    extra: Metadata,
    metadata: Metadata,
  ) {
    callsModel(parentId)
    const asked = extra?.invocation_params as Metadata
    const name = asked?.model ?? asked?.model_name ?? metadata?.ls_model_name
    const { ls_max_tokens } = metadata ?? {}
    const options = {
      provider: providerIn(metadata),
      model: typeof name === 'string' ? name : 'unknown',
      input: inputs,
      ...(typeof ls_max_tokens === 'number' ? { maxTokens: ls_max_tokens } : {}),
    }
    enter(runId, parentId, (at) => {
      const span = between<Parameters<Parameters<typeof model>[1]>[0]>((fn) => model(options, fn), at)
      return { span, within: span.within }
    })
  }

  const methods = {
    name: 'outrider',
    /** Handlers in the background would tell the time when they got round to it. */
    awaitHandlers: true,
    raiseError: false,
    ignoreLLM: false,
    ignoreChain: false,
    ignoreAgent: false,
    ignoreRetriever: false,
    ignoreCustomEvent: true,

    handleChainStart(
      chain: unknown,
      inputs: unknown,
      runId: string,
      parentId?: string,
      _tags?: string[],
      metadata?: Record<string, unknown>,
      _runType?: string,
      runName?: string,
    ): void {
      enter(runId, parentId, (at) => {
        const title = runName ?? nameIn(chain)
        if (parentId === undefined && scopeOf(at) === undefined && trace.getSpan(at) === undefined) {
          const span = between<{ output(value: unknown): void }>(
            (fn) => run(title, { ...whoIn(metadata), input: plainState(inputs) }, fn),
            at,
          )
          return { span, within: span.within }
        }
        if (nodeOf(metadata) !== title) return {}
        const name = agentNameOf(metadata, title)
        return {
          agent: between<{ output(value: unknown): void }>((fn) => agent(name, { input: plainState(inputs) }, fn), at),
        }
      })
    },
    handleChainEnd: (outputs: unknown, runId: string) => finish(plainState(outputs), runId),
    handleChainError: fail,

    handleChatModelStart(
      _llm: unknown,
      messages: readonly (readonly object[])[],
      runId: string,
      parentId?: string,
      extra?: Record<string, unknown>,
      _tags?: string[],
      metadata?: Record<string, unknown>,
    ): void {
      startModel(messages[0]?.map(plainMessage), runId, parentId, extra, metadata)
    },
    handleLLMStart(
      _llm: unknown,
      prompts: readonly string[],
      runId: string,
      parentId?: string,
      extra?: Record<string, unknown>,
      _tags?: string[],
      metadata?: Record<string, unknown>,
    ): void {
      startModel(prompts, runId, parentId, extra, metadata)
    },
    handleLLMNewToken(_token: string, _index: unknown, runId: string): void {
      const call = steps.get(runId)?.span?.recorder as { chunk?(): void } | undefined
      call?.chunk?.()
    },
    handleLLMEnd(output: Generations, runId: string): void {
      leave(runId, (span) => {
        tellGenerations(span.recorder as Parameters<typeof tellGenerations>[0], output)
        span.end()
      })
    },
    handleLLMError: fail,

    handleToolStart(
      called: unknown,
      input: string,
      runId: string,
      parentId?: string,
      _tags?: string[],
      _metadata?: Record<string, unknown>,
      runName?: string,
      toolCallId?: string,
    ): void {
      enter(runId, parentId, (at) => {
        const options = { args: input, callId: toolCallId }
        const span = between<{ output(value: unknown): void }>((fn) => tool(runName ?? nameIn(called), options, fn), at)
        return { span, within: span.within }
      })
    },
    handleToolEnd: (output: unknown, runId: string) => finish(contentIn(output), runId),
    handleToolError: fail,

    handleRetrieverStart(
      retriever: unknown,
      query: string,
      runId: string,
      parentId?: string,
      _tags?: string[],
      _metadata?: Record<string, unknown>,
      runName?: string,
    ): void {
      enter(runId, parentId, (at) => {
        const title = runName ?? nameIn(retriever)
        const span = between<{ output(value: unknown): void }>((fn) => retrieval(title, { query }, fn), at)
        return { span, within: span.within }
      })
    },
    handleRetrieverEnd(found: readonly object[], runId: string): void {
      finish(found.map(documentOf), runId)
    },
    handleRetrieverError: fail,

    /** Where a governed model is to tell its call; undefined where this handler does not know the run. */
    [CLAIM](runId: string): Context | undefined {
      const step = steps.get(runId)
      if (step === undefined) return undefined
      step.taken = true
      return step.parent?.within ?? context.active()
    },
  }
  return methods
}

function isBelow(step: Step, ancestor: Step): boolean {
  for (let at = step.parent; at !== undefined; at = at.parent) if (at === ancestor) return true
  return false
}

/** LangGraph stops a graph by throwing: to ask a person, or to hand over to another node. */
const isControl = (error: unknown) =>
  error instanceof Error && /^(GraphInterrupt|NodeInterrupt|GraphBubbleUp|ParentCommand|Command)$/.test(error.name)

function nameIn(serialized: unknown): string {
  const { name, id } = (serialized ?? {}) as Serialized
  return name ?? id?.at(-1) ?? 'chain'
}

/** A tool answers with a text, or with a message that carries one. */
const contentIn = (output: unknown): unknown =>
  typeof output === 'object' && output !== null && 'content' in output ? output.content : output

function documentOf(found: object) {
  const { id, pageContent, metadata } = found as {
    readonly id?: string
    readonly pageContent?: string
    readonly metadata?: { readonly score?: unknown }
  }
  const score = typeof metadata?.score === 'number' ? metadata.score : undefined
  return { id, content: pageContent, score }
}
