/** Instants as callers write them. */
import { z } from 'zod'

const YEAR_2262_MS = 9_223_372_036_854
const iso = z.iso.datetime({ offset: true }).or(z.iso.date())

/** What callers are told who write anything else. */
export const instantForm =
  'is neither ISO 8601 with a zone (2026-11-21T09:00:00Z; encode + as %2B) nor milliseconds since 1970'

/** Milliseconds since 1970 of such a number, or of an ISO 8601 date or time with its zone; `undefined` for anything else. */
export function instantMs(given: string): number | undefined {
  const ms = /^\d{1,13}$/.test(given) ? Number(given) : iso.safeParse(given).success ? Date.parse(given) : Number.NaN
  return ms >= 0 && ms <= YEAR_2262_MS ? ms : undefined
}
