import { useDeferredValue, useMemo, useRef, useState } from 'react'
import type { RunDetail } from '../api.ts'
import { done, useKeys } from '../keys.ts'
import { ShortcutHelp } from '../ui/shortcuts.tsx'
import { Text } from '../ui/text.tsx'
import { failures } from './failures.ts'
import { RunFindings } from './finding-list.tsx'
import { matches, type Row, revealed, visibleRows } from './rows.ts'
import { RunAlerts } from './run-alerts.tsx'
import { RunHeader } from './run-header.tsx'
import { decisionOf, RunMoney } from './run-money.tsx'
import { SpanPanel } from './span-panel.tsx'
import { Toolbar } from './toolbar.tsx'
import { buildTree } from './tree.ts'
import { Waterfall } from './waterfall.tsx'

const SHORTCUTS = [
  ['j ↓', 'Next span'],
  ['k ↑', 'Previous span'],
  ['→ ←', 'Open and close a branch'],
  ['Enter', 'Show the span'],
  ['/', 'Search, Enter for the next match'],
  ['n N', 'Next and previous match'],
  ['e', 'Next error'],
  ['?', 'This list'],
  ['Esc', 'Close'],
] as const

interface Props {
  readonly detail: RunDetail
  readonly now: Date
  /** Span ID in the address. */
  readonly selected: string | null
  readonly hideOthers: boolean
  readonly query: string
  /** Changes parameters of the address: `span others q`. */
  readonly onSet: (changes: Readonly<Record<string, string | null>>) => void
}

export function RunView({ detail, now, selected, hideOthers, query, onSet }: Props) {
  const tree = useMemo(() => buildTree(detail.spans), [detail.spans])
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(() => new Set())
  const { rows, hidden } = useMemo(() => visibleRows(tree, collapsed, hideOthers), [tree, collapsed, hideOthers])
  const sought = useDeferredValue(query)
  const found = useMemo(() => matches(tree, sought.trim()), [tree, sought])
  const began = useMemo(() => failures(tree), [tree])
  const [active, setActive] = useState<string | null>(selected)
  const [help, setHelp] = useState(false)
  const searchField = useRef<HTMLInputElement>(null)
  const opener = useRef<HTMLElement | null>(null)

  // a link to a span opens its branch and puts the cursor there
  const [followed, setFollowed] = useState<string | null>(null)
  if (selected !== null && selected !== followed && tree.nodes.has(selected)) {
    setFollowed(selected)
    setActive(selected)
    setCollapsed(revealed(tree, collapsed, selected))
  }

  const decisions = detail.decisions ?? []
  const at = rows.findIndex((row) => row.id === active)
  const node = selected === null ? undefined : tree.nodes.get(selected)

  function put(id: string) {
    setActive(id)
    setCollapsed(revealed(tree, collapsed, id))
    // with the panel open, moving the cursor moves the panel
    if (node !== undefined) open(id)
  }

  function open(id: string) {
    setFollowed(id)
    setActive(id)
    onSet({ span: id })
  }

  function close() {
    onSet({ span: null })
    setFollowed(null)
    opener.current?.focus()
  }

  function to(row: Row | undefined): boolean {
    if (row !== undefined) put(row.id)
    return row !== undefined
  }

  function move(by: number): boolean {
    return to(rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))])
  }

  function toggle(id: string) {
    const next = new Set(collapsed)
    if (!next.delete(id)) next.add(id)
    setCollapsed(next)
  }

  function expand(): boolean {
    const row = rows[at]
    if (row === undefined || row.expanded === null) return true
    if (row.expanded) move(1)
    else toggle(row.id)
    return true
  }

  function collapse(): boolean {
    const row = rows[at]
    if (row === undefined) return true
    if (row.expanded === true) toggle(row.id)
    else {
      to(rows.slice(0, at).findLast((candidate) => candidate.level < row.level))
    }
    return true
  }

  /** The next span, in reading order and with closed branches read too, that `fits`. */
  function jump(fits: (id: string) => boolean, by: 1 | -1, go = put): true {
    const { rows: all } = visibleRows(tree, new Set(), hideOthers)
    const from = all.findIndex((row) => row.id === active)
    const inTurn = all.map((_, step) => all[(from + by * (step + 1) + 2 * all.length) % all.length])
    const row = inTurn.find((one) => one !== undefined && fits(one.id))
    if (row !== undefined) go(row.id)
    return true
  }

  function show(id: string) {
    put(id)
    open(id)
  }

  const isMatch = (id: string) => found.has(id)
  const isError = (id: string) => tree.nodes.get(id)?.span.status === 'error'

  useKeys([
    ['j ArrowDown', () => move(1)],
    ['k ArrowUp', () => move(-1)],
    ['ArrowRight l', expand],
    ['ArrowLeft h', collapse],
    ['Home', () => to(rows[0])],
    ['End', () => to(rows.at(-1))],
    ['Enter', () => active !== null && done(open(active))],
    ['n', () => jump(isMatch, 1)],
    ['N', () => jump(isMatch, -1)],
    ['e', () => jump(isError, 1)],
    ['/', () => done(searchField.current?.focus())],
    ['?', () => done(setHelp(true))],
    ['Escape', () => !help && node !== undefined && done(close())],
  ])

  return (
    <div className={node === undefined ? 'run' : 'run with-panel'}>
      <Waterfall
        rows={rows}
        tree={tree}
        active={active}
        selected={selected}
        found={sought.trim() === '' ? null : found}
        grid={opener}
        onOpen={open}
        onToggle={toggle}
        header={
          <>
            <RunHeader detail={detail} now={now} />
            <RunMoney decisions={decisions} now={now} />
            <RunFindings spans={detail.spans} traceId={detail.run.traceId} onOpen={open} />
            <RunAlerts alerts={detail.alerts ?? []} now={now} />
            {selected !== null && node === undefined && (
              <p className="absent" role="status">
                The link names the span <Text>{selected.slice(0, 64)}</Text>, which this run does not have.
              </p>
            )}
          </>
        }
        toolbar={
          <Toolbar
            tree={tree}
            hidden={hidden}
            hideOthers={hideOthers}
            query={query}
            matches={found.size}
            failures={began.size}
            searchField={searchField}
            onSet={onSet}
            onNext={() => jump(isMatch, 1)}
            onFailure={() => jump((id) => began.has(id), 1, show)}
            onCollapseAll={() => setCollapsed(new Set(branches(tree.nodes)))}
            onExpandAll={() => setCollapsed(new Set())}
            onHelp={() => setHelp(true)}
          />
        }
      />
      {node !== undefined && (
        <SpanPanel
          key={node.span.spanId}
          node={node}
          tree={tree}
          decision={decisionOf(node.span, decisions)}
          now={now}
          onClose={close}
          onOpen={open}
        />
      )}
      {help && <ShortcutHelp shortcuts={SHORTCUTS} onClose={() => setHelp(false)} />}
    </div>
  )
}

/** Every span below the top that has spans below it: closing these leaves the outline. */
function branches(nodes: ReadonlyMap<string, { parent: unknown; children: readonly unknown[] }>): string[] {
  const ids: string[] = []
  for (const [id, node] of nodes) if (node.parent !== null && node.children.length > 0) ids.push(id)
  return ids
}
