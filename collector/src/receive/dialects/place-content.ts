import type { AttributeValue, Kind } from '../../span.ts'
import type { Told } from './dialect.ts'
import { isRecord, json, number, parsed, text } from './value.ts'

/**
 * For conventions that give every kind of span the same input and output, and its name to what it stands for: puts them
 * where an agent, a tool or a retrieval has them.
 */
export function placeContent(told: Told, kind: Kind | undefined, name: string): void {
  if (kind === 'agent') told.agent ??= name
  else if (kind === 'tool') {
    told.toolName ??= name
    told.toolArgs ??= told.input
    told.input = null
  } else if (kind === 'retrieval') {
    told.retrievalQuery ??= told.input
    told.retrievalDocuments ??= told.output === null ? null : documentsOf(told.output)
    told.input = null
    told.output = null
  }
}

/** A list of documents as `[{id?, score?, content?}]`; any other text as it is. */
function documentsOf(output: string): string {
  const told = output.startsWith('[') || output.startsWith('{') ? parsed(output) : undefined
  const list = isRecord(told) ? (told.documents ?? told.outputs ?? told.output) : told
  if (!Array.isArray(list)) return output
  const documents = (list as readonly AttributeValue[]).map(documentOf)
  return documents.includes(null) ? output : (json(documents) ?? output)
}

/** LangChain, LlamaIndex, MLflow and Genkit name the parts of a document differently; `null` for what is none. */
function documentOf(value: AttributeValue): object | null {
  if (typeof value === 'string') return { content: value }
  if (!isRecord(value)) return null
  const metadata = isRecord(value.metadata) ? value.metadata : {}
  const id = text(value.id ?? metadata.id ?? null)
  const score = number(value.score ?? metadata.score ?? null)
  const told = value.page_content ?? value.pageContent ?? value.content ?? value.text
  const content = typeof told === 'string' || told === undefined ? told : json(told)
  return id === undefined && score === undefined && content === undefined ? null : { id, score, content }
}
