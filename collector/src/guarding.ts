/**
 * What guards say of calls and spans, as rooms hand it to each other. The judge of calls is asked by the gate; evidence is
 * a finding as it is kept: on spans, in the store and in answers.
 */
import type { CallInput, Finding } from '@outrider/policies'
import type { Action, Direction, GuardName } from '@outrider/policies/guards'

/** Whose text it is; picks the policy. */
export interface Scope {
  readonly workflow: string | null
  readonly agent: string | null
  readonly tenantId: string | null
}

/** A scope in a run: what is hidden there can be given back there. */
export interface RunScope extends Scope {
  /** Null: of no run. */
  readonly traceId: string | null
}

/** One rule and type in one direction of one span; several places in its texts count up. */
export interface Evidence {
  readonly guard: GuardName
  readonly type: string
  readonly rule: string
  readonly direction: Direction
  /** Which text of the span: `input`, `output`, `toolArgs`… */
  readonly field: string
  /** What the policy asks for because of it. */
  readonly action: Action
  /** It was done before the call went on. */
  readonly enforced: boolean
  readonly shadow: boolean
  /** Who read it: the gate before the call, `ingest` from telemetry, `guard` when it was asked by itself. */
  readonly source: 'gate' | 'ingest' | 'guard'
  readonly score: number
  readonly view: string | null
  readonly count: number
  readonly why: string
  /** The text around the first place, personal data and secrets hidden; null where the content mode keeps no texts. */
  readonly before: string | null
  readonly found: string | null
  readonly after: string | null
  readonly policy: string
  readonly policyVersion: string
}

/** Of what something was found. */
export interface Subject extends Scope {
  /** The same ID of the same run is one span, however often it is told. */
  readonly id: string
  /** Null: of no run; then nothing is told. */
  readonly traceId: string | null
  /** The span whose text it is. */
  readonly spanId: string | null
  readonly parentSpanId?: string | null
  readonly userId: string | null
  readonly sessionId?: string | null
  readonly model?: string | null
  readonly toolName?: string | null
}

/** The attribute of a span that holds its evidence, as JSON. What senders say under this name is dropped. */
export const EVIDENCE = 'outrider.guard.findings'

/** What guards say of what goes into a call. */
export interface JudgedCall {
  /** To be judged with the rules of the gate. */
  readonly said: readonly Finding[]
  /** What goes in instead; absent where nothing is to be hidden. */
  readonly input?: CallInput
  /** By how many bytes that is longer at most. */
  readonly grown: number
  readonly evidence: readonly Evidence[]
}

export interface JudgedOutput {
  readonly said: readonly Finding[]
  /** What may go on; absent where nothing is to be hidden. */
  readonly output?: string
  readonly evidence: readonly Evidence[]
}

type Soon<T> = T | Promise<T>

/** Short texts are judged at once, long ones elsewhere: the caller's event loop never waits for them. Never rejects. */
export interface CallJudge {
  /** `null` without a word: nothing was looked for. */
  call(asked: AskedCall, scope: RunScope): Soon<JudgedCall | null>
  /** @param direction `tool` for what a tool returned */
  output(text: string, direction: 'output' | 'tool', scope: RunScope): Soon<JudgedOutput | null>
  /** Tells what was found in an output, as a `guard` span of its run, soon. What a call's verdict says is told with it. */
  tell(subject: Subject, evidence: readonly Evidence[]): void
  /** Whether an output may be changed or stopped on its way. */
  guardsOutput(direction: 'output' | 'tool', scope: Scope): boolean
}

export interface AskedCall {
  readonly kind: string
  readonly input?: CallInput | undefined
  readonly tool?: { readonly name: string; readonly args?: unknown } | undefined
}
