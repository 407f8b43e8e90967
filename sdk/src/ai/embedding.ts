import { guard } from '../guard.ts'
import type { GuardedModel } from '../guarded-call.ts'
import { claimed } from './claim.ts'
import type { MiddlewareSettings } from './middleware.ts'
import { providerOf } from './provider-of.ts'

interface EmbedParams {
  readonly values: readonly unknown[]
  readonly abortSignal?: AbortSignal | undefined
}

interface Embedded {
  readonly usage?: { readonly tokens: number } | undefined
}

interface Wrapped<P, R> {
  readonly params: P
  readonly model: { readonly provider: string; readonly modelId: string; doEmbed(params: P): PromiseLike<R> }
}

export interface EmbeddingMiddleware {
  readonly specificationVersion: 'v3'
  wrapEmbed<P extends EmbedParams, R extends Embedded>(call: Wrapped<P, R>): Promise<R>
}

/** `wrapEmbeddingModel({ model, middleware: embeddingMiddleware() })`, in majors 6 and 7. As `middleware`. */
export function embeddingMiddleware(settings: Omit<MiddlewareSettings, 'models'> = {}): EmbeddingMiddleware {
  return {
    specificationVersion: 'v3',
    async wrapEmbed({ params, model }) {
      const { provider = providerOf(model), priority } = settings
      const asked = { provider, model: model.modelId, input: params.values, signal: params.abortSignal, priority }
      const embed = async (call: GuardedModel) => {
        const answer = await model.doEmbed({ ...params, abortSignal: call.signal })
        if (answer.usage !== undefined) call.usage({ inputTokens: answer.usage.tokens })
        return answer
      }
      const options = { ...asked, operation: 'embeddings', maxOutputTokens: 0 } as const
      return await claimed(model.modelId, () => guard(options, embed))
    },
  }
}
