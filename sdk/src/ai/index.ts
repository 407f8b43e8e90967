/** The door of `@outrider/sdk/ai`. */
export { type EmbeddingMiddleware, embeddingMiddleware } from './embedding.ts'
export { type Middleware, type MiddlewareSettings, middleware } from './middleware.ts'
