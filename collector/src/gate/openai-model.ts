/** What is known of OpenAI's models by name: their encoding, and how much they can write. */
import { modelToEncodingMap } from 'gpt-tokenizer/mapping'
import * as models from 'gpt-tokenizer/models'

export interface OpenAiModel {
  readonly encoding: 'o200k_base' | 'cl100k_base'
  readonly maxOutputTokens: number | null
}

const providers: ReadonlySet<string> = new Set(['openai', 'azure', 'azure.ai.openai', 'azure.ai.inference'])
const specs = models as Readonly<Record<string, unknown>>
const encodings: Readonly<Record<string, string | undefined>> = modelToEncodingMap

/** A model that the table lists by this name, by it with a date, or as the base of a fine-tune; null: any other. */
export function openAiModel(provider: string | null, model: string): OpenAiModel | null {
  if (provider !== null && !providers.has(provider)) return null
  const name = model.toLowerCase().replace(/^openai\//, '')
  const base = /^ft:([^:]+):/.exec(name)?.[1] ?? name
  const listed = [base, base.replace(/-\d{4}-\d{2}-\d{2}$/, '')].find((each) => Object.hasOwn(specs, each))
  if (listed === undefined) return null
  // the table names the encoding only where it is not the one of all newer models
  const encoding = encodings[listed] ?? 'o200k_base'
  if (encoding !== 'o200k_base' && encoding !== 'cl100k_base') return null
  const { max_output_tokens: most } = specs[listed] as { readonly max_output_tokens?: number }
  return { encoding, maxOutputTokens: most ?? null }
}
