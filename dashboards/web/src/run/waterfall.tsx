// biome-ignore-all lint/a11y/useSemanticElements: a table's own roles are lost when it is laid out as a grid or cards
// biome-ignore-all lint/a11y/useFocusableInteractive: one element takes the keyboard, its rows do not
/** The run as lines in time: a tree on the left, bars on the right, any number of them. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { duration } from '../format.ts'
import type { Row } from './rows.ts'
import { marks } from './scale.ts'
import type { Tree } from './tree.ts'
import { WaterfallRow } from './waterfall-row.tsx'

interface Props {
  readonly rows: readonly Row[]
  readonly tree: Tree
  readonly active: string | null
  readonly selected: string | null
  /** Spans that fit the search; null when nothing is sought. */
  readonly found: ReadonlySet<string> | null
  /** Receives the element that takes the keyboard. */
  readonly grid: RefObject<HTMLElement | null>
  readonly header: ReactNode
  readonly toolbar: ReactNode
  readonly onOpen: (id: string) => void
  readonly onToggle: (id: string) => void
}

export function Waterfall(props: Props) {
  const { rows, tree, active, grid } = props
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const ruler = useRef<HTMLDivElement>(null)
  const frame = useFrame(scroller, list, ruler)
  const narrow = frame.width < 640
  const height = narrow ? 52 : 30

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 10,
    scrollMargin: frame.top,
    scrollPaddingStart: frame.ruler + 4,
    scrollPaddingEnd: 8,
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: another height makes every measured place wrong
  useEffect(() => virtual.measure(), [virtual, height])

  const at = rows.findIndex((row) => row.id === active)
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [virtual, at])

  const times = marks(tree.lengthMs, narrow ? 3 : Math.max(3, Math.round(frame.width / 220)))
  return (
    <div className="run-scroll" ref={scroller}>
      {props.header}
      {props.toolbar}
      <div
        role="treegrid"
        aria-label="Spans"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={at < 0 ? undefined : `span-${rows[at]?.id}`}
        tabIndex={0}
        ref={(element) => {
          grid.current = element
        }}
        className="waterfall"
      >
        <div role="rowgroup" className="ruler" ref={ruler}>
          <div role="row" aria-rowindex={1} className="columns">
            <div role="columnheader">Span</div>
            <div role="columnheader" className="num">
              Tokens
            </div>
            <div role="columnheader" className="num">
              Cost
            </div>
            <div role="columnheader" className="timeline" aria-label={`Time, 0 to ${duration(tree.lengthMs)}`}>
              {times.map((ms) => (
                <span key={ms} className="mark" style={{ left: `${(ms / tree.lengthMs) * 100}%` }}>
                  {ms === 0 ? '0' : duration(ms)}
                </span>
              ))}
            </div>
          </div>
        </div>
        <div role="rowgroup" className="lines" ref={list} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            return (
              row !== undefined && (
                <WaterfallRow
                  key={item.key}
                  row={row}
                  index={item.index}
                  top={item.start - frame.top}
                  height={height}
                  lengthMs={tree.lengthMs}
                  marks={times}
                  active={row.id === active}
                  selected={row.id === props.selected}
                  found={props.found === null ? null : props.found.has(row.id)}
                  onOpen={props.onOpen}
                  onToggle={props.onToggle}
                />
              )
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** Where the lines begin inside the scrolled page and how wide it is; the header above changes height with its content. */
function useFrame(
  scroller: RefObject<HTMLDivElement | null>,
  list: RefObject<HTMLDivElement | null>,
  ruler: RefObject<HTMLDivElement | null>,
): { top: number; width: number; ruler: number } {
  const [frame, setFrame] = useState({ top: 0, width: 1000, ruler: 28 })
  useLayoutEffect(() => {
    const outer = scroller.current!
    function measure() {
      const top = list.current!.getBoundingClientRect().top - outer.getBoundingClientRect().top + outer.scrollTop
      const next = { top: Math.round(top), width: outer.clientWidth, ruler: ruler.current!.offsetHeight }
      setFrame((before) => {
        const same = before.top === next.top && before.width === next.width && before.ruler === next.ruler
        return same ? before : next
      })
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(outer)
    for (const child of outer.children) if (!child.contains(list.current)) observer.observe(child)
    return () => observer.disconnect()
  }, [scroller, list, ruler])
  return frame
}
