/** `outrider approvals`, `approve`, `deny`: what waits for a person, and the person's word. */
import { type Approval, approvalSchema, approvalsSchema } from './answers.ts'
import type { Collector } from './collector.ts'
import { clock, usd } from './figures.ts'
import { plain } from './plain.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'

const columns: readonly Column<Approval>[] = [
  { title: 'ID', cell: ({ id }) => id },
  {
    title: 'STATE',
    cell: ({ state }) => state,
    style: ({ state }) => (state === 'pending' ? 'yellow' : state === 'approved' ? 'green' : 'red'),
  },
  { title: 'AGENT', cell: ({ agent }) => agent ?? '', most: 24 },
  { title: 'WANTS', cell: ({ toolName, model, kind }) => toolName ?? model ?? kind, most: 32 },
  { title: 'WITH', cell: ({ args }) => args ?? '', most: 48 },
  { title: 'AT MOST', cell: ({ mostUsd }) => (mostUsd === 0 ? '' : usd(mostUsd)), right: true },
  { title: 'UNTIL (UTC)', cell: ({ expiresAt }) => clock(expiresAt) },
  { title: 'BY', cell: ({ by }) => by ?? '', most: 24 },
  { title: 'WHY', cell: ({ reason, reasons }) => reason || (reasons[0]?.message ?? '') },
]

export interface ApprovalsOptions {
  readonly all: boolean
  readonly json: boolean
}

export async function approvals(collector: Collector, terminal: Terminal, { all, json }: ApprovalsOptions) {
  const path = `/api/approvals?state=${all ? 'all' : 'pending'}`
  const { value, raw } = await collector.ask(approvalsSchema, path)
  if (json) return terminal.printJson(raw)
  const [first] = value.approvals
  if (first === undefined) return terminal.talk(all ? 'Nobody was asked yet.' : 'Nothing waits for a person.')
  terminal.print(table(value.approvals, columns, terminal))
  const next = value.approvals.find(({ state }) => state === 'pending')
  if (next !== undefined) terminal.talk(`Next: outrider approve ${plain(next.id)} --reason "…"`)
}

export interface WordOptions {
  readonly by?: string
  readonly reason?: string
  readonly json: boolean
}

export async function decide(
  collector: Collector,
  terminal: Terminal,
  [word, id]: readonly ['approve' | 'deny', string],
  { json, ...said }: WordOptions,
): Promise<void> {
  const path = `/api/approvals/${encodeURIComponent(id)}/${word}`
  const { value, raw } = await collector.change(approvalSchema, 'POST', path, said)
  if (json) return terminal.printJson(raw)
  terminal.print([`${plain(value.id)} is ${plain(value.state)} by ${plain(value.by ?? '')}.`])
  terminal.talk(`Next: outrider run ${plain(value.traceId)}`)
}
