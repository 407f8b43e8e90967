/** `outrider alerts test ROUTE`: does a route of `alerts.notify` reach anybody? */
import { z } from 'zod'
import { type Collector, refusal } from './collector.ts'
import { CommandFailure, exitCode } from './failure.ts'
import { plain } from './plain.ts'
import type { Terminal } from './terminal.ts'

const answer = z.object({ delivered: z.boolean(), why: z.string().optional() })

/** Fails with exit code 1 where the receiver did not take it. */
export async function testRoute(
  collector: Collector,
  terminal: Terminal,
  route: string,
  { json }: { readonly json: boolean },
): Promise<void> {
  const response = await collector.post('/api/alerts/test', 'application/json', Buffer.from(JSON.stringify({ route })))
  if (!response.ok) throw await refusal(response)
  const { delivered, why } = answer.parse(await response.json())
  if (json) terminal.printJson({ route, delivered, ...(why === undefined ? {} : { why }) })
  if (!delivered)
    throw new CommandFailure(exitCode.failed, plain(`${route} did not take the test: ${why ?? 'it failed'}`))
  if (!json) terminal.print([plain(`${route} took the test.`)])
}
