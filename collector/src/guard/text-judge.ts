/** Texts judged by a policy: here or in the thread, with the same words. */
import {
  type Action,
  type Direction,
  type GuardPolicy,
  guard,
  type JudgedFinding,
  type OperatorParts,
  strictest,
  type Vault,
} from '@outrider/policies/guards'
import type { Evidence } from '../guarding.ts'
import { evidenceOf } from './evidence.ts'

export interface AskedText {
  readonly text: string
  readonly direction: Direction
  readonly field: string
}

export interface JudgeSettings {
  readonly source: Evidence['source']
  readonly keepsText: boolean
  /** Whether what is to be hidden can be: else it is flagged. */
  readonly mayRewrite: boolean
}

export interface JudgedTexts {
  /** The strictest that was asked for; in shadow `flag` at most. */
  readonly action: Action
  /** What may go on, text by text. */
  readonly texts: readonly string[]
  /** What was found, text by text. */
  readonly results: readonly {
    readonly action: Action
    readonly score: number
    readonly findings: readonly JudgedFinding[]
    readonly evidence: readonly Evidence[]
  }[]
  /** Tokens and what they stand for, where that was hidden elsewhere. */
  readonly hidden?: ReturnType<Vault['entries']>
}

export function judgeTexts(
  asked: readonly AskedText[],
  policy: GuardPolicy,
  { source, keepsText, mayRewrite }: JudgeSettings,
  parts: OperatorParts = {},
): JudgedTexts {
  let action: Action = 'allow'
  const texts: string[] = []
  const results: JudgedTexts['results'][0][] = []
  for (const { text, direction, field } of asked) {
    const result = guard(text, direction, policy, parts)
    const findings = mayRewrite ? result.findings : result.findings.map(onlyFlagged)
    action = strictest(action, mayRewrite || result.action !== 'redact' ? result.action : 'flag')
    texts.push(mayRewrite ? result.text : text)
    const settings = { policy, direction, field, source, enforced: source !== 'ingest', keepsText }
    const evidence = evidenceOf(text, findings, settings)
    results.push({ action: result.action, score: result.score, findings, evidence })
  }
  return { action, texts, results }
}

const onlyFlagged = (one: JudgedFinding): JudgedFinding => (one.action === 'redact' ? { ...one, action: 'flag' } : one)
