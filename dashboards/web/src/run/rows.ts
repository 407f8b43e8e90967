/** Which spans of a tree are lines on the screen, in which order and how deep. */
import type { Node, Tree } from './tree.ts'

export interface Row {
  readonly node: Node
  readonly id: string
  /** 1 for a top span. */
  readonly level: number
  /** Null where there is nothing to open. */
  readonly expanded: boolean | null
  readonly position: number
  readonly siblings: number
}

export interface Rows {
  readonly rows: readonly Row[]
  /** Spans left out because they are of kind `other`. */
  readonly hidden: number
}

/**
 * Lines from top to bottom. With `hideOthers`, spans of kind `other` make way for their children, unless they failed: an
 * error is never hidden.
 */
export function visibleRows(tree: Tree, collapsed: ReadonlySet<string>, hideOthers: boolean): Rows {
  const shown = hideOthers ? (node: Node) => node.span.kind !== 'other' || node.span.status === 'error' : () => true
  const rows: Row[] = []
  const open: { list: readonly Node[]; at: number; level: number }[] = [
    { list: lift(tree.roots, shown), at: 0, level: 1 },
  ]
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const node = top.list[top.at++]
    if (node === undefined) {
      open.pop()
      continue
    }
    const { level } = top
    const children = lift(node.children, shown)
    const expanded = children.length === 0 ? null : !collapsed.has(node.span.spanId)
    rows.push({ node, id: node.span.spanId, level, expanded, position: top.at, siblings: top.list.length })
    if (expanded === true) open.push({ list: children, at: 0, level: level + 1 })
  }
  let hidden = 0
  if (hideOthers) for (const node of tree.nodes.values()) if (!shown(node)) hidden++
  return { rows, hidden }
}

/** `nodes`, each that is not shown replaced by its nearest shown descendants. */
function lift(nodes: readonly Node[], shown: (node: Node) => boolean): readonly Node[] {
  if (nodes.every(shown)) return nodes
  const lifted: Node[] = []
  const open = [...nodes].reverse()
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (shown(node)) lifted.push(node)
    else open.push(...[...node.children].reverse())
  }
  return lifted
}

/** `collapsed` without the ancestors of `id`, so that its line can be seen. */
export function revealed(tree: Tree, collapsed: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(collapsed)
  for (let node = tree.nodes.get(id)?.parent ?? null; node !== null; node = node.parent) next.delete(node.span.spanId)
  return next.size === collapsed.size ? collapsed : next
}

/** Ids of spans that contain `query` in what is known about them, case ignored. */
export function matches(tree: Tree, query: string): ReadonlySet<string> {
  const found = new Set<string>()
  if (query === '') return found
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i')
  for (const { span } of tree.nodes.values()) {
    const texts = [
      span.name,
      span.agent,
      span.kind,
      span.requestModel,
      span.responseModel,
      span.toolName,
      span.errorType,
      span.statusMessage,
      span.spanId,
      span.input,
      span.output,
      span.toolArgs,
    ]
    if (texts.some((text) => text !== null && pattern.test(text))) found.add(span.spanId)
  }
  return found
}
