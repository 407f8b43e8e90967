/** The door of `@outrider/sdk/langchain`. */
export { type GovernedSettings, governed } from './governed.ts'
export { type Handler, handler } from './handler.ts'
