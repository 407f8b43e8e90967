/** The door of `@outrider/sdk/openai-agents`. */
export { type GovernedSettings, governed } from './governed.ts'
export { type Processor, processor } from './processor.ts'
