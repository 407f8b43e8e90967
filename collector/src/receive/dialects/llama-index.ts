import type { RawSpan } from '../raw.ts'
import type { Told } from './dialect.ts'

/** Whether a scope is the instrumentation of LlamaIndex. */
export const isLlamaIndex = (scope: string): boolean => scope.endsWith('llama_index')

/** Every method of a model is told as a call, also those that prepare one: `OpenAI._prepare_chat_with_tools`. */
export const isPreparation = ({ name, scope }: RawSpan): boolean =>
  isLlamaIndex(scope.name) && name.includes('._') && !name.includes('.__')

/** The slot of the model holds the asked one: what served it is not known to LlamaIndex. */
export function tellLlamaIndex(told: Told): void {
  told.requestModel ??= told.responseModel
  told.responseModel = null
}
