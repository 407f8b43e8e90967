/** Puts chat models of LangChain behind the gate. Knows their contract by shape; imports none of it. */
import { type Context, context, createContextKey } from '@opentelemetry/api'
import { govern, governStream, stepped } from '../govern.ts'
import type { GuardedModel, GuardedModelOptions } from '../guarded-call.ts'
import { define } from '../tap.ts'
import { countOf } from '../wrap/json.ts'
import { CLAIM } from './handler.ts'
import { allowedMessages, plainMessage } from './message.ts'
import { providerIn } from './metadata.ts'
import { copyChunk, createUsageSum, readChunk, readResult, withoutRaw } from './read.ts'

interface Options {
  readonly signal?: AbortSignal | undefined
  readonly tools?: unknown
  readonly response_format?: unknown
  readonly n?: number
}

/** Of one run: whom it tells what. */
interface RunManager {
  readonly runId: string
  readonly handlers?: readonly object[]
  handleLLMNewToken?(
    text: string,
    index: object,
    runId?: undefined,
    parentId?: undefined,
    tags?: undefined,
    fields?: { readonly chunk: object },
  ): Promise<void>
}

interface ChatResult {
  readonly generations: readonly Parameters<typeof withoutRaw>[0][]
}

interface ChatModel {
  readonly model?: string
  readonly maxTokens?: number
  readonly n?: number
  _generate(messages: object[], options: Options, manager?: RunManager): Promise<object>
  _streamResponseChunks(messages: object[], options: Options, manager?: RunManager): AsyncGenerator<object>
  _streamChatModelEvents?(messages: object[], options: Options, manager?: RunManager): AsyncGenerator<object>
  getLsParams?(options: Options): Readonly<Record<string, unknown>>
  invocationParams?(...args: unknown[]): unknown
  withConfig?(...args: unknown[]): unknown
  bindTools?(...args: unknown[]): unknown
}

export interface GovernedSettings {
  /** As the price list knows it. @default what the model says of itself */
  readonly provider?: string | undefined
  /** @default normal */
  readonly priority?: GuardedModelOptions['priority']
}

/** The call that runs here: what it may ask for. */
const key = createContextKey('outrider.langchain.call')
const mark = Symbol.for('outrider.langchain.governed')

const callUnderWay = () => context.active().getValue(key) as GuardedModel | undefined

/**
 * `governed(new ChatOpenAI({ model: 'gpt-4o' }))`: the same model, whose every call asks the gate, is clamped to what was
 * held, and settles on every ending, also of what is made of it with `bindTools`, `withConfig` and `withStructuredOutput`.
 * The limit reaches the provider through `invocationParams`, which ChatOpenAI and ChatAnthropic have; of a model without
 * it give the output limit yourself. A refused call rejects with a DeniedError. Twice is once.
 */
export function governed<M extends object>(model: M, settings: GovernedSettings = {}): M {
  if (mark in model) return model
  const chat = model as unknown as ChatModel
  define(model, mark, true)
  const { _generate, _streamResponseChunks, _streamChatModelEvents } = chat

  define(model, '_generate', async (messages: object[], options: Options, manager?: RunManager) => {
    if (callUnderWay() !== undefined) return await _generate.call(chat, messages, options, manager)
    const asked = askedOf(chat, messages, options, settings)
    const make = async (call: GuardedModel) => {
      const [sent, allowed] = allowedOf(messages, options, asked, call)
      const result = await within(call, () => _generate.call(chat, sent, allowed, call.guarded ? undefined : manager))
      if (call.guarded) for (const each of (result as ChatResult).generations) withoutRaw(each)
      return result
    }
    return await context.with(placeOf(manager), () => govern(asked, () => ({ read: readResult }), make))
  })
  const streaming = (original: ChatModel['_streamResponseChunks']) =>
    async function* (messages: object[], options: Options, manager?: RunManager) {
      if (callUnderWay() !== undefined) return yield* original.call(chat, messages, options, manager)
      const asked = askedOf(chat, messages, options, settings)
      const sum = createUsageSum()
      const open = (call: GuardedModel) => {
        const [sent, allowed] = allowedOf(messages, options, asked, call)
        const inside = <T>(fn: () => T) => within(call, fn)
        const chunks = inside(() => original.call(chat, sent, allowed, call.guarded ? undefined : manager))
        return stepped(sum.of(chunks), inside)
      }
      let guarded = false
      const reading = (call: GuardedModel) => {
        guarded = call.guarded
        return { read: readChunk(call, sum), copy: copyChunk }
      }
      const chunks = await context.with(placeOf(manager), () => governStream(asked, reading, open))
      for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) {
        if (guarded) withoutRaw(chunk)
        yield chunk
        // whoever listens to tokens hears of them once they were judged
        if (guarded && 'text' in chunk && typeof chunk.text === 'string')
          await manager?.handleLLMNewToken?.(
            chunk.text,
            { prompt: 0, completion: 0 },
            undefined,
            undefined,
            undefined,
            {
              chunk,
            },
          )
      }
    }
  define(model, '_streamResponseChunks', streaming(_streamResponseChunks))
  if (_streamChatModelEvents !== undefined) define(model, '_streamChatModelEvents', streaming(_streamChatModelEvents))

  for (const part of [chat, ...partsOf(chat)]) clampParams(part)
  for (const method of ['withConfig', 'bindTools'] as const) {
    const make = chat[method]
    if (make === undefined) continue
    define(model, method, (...args: unknown[]) => {
      const made = make.apply(chat, args)
      return isChatModel(made) ? governed(made, settings) : made
    })
  }
  return model
}

