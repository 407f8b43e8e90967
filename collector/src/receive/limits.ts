import { contentKeys } from './dialects/content-key.ts'

/** How much one request, span and value may hold. What exceeds a span's limits is cut and counted on the span. */
export interface Limits {
  /** Decoded bytes of one request. @default 64 MiB */
  readonly bodyBytes: number
  /** Decoded bytes of all requests at work; beyond it new ones are told to come back. @default 256 MiB */
  readonly inFlightBytes: number
  /** Decoded bytes per received byte, judged from the first MiB on. @default 200 */
  readonly compressionRatio: number
  /**
   * Values of one request: attributes and array items count 1, events and links 5, spans, scopes and resources 20. In
   * JSON its braces, brackets and commas count 2 before anything is read. Bounds the memory that few bytes can ask for. @default 4,000,000
   */
  readonly values: number
  /** Levels of arrays and lists inside one attribute. @default 32 */
  readonly depth: number
  /** Attributes of a span, event, link, log record or resource. @default 128 */
  readonly attributes: number
  /** Items of one array or list inside an attribute. @default 4096 */
  readonly items: number
  /** UTF-8 bytes of one text. @default 64 KiB */
  readonly stringBytes: number
  /** UTF-8 bytes of one text that is message content; what of it is stored is decided later. @default 4 MiB */
  readonly messageBytes: number
  /** Whether an attribute of this name carries message content. @default those that the dialects know */
  readonly isContent: (name: string) => boolean
  /** Events of a span. @default 1024 */
  readonly events: number
  /** Links of a span. @default 1024 */
  readonly links: number
}

export const defaultLimits: Limits = {
  bodyBytes: 64 * 1024 * 1024,
  inFlightBytes: 256 * 1024 * 1024,
  compressionRatio: 200,
  values: 4_000_000,
  depth: 32,
  attributes: 128,
  items: 4096,
  stringBytes: 65_536,
  messageBytes: 4 * 1024 * 1024,
  isContent: contentKeys,
  events: 1024,
  links: 1024,
}
