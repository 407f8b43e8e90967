import type { RawSpan } from '../raw.ts'
export type Y = RawSpan
