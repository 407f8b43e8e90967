/** What must stand in the books of wrapped calls: at the gate, in the spans, beside what the provider billed. */
import type { GateStub } from '../test/gate-stub.ts'
import type { ProviderStub } from '../test/provider-stub.ts'
import type { Check } from './check.ts'

/** What is wrong; empty where nothing is. */
export function booksOf(check: Check<never>, { log }: ProviderStub, gate: GateStub): string[] {
  const { books: wanted = 'exact', calls = 1, refused = wanted === 'free' ? calls : 0 } = check
  const { checks, settles, releases, spans } = gate
  const wrong: string[] = []
  const told = (what: string, ok: boolean) => ok || wrong.push(what)
  const asked = wanted === 'unasked' ? 0 : calls
  // the bare call that was thrown away is told by the observer of the AI SDK, whenever it is collected
  const own = check.thrownAway ? spans.filter(({ traceId }) => checks.some((each) => each.traceId === traceId)) : spans
  const models = own.filter(({ attributes }) => MODEL.has(`${attributes['gen_ai.operation.name']}`))
  told(`${checks.length} checks`, checks.length === asked)
  told(`${models.length} spans`, models.length === asked)
  told(`${settles.length} settles and ${releases.length} releases`, settles.length + releases.length === asked)
  told(`${releases.length} given back`, wanted === 'unasked' || releases.length === refused)
  const settled = { input: 0, output: 0 }
  for (const { usage } of settles) {
    settled.input += usage?.inputTokens ?? 0
    settled.output += usage?.outputTokens ?? 0
  }
  const billed = { input: 0, output: 0 }
  for (const each of log) {
    billed.input += each.billed.input
    billed.output += each.billed.output
  }
  if (wanted === 'exact')
    told(
      `billed ${JSON.stringify(billed)}, settled ${JSON.stringify(settled)}`,
      settled.input === billed.input && settled.output === billed.output,
    )
  if (wanted === 'counted') {
    const counted = settles.reduce(
      (sum, { streamedTokens, usage }) => sum + (streamedTokens ?? usage?.outputTokens ?? 0),
      0,
    )
    told(`billed ${billed.output}, counted ${counted}`, counted <= Math.max(billed.output, 1))
  }
  return wrong
}

const MODEL: ReadonlySet<string> = new Set(['chat', 'generate_content', 'embeddings', 'text_completion'])
