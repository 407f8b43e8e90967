/** What guards found, and what people say of it. Findings come with spans; marks come here. */
import type { Evidence } from '../guarding.ts'

export interface FindingStore {
  /** Newest first; of a window's rules with their rates on the first page only. `tenant` null: of all. */
  findings(tenant: string | null, query: FindingQuery): Promise<FindingPage>
  /** Every mark of one finding, the newest first; null where there is no such finding. */
  finding(tenant: string | null, id: string): Promise<{ finding: StoredFinding; marks: readonly Mark[] } | null>
  /** Resolves when stored and visible. */
  mark(finding: StoredFinding, mark: Mark): Promise<void>
}

export interface FindingQuery extends FindingFilters {
  /** ms since 1970; `toMs` is not included. */
  readonly fromMs: number
  readonly toMs: number
  /** 1 to 500. */
  readonly limit: number
  /** An earlier page's `next`; a malformed one rejects with `OUT_CURSOR_INVALID`. */
  readonly cursor?: string
}

export interface FindingFilters {
  readonly guard?: string
  readonly rule?: string
  readonly type?: string
  readonly agent?: string
  readonly workflow?: string
  readonly action?: string
  readonly direction?: string
  readonly trace?: string
  /** `open`: nobody said anything. */
  readonly verdict?: string
}

interface FindingPage {
  readonly findings: readonly StoredFinding[]
  readonly next: string | null
  readonly rules: readonly RuleRate[]
}

export interface StoredFinding extends Evidence {
  /** 32 hexadecimal digits. */
  readonly id: string
  /** ms since 1970. */
  readonly timeMs: number
  readonly traceId: string
  readonly spanId: string
  readonly agent: string | null
  readonly workflow: string | null
  readonly tenantId: string | null
  readonly userId: string | null
  readonly model: string | null
  readonly toolName: string | null
  /** The latest word; null where it was taken back or never said. */
  readonly mark: Mark | null
}

export const MARKS = ['right', 'false_alarm', 'none'] as const

export interface Mark {
  /** `none` takes back what was said before. */
  readonly verdict: (typeof MARKS)[number]
  readonly by: string
  readonly reason: string
  /** ms since 1970. */
  readonly timeMs: number
}

export interface RuleRate {
  readonly rule: string
  readonly guard: string
  readonly findings: number
  /** Different spans. */
  readonly spans: number
  readonly enforced: number
  readonly falseAlarms: number
  readonly right: number
  readonly lastMs: number
}
