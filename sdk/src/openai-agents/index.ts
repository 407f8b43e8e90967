/** The door of `@outrider/sdk/openai-agents`. */
export { type Processor, processor } from './processor.ts'
