/** The door of `@outrider/sdk/langchain`. */
export { type Handler, handler } from './handler.ts'
