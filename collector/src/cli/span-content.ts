/** What a span was given and what it gave, as lines below it (`--full`). */
import type { Span } from './answers.ts'
import { plain, plainLines } from './plain.ts'
import { scoreWords } from './score-words.ts'

export function contentLines(span: Span): readonly string[] {
  const { retrieval, cut, warnings } = span
  const cuts = Object.entries(cut).filter(([, amount]) => amount > 0)
  return [
    ...section('input', span.input, cut.input),
    ...section('arguments', span.toolArgs),
    ...section('query', retrieval?.query ?? null),
    ...section('documents', documents(retrieval)),
    ...section('output', span.output, cut.output),
    ...span.scores.map((score) => `score ${scoreWords(score)}`),
    ...cuts.filter(([what]) => what !== 'input' && what !== 'output').map(([what, n]) => plain(`cut: ${n} ${what}`)),
    ...warnings.map((warning) => plain(`warning: ${warning}`)),
  ]
}

function section(title: string, text: string | null, cutBytes = 0): readonly string[] {
  if (text === null) return []
  const lines = plainLines(text)
  const tail = cutBytes > 0 ? [`  … ${cutBytes} bytes were cut`] : []
  if (lines.length === 1 && tail.length === 0) return [`${title}: ${lines[0]}`]
  return [`${title}:`, ...lines.map((line) => `  ${line}`), ...tail]
}

function documents(retrieval: Span['retrieval']): string | null {
  const given = retrieval?.documents
  if (given === undefined || given === null) return null
  return typeof given === 'string' ? given : JSON.stringify(given)
}
