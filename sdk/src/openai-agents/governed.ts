/** Puts the models of the OpenAI Agents SDK behind the gate. Knows their contract by shape; imports none of it. */
import { context } from '@opentelemetry/api'
import { govern, governStream, stepped } from '../govern.ts'
import type { GuardedModel, GuardedModelOptions } from '../guarded-call.ts'
import { countOf } from '../wrap/json.ts'
import { currentPlace } from './place.ts'
import { GUARDED } from './processor.ts'
import { readEvent, readResponse } from './read.ts'

interface ModelRequest {
  readonly systemInstructions?: string
  readonly input: string | readonly object[]
  readonly modelSettings: { readonly maxTokens?: number }
  readonly tools: readonly object[]
  readonly outputType?: unknown
  readonly handoffs?: readonly object[]
  readonly signal?: AbortSignal
}

interface Model {
  getResponse(request: ModelRequest): Promise<object>
  getStreamedResponse(request: ModelRequest): AsyncIterable<object>
}

interface ModelProvider {
  getModel(name?: string): Promise<object> | object
}

export interface GovernedSettings {
  /** As the price list knows it. @default openai */
  readonly provider?: string | undefined
  /** Of agents that name none, as the provider chooses it. @default OPENAI_DEFAULT_MODEL, else gpt-4.1 */
  readonly model?: string | undefined
  /** @default normal */
  readonly priority?: GuardedModelOptions['priority']
}

/**
 * `setDefaultModelProvider(governed(new OpenAIProvider()))`: every model call of every agent asks the gate, is clamped to
 * what was held, and settles on every ending. A refused call rejects with a DeniedError, which ends the agents' run.
 */
export function governed<P extends ModelProvider>(provider: P, settings: GovernedSettings = {}): P {
  const getModel = async (name?: string) => {
    const model = (await provider.getModel(name)) as Model
    const asked = name || settings.model || process.env.OPENAI_DEFAULT_MODEL || 'gpt-4.1'
    const other = async (call: GuardedModel) =>
      call.model === asked ? model : ((await provider.getModel(call.model)) as Model)
    return governedModel(model, asked, other, settings)
  }
  return new Proxy(provider, {
    get(target, field) {
      if (field === 'getModel') return getModel
      const value = Reflect.get(target, field, target) as unknown
      // methods with private fields know their own object only
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function governedModel(
  model: Model,
  name: string,
  other: (call: GuardedModel) => Promise<Model>,
  settings: GovernedSettings,
): Model {
  const inside = <T>(fn: () => T): T => context.with(context.active().setValue(GUARDED, true), fn)
  const getResponse = async (request: ModelRequest) => {
    const asked = askedOf(request, name, settings)
    let guarded = false
    const make = async (call: GuardedModel) => {
      guarded = call.guarded
      const target = await other(call)
      return await inside(() => target.getResponse(allowed(request, asked, call)))
    }
    const response = await context.with(currentPlace(), () => govern(asked, () => ({ read: readResponse }), make))
    // what the provider sent is told nobody before it was judged
    return guarded ? { ...response, providerData: undefined } : response
  }
  async function* getStreamedResponse(request: ModelRequest) {
    const asked = askedOf(request, name, settings)
    const open = async (call: GuardedModel) => {
      const target = await other(call)
      return stepped(
        inside(() => target.getStreamedResponse(allowed(request, asked, call))),
        inside,
      )
    }
    const reading = ({ guarded }: GuardedModel) => ({ read: readEvent(guarded) })
    const events = await context.with(currentPlace(), () => governStream(asked, reading, open))
    yield* { [Symbol.asyncIterator]: () => events }
  }
  return new Proxy(model, {
    get(target, field) {
      if (field === 'getResponse') return getResponse
      if (field === 'getStreamedResponse') return getStreamedResponse
      const value = Reflect.get(target, field, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

type Asked = GuardedModelOptions & { readonly body: Pick<ModelRequest, 'systemInstructions' | 'input'> }

function askedOf(request: ModelRequest, model: string, { provider = 'openai', priority }: GovernedSettings): Asked {
  const { systemInstructions, input, tools, outputType, handoffs, modelSettings, signal } = request
  return {
    provider,
    model,
    input,
    body: { systemInstructions, input, tools, outputType, handoffs } as Asked['body'],
    maxOutputTokens: countOf(modelSettings.maxTokens),
    signal,
    priority,
  }
}

/** The request as the gate lets it through. */
function allowed(request: ModelRequest, { body }: Asked, call: GuardedModel): ModelRequest {
  const { systemInstructions, input } = call.redacted(body)
  const { maxOutputTokens, signal } = call
  const maxTokens = maxOutputTokens === undefined ? {} : { maxTokens: maxOutputTokens }
  const modelSettings = { ...request.modelSettings, ...maxTokens }
  return { ...request, ...(systemInstructions !== undefined && { systemInstructions }), input, modelSettings, signal }
}
