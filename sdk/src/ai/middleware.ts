/** Puts the models of the Vercel AI SDK, majors 5 to 7, behind the gate. Knows its contract by shape; imports none of it. */
import { types } from 'node:util'
import { SettingError } from '../denied-error.ts'
import { govern, governStream } from '../govern.ts'
import type { GuardedModel, GuardedModelOptions } from '../guarded-call.ts'
import { failedPart, type Generated, readGenerated, readPart } from './answer.ts'
import { claimed } from './claim.ts'
import { countable, withFiles } from './prompt.ts'
import { providerOf } from './provider-of.ts'

interface Params {
  readonly prompt: readonly object[]
  readonly maxOutputTokens?: number | undefined
  readonly tools?: readonly object[] | undefined
  readonly responseFormat?: object | undefined
  readonly abortSignal?: AbortSignal | undefined
}

interface Named {
  readonly provider: string
  readonly modelId: string
}

interface LanguageModel<P, G, S> extends Named {
  doGenerate(params: P): PromiseLike<G>
  doStream(params: P): PromiseLike<S>
}

interface Streamed {
  readonly stream: ReadableStream<object>
}

interface Wrapped<P, G, S> {
  readonly params: P
  readonly model: LanguageModel<P, G, S>
}

export interface MiddlewareSettings {
  /**
   * Makes the model that a degraded verdict names, e.g. `openai`. @default the same model object under another ID, which
   * every provider of the AI SDK supports; models that are wrapped already need this setting
   */
  readonly models?: ((modelId: string) => object) | undefined
  /** As the price list knows it. @default the provider's own name: `openai.chat` is `openai` */
  readonly provider?: string | undefined
  /** @default normal */
  readonly priority?: GuardedModelOptions['priority']
}

/** Fits `middleware` of every major's `wrapLanguageModel`. */
export interface Middleware {
  readonly specificationVersion: 'v3'
  wrapGenerate<P extends Params, G extends Generated, S extends Streamed>(call: Wrapped<P, G, S>): Promise<G>
  wrapStream<P extends Params, G, S extends Streamed>(call: Wrapped<P, G, S>): Promise<S>
}

/**
 * `wrapLanguageModel({ model: openai('gpt-4o'), middleware: middleware() })`: every call of that model, by whatever
 * function of the AI SDK, asks the gate, is clamped to what was held, and settles on every ending. A refused call rejects
 * with a DeniedError; `streamText` hands it to `onError`. Put it last in a list of middlewares: what stands before it
 * is counted too.
 */
export function middleware(settings: MiddlewareSettings = {}): Middleware {
  return {
    specificationVersion: 'v3',
    async wrapGenerate({ params, model }) {
      const asked = askedOf(params, model, settings)
      const generate = async (call: GuardedModel) => {
        const answer = await target(model, call, settings).doGenerate(allowed(params, asked, call))
        // what the provider sent is told nobody before it was judged
        return call.guarded && answer.response
          ? { ...answer, response: { ...answer.response, body: undefined } }
          : answer
      }
      return await claimed(model.modelId, () =>
        govern(asked, () => ({ read: readGenerated(model.provider) }), generate),
      )
    },
    async wrapStream<P extends Params, G, S extends Streamed>({ params, model }: Wrapped<P, G, S>): Promise<S> {
      const asked = askedOf(params, model, settings)
      let answer!: S
      const open = async (call: GuardedModel) => {
        answer = await target(model, call, settings).doStream(allowed(params, asked, call))
        return partsOf(answer.stream)
      }
      const reading = ({ guarded }: GuardedModel) => ({ read: readPart(model.provider, guarded), failed: failedPart })
      const parts = await claimed(model.modelId, () => governStream(asked, reading, open))
      return { ...answer, stream: ReadableStream.from({ [Symbol.asyncIterator]: () => parts }) }
    },
  }
}

type Asked = GuardedModelOptions & { readonly body: Pick<Params, 'tools' | 'responseFormat'> & { messages: object[] } }

function askedOf(params: Params, model: Named, { provider, priority }: MiddlewareSettings): Asked {
  const { tools, responseFormat, maxOutputTokens, abortSignal } = params
  const messages = params.prompt.map(countable)
  return {
    provider: provider ?? providerOf(model),
    model: model.modelId,
    input: messages,
    body: { messages, tools, responseFormat },
    maxOutputTokens,
    signal: abortSignal,
    priority,
  }
}

/** The request as the gate lets it through. */
function allowed<P extends Params>(params: P, { body }: Asked, call: GuardedModel): P {
  const { maxOutputTokens, signal } = call
  const sent = call.redacted(body)
  const prompt = sent === body ? params.prompt : withFiles(sent.messages, params.prompt)
  return { ...params, prompt, abortSignal: signal, ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) }
}

/** The model that the verdict allows. */
function target<M extends Named>(model: M, call: GuardedModel, { models }: MiddlewareSettings): M {
  if (call.model === model.modelId) return model
  if (models !== undefined) return models(call.model) as M
  // of a class instance the methods read its fields; a proxy or a wrapped model would call the one that was asked for
  if (!types.isProxy(model) && !Object.hasOwn(model, 'doGenerate'))
    return Object.create(model, { modelId: { value: call.model, enumerable: true } }) as M
  call.unused()
  const hint = `middleware({ models }) must say how to make it`
  throw new SettingError(
    'OUT_SETTING_MISSING',
    'models',
    `The gate allows ${call.model} for ${model.modelId}: ${hint}.`,
  )
}

function partsOf(stream: ReadableStream<object>): AsyncIterator<object> {
  const reader = stream.getReader()
  return {
    async next() {
      const { done, value } = await reader.read()
      return done ? { done, value: undefined } : { done, value }
    },
    async return(reason?: unknown) {
      await reader.cancel(reason)
      return { done: true, value: undefined }
    },
  }
}
