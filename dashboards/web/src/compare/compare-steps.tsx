// biome-ignore-all lint/a11y/useSemanticElements: a table's own roles are lost when it is laid out as a grid or cards
// biome-ignore-all lint/a11y/useFocusableInteractive: one element takes the keyboard, its rows do not
/** The steps of two runs as lines, any number of them, and what is different in each. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { plural } from '../format.ts'
import { done, useKeys } from '../keys.ts'
import type { Step } from './align.ts'
import { CompareLine } from './compare-line.tsx'
import { ComparePanel } from './compare-panel.tsx'
import { differencesOf } from './difference.ts'

interface Props {
  readonly steps: readonly Step[]
  readonly onlyDifferent: boolean
  /** Span ID in the address, of either run. */
  readonly selected: string | null
  readonly header: ReactNode
  /** Changes parameters of the address: `only span`. */
  readonly onSet: (changes: Readonly<Record<string, string | null>>) => void
}

const LINE_PX = 34

const idOf = ({ a, b }: Step): string => (a ?? b)?.span.spanId ?? ''

export function CompareSteps({ steps, onlyDifferent, selected, header, onSet }: Props) {
  const told = useMemo(() => steps.map((step) => ({ step, different: differencesOf(step) })), [steps])
  const different = useMemo(() => told.filter((line) => line.different.length > 0), [told])
  const lines = onlyDifferent ? different : told
  const [active, setActive] = useState<string | null>(selected)
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const outer = scroller.current!
    const measure = () => {
      setTop(
        Math.round(list.current!.getBoundingClientRect().top - outer.getBoundingClientRect().top + outer.scrollTop),
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(outer)
    return () => observer.disconnect()
  }, [])
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => (lines[index] === undefined ? index : idOf(lines[index].step)),
    overscan: 10,
    scrollMargin: top,
    scrollPaddingStart: 40,
    scrollPaddingEnd: 8,
  })
  const at = lines.findIndex(({ step }) => idOf(step) === active)
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [virtual, at])
  const open = told.find(({ step }) => [step.a, step.b].some((node) => node?.span.spanId === selected))

  function to(index: number): boolean {
    const line = lines[index]
    if (line === undefined) return false
    setActive(idOf(line.step))
    if (open !== undefined) onSet({ span: idOf(line.step) })
    return true
  }
  const next = (by: 1 | -1) => {
    const order = by === 1 ? lines.slice(at + 1) : lines.slice(0, Math.max(0, at)).toReversed()
    const found = order.find((line) => line.different.length > 0)
    return found !== undefined && to(lines.indexOf(found))
  }

  useKeys([
    ['j ArrowDown', () => to(Math.min(lines.length - 1, at + 1))],
    ['k ArrowUp', () => to(Math.max(0, at - 1))],
    ['n', () => next(1)],
    ['N', () => next(-1)],
    ['d', () => done(onSet({ only: onlyDifferent ? null : 'different' }))],
    ['Enter', () => active !== null && done(onSet({ span: active }))],
    ['Escape', () => open !== undefined && done(onSet({ span: null }))],
  ])

  return (
    <div className={open === undefined ? 'run compare' : 'run compare with-panel'}>
      <div className="run-scroll" ref={scroller}>
        {header}
        <div className="toolbar">
          <span role="status">
            {different.length === 0
              ? `${plural(told.length, 'step')}, all the same`
              : `${plural(different.length, 'step')} of ${told.length.toLocaleString('en-US')} differ`}
          </span>
          <button
            type="button"
            className={onlyDifferent ? 'chip on' : 'chip'}
            aria-pressed={onlyDifferent}
            onClick={() => onSet({ only: onlyDifferent ? null : 'different' })}
          >
            Only differences
          </button>
          <span className="grow" />
          <span className="muted key-hint">
            <kbd>n</kbd> next difference · <kbd>Enter</kbd> texts
          </span>
        </div>
        <div
          role="grid"
          aria-label="Steps of both runs"
          aria-rowcount={lines.length + 1}
          aria-activedescendant={at < 0 ? undefined : `step-${active}`}
          tabIndex={0}
          className="steps"
        >
          <div role="row" className="step-line step-head" aria-rowindex={1}>
            <span role="columnheader">Step</span>
            <span role="columnheader">
              <span className="side a">A</span>
            </span>
            <span role="columnheader">
              <span className="side b">B</span>
            </span>
            <span role="columnheader">Differs in</span>
          </div>
          <div role="rowgroup" className="step-lines" ref={list} style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const line = lines[item.index]
              return (
                line !== undefined && (
                  <CompareLine
                    key={item.key}
                    {...line}
                    index={item.index}
                    top={item.start - top}
                    active={idOf(line.step) === active}
                    selected={line.step === open?.step}
                    onOpen={() => {
                      setActive(idOf(line.step))
                      onSet({ span: idOf(line.step) })
                    }}
                  />
                )
              )
            })}
          </div>
        </div>
      </div>
      {open !== undefined && (
        <ComparePanel key={idOf(open.step)} step={open.step} onClose={() => onSet({ span: null })} />
      )}
    </div>
  )
}
