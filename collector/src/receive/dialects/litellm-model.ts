import type { Told } from './dialect.ts'
import { provider } from './provider.ts'

/** Providers that LiteLLM writes in front of the model's name: `openai/gpt-5`. Other parts with a slash are names. */
const prefixes: ReadonlySet<string> = new Set([
  'openai',
  'anthropic',
  'azure',
  'bedrock',
  'gemini',
  'vertex_ai',
  'mistral',
  'groq',
  'deepseek',
  'cohere',
  'xai',
])

/**
 * Takes the provider off the name of the asked model, where it is the one that is told or none is. A slot of the served
 * model that repeats the asked one says nothing.
 */
export function tellModel(told: Told): void {
  // only what was asked for has the provider in front
  if (told.responseModel?.includes('/')) told.requestModel ??= told.responseModel
  if (told.responseModel === told.requestModel) told.responseModel = null
  const asked = told.requestModel ?? ''
  const prefix = asked.slice(0, Math.max(0, asked.indexOf('/')))
  if (!prefixes.has(prefix) || (told.provider !== null && provider(told.provider) !== provider(prefix))) return
  told.provider ??= prefix
  told.requestModel = asked.slice(prefix.length + 1) || asked
}
