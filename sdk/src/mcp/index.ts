/** The door of `@outrider/sdk/mcp`. */
export { type GovernedSettings, governed } from './governed.ts'
