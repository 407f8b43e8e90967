/** `outrider budgets`: what may be spent, what is, what is held, and what is stopped. */
import { type Budget, budgetsSchema, type Switch, switchesSchema } from './answers.ts'
import type { Collector } from './collector.ts'
import { clock, usd } from './figures.ts'
import { plain } from './plain.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'

const used = ({ spentUsd, heldUsd, limitUsd }: Budget): number => (limitUsd === 0 ? 1 : (spentUsd + heldUsd) / limitUsd)

const columns: readonly Column<Budget>[] = [
  { title: 'BUDGET', cell: ({ name, shadow }) => (shadow ? `${name} (shadow)` : name) },
  { title: 'SCOPE', cell: ({ scope }) => scope },
  { title: 'KEY', cell: ({ key }) => key, most: 40 },
  { title: 'LIMIT', cell: ({ limitUsd }) => usd(limitUsd), right: true },
  { title: 'SPENT', cell: ({ spentUsd }) => usd(spentUsd), right: true },
  { title: 'HELD', cell: ({ heldUsd }) => (heldUsd === 0 ? '' : usd(heldUsd)), right: true },
  {
    title: 'USED',
    cell: (budget) => `${Math.floor(used(budget) * 100)} %`,
    right: true,
    style: (budget) => (used(budget) >= 1 ? 'red' : used(budget) >= 0.8 ? 'yellow' : null),
  },
  { title: 'UNBACKED', cell: ({ unbackedUsd }) => (unbackedUsd === 0 ? '' : usd(unbackedUsd)), right: true },
  { title: 'RESETS (UTC)', cell: ({ window }) => (window.end === null ? 'never' : clock(window.end)) },
]

const switchColumns: readonly Column<Switch>[] = [
  { title: 'STOPPED', cell: ({ scope, name }) => `${scope}/${name}` },
  { title: 'STATE', cell: ({ state }) => state, style: () => 'red' },
  { title: 'BY', cell: ({ by }) => by ?? '', most: 32 },
  { title: 'WHY', cell: ({ reason }) => reason ?? '' },
]

export async function budgets(collector: Collector, terminal: Terminal, { json }: { json: boolean }): Promise<void> {
  const [listed, stopped] = await Promise.all([
    collector.ask(budgetsSchema, '/api/budgets'),
    collector.ask(switchesSchema, '/api/switches'),
  ])
  if (json) return terminal.printJson({ budgets: listed.raw, ...(stopped.raw as object) })
  const { switches } = stopped.value
  if (listed.value.length > 0) terminal.print(table(listed.value, columns, terminal))
  else terminal.talk('No budgets. Add `budgets:` to outrider.yaml: it is read again when it changes.')
  if (switches.length === 0) return
  terminal.print(['', ...table(switches, switchColumns, terminal)])
  const [{ scope, name } = { scope: '', name: '' }] = switches
  terminal.talk(`Next: outrider free ${scope} ${plain(name)}`)
}
