/** What a line says about a span beside its name. Pure. */
import type { Span } from '../api.ts'
import { duration, money, tokens } from '../format.ts'
import { visible } from '../visible.ts'
import type { Node } from './tree.ts'

/** The model that answered, else the one that was asked. */
export function modelOf(span: Span): string | null {
  return span.responseModel ?? span.requestModel
}

export interface End {
  readonly word: string
  /** True where it ended as things should: shown quietly. */
  readonly usual: boolean
  readonly title: string
}

/** Why an agent stopped or a model call finished; what the gate answered, and how much it held. */
export function endOf(span: Span): End | null {
  const answer = span.kind === 'gate' ? answerOf(span) : null
  if (answer !== null) return answer
  if (span.stopReason !== null) {
    const usual = span.stopReason === 'completed' || span.stopReason === 'tool_calls'
    return { word: span.stopReason.replaceAll('_', ' '), usual, title: `stop reason: ${span.stopReason}` }
  }
  if (span.finishReason === null || span.finishReason === 'error') return null
  const usual = span.finishReason === 'stop' || span.finishReason === 'tool_calls'
  return { word: span.finishReason.replaceAll('_', ' '), usual, title: `finish reason: ${span.finishReason}` }
}

function answerOf({ attributes }: Span): End | null {
  const decision = attributes['outrider.gate.decision']
  if (typeof decision !== 'string') return null
  const held = attributes['outrider.gate.held_usd']
  if (typeof held === 'number' && held > 0) {
    return { word: `${decision} · ${money(held)} held`, usual: decision === 'allow', title: `decision: ${decision}` }
  }
  const code = firstCode(attributes['outrider.gate.reasons'])
  const word = code === null ? decision : `${decision} · ${code.toLowerCase().replaceAll('_', ' ')}`
  return { word, usual: decision === 'allow', title: `decision: ${decision}${code === null ? '' : `, ${code}`}` }
}

function firstCode(reasons: unknown): string | null {
  try {
    const [first] = JSON.parse(String(reasons)) as { code?: unknown }[]
    return typeof first?.code === 'string' ? first.code : null
  } catch {
    return null
  }
}

export interface Flag {
  readonly word: string
  readonly why: string
}

/** What is odd about where a span stands, and what was cut or mended in it. */
export function flagsOf(node: Node): readonly Flag[] {
  const { span } = node
  const flags: Flag[] = []
  if (node.detached === 'orphan') {
    flags.push({ word: 'parent not received', why: `Its parent ${span.parentSpanId} has not arrived` })
  }
  if (node.detached === 'cycle') {
    flags.push({ word: 'circular parents', why: `Its parent ${span.parentSpanId} is below itself` })
  }
  if (node.skewed) flags.push({ word: 'clock skew', why: 'It starts before its parent: two clocks disagree' })
  if (node.outOfTime) flags.push({ word: 'clock off', why: `It says that it started at ${span.startTime}` })
  if (span.attempt !== null && span.attempt > 1) {
    flags.push({
      word: `attempt ${span.attempt}`,
      why: span.retryOf === null ? 'A retry' : `A retry of ${span.retryOf}`,
    })
  }
  if (span.fallbackOf !== null) flags.push({ word: 'fallback', why: `Instead of ${span.fallbackOf}` })
  const findings = span.findings ?? []
  if (findings.length > 0) {
    flags.push({
      word: findings.length === 1 ? '1 finding' : `${findings.length} findings`,
      why: findings.map(({ why }) => why).join('; '),
    })
  }
  if (span.cacheHit === true) flags.push({ word: 'cache hit', why: 'Answered from a cache' })
  return flags
}

/** The whole line in words, for people who cannot see it. */
export function labelOf(node: Node): string {
  const { span } = node
  const end = endOf(span)
  const words = [
    span.kind,
    visible(span.name),
    span.agent === null ? null : `agent ${visible(span.agent)}`,
    span.status === 'error' ? `failed: ${visible(span.errorType ?? span.statusMessage ?? 'error')}` : null,
    duration(span.durationMs),
    span.inputTokens === null ? null : `${tokens(span.inputTokens)} tokens in`,
    span.outputTokens === null ? null : `${tokens(span.outputTokens)} tokens out`,
    span.costUsd === null ? null : money(span.costUsd),
    end === null ? null : visible(end.word),
    ...flagsOf(node).map((flag) => flag.word),
  ]
  return words.filter((word) => word !== null).join(', ')
}
