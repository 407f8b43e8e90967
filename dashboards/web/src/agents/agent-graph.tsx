import { useState } from 'react'
import { count, money, plural } from '../format.ts'
import { Link } from '../ui/link.tsx'
import { Text } from '../ui/text.tsx'
import type { Agent, Handoff } from './agents-api.ts'
import { failedShare } from './heat.ts'
import { layersOf, type Placed } from './layers.ts'

interface Props {
  readonly agents: readonly Agent[]
  readonly handoffs: readonly Handoff[]
  /** Their callers are workflows. */
  readonly starts: readonly Handoff[]
  readonly runsOf: (agent: string) => string
  readonly runsOfWorkflow: (workflow: string) => string
}

/** A node's name, apart from those of the other kind. */
type Key = string
const workflowKey = (name: string): Key => `workflow ${name}`
const agentKey = (name: string): Key => `agent ${name}`

interface Edge {
  readonly from: Key
  readonly to: Key
  readonly calls: number
  readonly told: Handoff
}

const ROOMY = { width: 176, height: 54, right: 150, below: 22 }
const DENSE = { width: 156, height: 42, right: 96, below: 8 }
/** In the fullest layer; more stand closer together, and only the calls of the one that is pointed at have figures. */
const ROOMY_ROWS = 9
const MARGIN = 14
/** More would be a ball of wool; the table below has them all. */
const DRAWN = 150

/** Workflows, then agents from left to right, callers first: who calls whom, how often, for how much, and what fails. */
export function AgentGraph({ agents, handoffs, starts, runsOf, runsOfWorkflow }: Props) {
  const [pointed, setPointed] = useState<Key | null>(null)
  const edges = edgesOf(starts, handoffs)
  const { nodes, layers, rows } = layersOf(
    edges.flatMap(({ from, to }) => [from, to]),
    edges,
  )
  const size = rows > ROOMY_ROWS ? DENSE : ROOMY
  const boxOf = new Map(nodes.map((node) => [node.agent, boxIn(node, rows, size)]))
  const most = Math.max(1, ...edges.map(({ calls }) => calls))
  const width = layers * (size.width + size.right) - size.right + 2 * MARGIN
  const height = rows * (size.height + size.below) - size.below + 2 * MARGIN + 14
  const touches = ({ from, to }: Edge) => pointed === null || from === pointed || to === pointed
  const agentOf = new Map(agents.map((agent) => [agentKey(agent.agent), agent]))
  const workflows = new Map(starts.map(({ from }) => [workflowKey(from), from]))
  return (
    <>
      <div className="graph" data-scrolls>
        <div className={pointed === null ? 'graph-ground' : 'graph-ground pointing'} style={{ width, height }}>
          <svg width={width} height={height} aria-hidden="true">
            {edges.map((edge) => (
              <path
                key={`${edge.from}→${edge.to}`}
                className={`edge${edge.told.failedCalls > 0 ? ' failed' : ''}${touches(edge) ? '' : ' faint'}`}
                d={pathOf(boxOf.get(edge.from), boxOf.get(edge.to), size.below)}
                strokeWidth={1.5 + 4 * Math.sqrt(edge.calls / most)}
              />
            ))}
          </svg>
          {edges
            .filter((edge) => (size === ROOMY ? touches(edge) : pointed !== null && touches(edge)))
            .map((edge) => (
              <EdgeWords
                key={`${edge.from}→${edge.to}`}
                told={edge.told}
                from={boxOf.get(edge.from)}
                to={boxOf.get(edge.to)}
              />
            ))}
          {nodes.map(({ agent: key }) => {
            const workflow = workflows.get(key)
            const agent = agentOf.get(key)
            const name = workflow ?? agent?.agent ?? key.slice(agentKey('').length)
            const { left, top } = boxOf.get(key) ?? { left: 0, top: 0 }
            return (
              <Link
                key={key}
                to={workflow === undefined ? runsOf(name) : runsOfWorkflow(name)}
                className={`node${workflow === undefined ? '' : ' workflow'}${agent !== undefined && agent.failedRuns > 0 ? ' failing' : ''}`}
                style={{ left, top, width: size.width, height: size.height }}
                onMouseEnter={() => setPointed(key)}
                onMouseLeave={() => setPointed(null)}
                onFocus={() => setPointed(key)}
                onBlur={() => setPointed(null)}
              >
                <Text title>{name}</Text>
                {workflow !== undefined && <span className="node-figures">workflow</span>}
                {agent !== undefined && workflow === undefined && <Figures agent={agent} />}
              </Link>
            )
          })}
        </div>
      </div>
      {starts.length + handoffs.length > edges.length && (
        <p className="muted">
          The {count(edges.length)} busiest of {count(starts.length + handoffs.length)} are drawn; the table has them
          all.
        </p>
      )}
    </>
  )
}

function Figures({ agent }: { agent: Agent }) {
  return (
    <span className="num node-figures">
      {agent.failedRuns === 0 ? plural(agent.runs, 'run') : <span className="bad">{failedShare(agent)} failed</span>}
      {agent.costUsd !== null && <span> · {money(agent.costUsd)}</span>}
    </span>
  )
}

/** Of calls from one layer to the next; a longer line would carry its words across other agents. */
function EdgeWords({ told, from, to }: { told: Handoff; from: Box | undefined; to: Box | undefined }) {
  if (from === undefined || to === undefined || to.layer !== from.layer + 1) return null
  const left = (from.left + from.width + to.left) / 2
  const top = (from.top + to.top + from.height) / 2
  return (
    <span className="edge-words num" aria-hidden="true" style={{ left, top }}>
      {count(told.calls === 0 ? told.runs : told.calls)}
      {told.failedCalls > 0 && <span className="bad"> · {count(told.failedCalls)} ✕</span>}
      {told.costUsd !== null && <span> · {money(told.costUsd)}</span>}
    </span>
  )
}

/** The busiest, as many of each kind as there is room for. */
function edgesOf(starts: readonly Handoff[], handoffs: readonly Handoff[]): readonly Edge[] {
  const begun = starts.slice(0, Math.max(DRAWN / 2, DRAWN - handoffs.length))
  return [
    ...begun.map((told) => ({ from: workflowKey(told.from), to: agentKey(told.to), calls: told.calls, told })),
    ...handoffs
      .slice(0, DRAWN - begun.length)
      .map((told) => ({ from: agentKey(told.from), to: agentKey(told.to), calls: told.calls, told })),
  ]
}

interface Box {
  readonly layer: number
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Each layer is spread over the height of the fullest. */
function boxIn({ layer, row, of }: Placed, rows: number, { width, height, right, below }: typeof ROOMY): Box {
  const left = MARGIN + layer * (width + right)
  return { layer, left, top: MARGIN + (((row + 0.5) * rows) / of - 0.5) * (height + below), width, height }
}

/** From the right side of one to the left side of the other; back or to itself, in a bow below. */
function pathOf(from: Box | undefined, to: Box | undefined, below: number): string {
  if (from === undefined || to === undefined) return ''
  const middle = from.height / 2
  const [x1, y1] = [from.left + from.width, from.top + middle]
  const [x2, y2] = [to.left, to.top + middle]
  if (to.layer > from.layer) {
    const bend = (x2 - x1) / 2
    return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
  }
  const low = Math.max(y1, y2) + middle + below
  return `M${x1} ${y1} C${x1 + 40} ${low} ${x2 - 40} ${low} ${x2} ${y2}`
}