const isChatModel = (value: unknown): value is ChatModel & object =>
  typeof value === 'object' && value !== null && '_generate' in value && typeof value._generate === 'function'

/** ChatOpenAI makes its requests by one model for each of OpenAI's two APIs. */
const partsOf = (model: object): object[] =>
  ['completions', 'responses'].flatMap((field) => {
    const part = (model as Readonly<Record<string, unknown>>)[field]
    return typeof part === 'object' && part !== null ? [part] : []
  })

const LIMITS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'maxOutputTokens', 'maxTokens']

function clampParams(part: { invocationParams?: ChatModel['invocationParams'] } & object): void {
  const original = part.invocationParams
  if (original === undefined) return
  define(part, 'invocationParams', (...args: unknown[]) => {
    const params = original.apply(part, args)
    const call = callUnderWay()
    if (call === undefined || typeof params !== 'object' || params === null) return params
    const limit =
      LIMITS.find((each) => (params as Record<string, unknown>)[each] !== undefined) ??
      LIMITS.find((each) => each in params)
    const answers = Math.max(1, countOf((params as { n?: unknown }).n) ?? 1)
    const most = call.maxOutputTokens
    const each = most === undefined ? undefined : Math.max(1, Math.floor(most / answers))
    return {
      ...params,
      ...('model' in params ? { model: call.model } : {}),
      ...(limit === undefined || each === undefined ? {} : { [limit]: each }),
    }
  })
}

const within = <T>(call: GuardedModel, fn: () => T): T => context.with(context.active().setValue(key, call), fn)

/** Where the run stands that the handler knows; it leaves the telling of this call to its guard. */
function placeOf(manager: RunManager | undefined): Context {
  for (const handler of manager?.handlers ?? []) {
    const claim = (handler as { [CLAIM]?(runId: string): Context | undefined })[CLAIM]
    const place = claim?.call(handler, manager?.runId ?? '')
    if (place !== undefined) return place
  }
  return context.active()
}

type Asked = GuardedModelOptions & { readonly body: { readonly messages: readonly object[] } }

function askedOf(chat: ChatModel, messages: object[], options: Options, settings: GovernedSettings): Asked {
  const said = chat.getLsParams?.(options) ?? {}
  const limit = countOf(said.ls_max_tokens) ?? countOf(chat.maxTokens)
  const name = said.ls_model_name ?? chat.model
  const plain = messages.map(plainMessage)
  return {
    provider: settings.provider ?? providerIn(said),
    model: typeof name === 'string' ? name : 'unknown',
    input: plain,
    body: { messages: plain, ...present({ tools: options.tools, response_format: options.response_format }) },
    maxOutputTokens: limit === undefined ? undefined : limit * answersOf(chat, options),
    signal: options.signal,
    priority: settings.priority,
  }
}

const answersOf = (chat: ChatModel, options: Options) => Math.max(1, countOf(options.n) ?? countOf(chat.n) ?? 1)

const present = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

function allowedOf(messages: object[], options: Options, { body }: Asked, call: GuardedModel): [object[], Options] {
  const sent = call.redacted(body)
  const allowed = sent === body ? messages : allowedMessages(sent.messages, messages)
  return [allowed, { ...options, signal: call.signal }]
}
