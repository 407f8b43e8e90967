/** Documents that were found, as the guards let them in: strangers write them, and models do what they say. */
import { attribute } from './attributes.ts'
import type { Document } from './call.ts'
import { DeniedError } from './denied-error.ts'
import { guardStream, guardWhole } from './guard-stream.ts'
import { type Live, quietly } from './live.ts'
import { here } from './money.ts'
import { state } from './state.ts'

/** In their order, without those that are blocked. Nothing is asked before `start`, and where texts stay in the process. */
export async function screened<D extends Document>(documents: readonly D[], live: Live): Promise<readonly D[]> {
  const { governor, content: mode } = state
  if (governor === undefined) return documents
  const skipped = () => quietly(() => live.span.setAttribute(attribute.guardSkipped, true))
  if (mode !== 'redacted' && mode !== 'full') {
    skipped()
    return documents
  }
  const { spanId } = live.span.spanContext()
  const place = { ...live.within(here).place, spanId }
  const screen = async (document: D): Promise<readonly D[]> => {
    if (document.content === undefined) return [document]
    const stream = guardStream({ governor, skipped }, { kind: 'text', direction: 'tool', place })
    try {
      return [{ ...document, content: await guardWhole(stream, document.content) }]
    } catch (denial) {
      if (denial instanceof DeniedError && denial.code === 'GUARD_BLOCKED') return []
      throw denial
    }
  }
  return (await Promise.all(documents.map(screen))).flat()
}
