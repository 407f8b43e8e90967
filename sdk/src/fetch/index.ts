/** The door of `@outrider/sdk/fetch`. */
export { type Asked, type Described, type FetchSettings, governedFetch } from './governed-fetch.ts'
