import { count, duration, money, plural } from '../format.ts'
import { Link } from '../ui/link.tsx'
import { Text } from '../ui/text.tsx'
import { visible } from '../visible.ts'
import type { Agent, Handoff } from './agents-api.ts'
import { failedShare } from './heat.ts'
import { layersOf, type Placed } from './layers.ts'

interface Props {
  readonly agents: readonly Agent[]
  readonly handoffs: readonly Handoff[]
  readonly runsOf: (agent: string) => string
}

const NODE = { width: 176, height: 54, right: 96, below: 22 } as const
const EDGE = 14
/** More would be a ball of wool; the table below has them all. */
const DRAWN = 40

/** Agents from left to right, callers first: who calls whom, how often, for how much, and what fails. */
export function AgentGraph({ agents, handoffs, runsOf }: Props) {
  const drawn = handoffs.slice(0, DRAWN)
  const { nodes, layers, rows } = layersOf(
    drawn.flatMap(({ from, to }) => [from, to]),
    drawn,
  )
  const placeOf = new Map(nodes.map((node) => [node.agent, node]))
  const most = Math.max(1, ...drawn.map(({ calls }) => calls))
  const width = layers * (NODE.width + NODE.right) - NODE.right + 2 * EDGE
  const height = rows * (NODE.height + NODE.below) - NODE.below + 2 * EDGE + 14
  return (
    <div className="graph" data-scrolls>
      <div className="graph-ground" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          {drawn.map((handoff) => {
            const path = pathOf(placeOf.get(handoff.from), placeOf.get(handoff.to))
            return (
              <path
                key={JSON.stringify([handoff.from, handoff.to])}
                className={handoff.failedCalls > 0 ? 'edge failed' : 'edge'}
                d={path}
                strokeWidth={1.5 + 4 * Math.sqrt(handoff.calls / most)}
              />
            )
          })}
        </svg>
        {drawn.map((handoff) => {
          const [from, to] = [placeOf.get(handoff.from), placeOf.get(handoff.to)]
          if (from === undefined || to === undefined || to.layer !== from.layer + 1) return null
          const left = (xOf(from) + NODE.width + xOf(to)) / 2
          const top = (yOf(from) + yOf(to) + NODE.height) / 2
          return (
            <span
              key={JSON.stringify([handoff.from, handoff.to])}
              className="edge-words num"
              aria-hidden="true"
              style={{ left, top }}
            >
              {count(handoff.calls)}
              {handoff.failedCalls > 0 && <span className="bad"> {count(handoff.failedCalls)} ✕</span>}
            </span>
          )
        })}
        {nodes.map((node) => {
          const agent = agents.find((one) => one.agent === node.agent)
          return (
            <Link
              key={node.agent}
              to={runsOf(node.agent)}
              className={agent !== undefined && agent.failedRuns > 0 ? 'node failing' : 'node'}
              style={{ left: xOf(node), top: yOf(node), width: NODE.width, height: NODE.height }}
            >
              <Text title>{node.agent}</Text>
              {agent !== undefined && (
                <span className="num node-figures">
                  {agent.failedRuns === 0 ? (
                    plural(agent.runs, 'run')
                  ) : (
                    <span className="bad">{failedShare(agent)} failed</span>
                  )}
                  {agent.costUsd !== null && <span> · {money(agent.costUsd)}</span>}
                </span>
              )}
            </Link>
          )
        })}
      </div>
    </div>
  )
}

const xOf = ({ layer }: Placed) => EDGE + layer * (NODE.width + NODE.right)
const yOf = ({ row }: Placed) => EDGE + row * (NODE.height + NODE.below)

/** From the right side of one to the left side of the other; back or to itself, in a bow below. */
function pathOf(from: Placed | undefined, to: Placed | undefined): string {
  if (from === undefined || to === undefined) return ''
  const middle = NODE.height / 2
  const [x1, y1] = [xOf(from) + NODE.width, yOf(from) + middle]
  const [x2, y2] = [xOf(to), yOf(to) + middle]
  if (to.layer > from.layer) {
    const bend = (x2 - x1) / 2
    return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
  }
  const low = Math.max(y1, y2) + middle + NODE.below
  return `M${x1} ${y1} C${x1 + 40} ${low} ${x2 - 40} ${low} ${x2} ${y2}`
}

/** The same in figures, all of it. */
export function HandoffTable({ handoffs, runsOf }: Pick<Props, 'handoffs' | 'runsOf'>) {
  return (
    <div className="table-box" data-scrolls>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Caller</th>
            <th scope="col">Called</th>
            <th scope="col" className="num">
              Calls
            </th>
            <th scope="col" className="num">
              Failed
            </th>
            <th scope="col" className="num">
              Runs
            </th>
            <th scope="col" className="num">
              p95
            </th>
            <th scope="col" className="num">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {handoffs.map((one) => (
            <tr key={JSON.stringify([one.from, one.to])}>
              <td>
                <Link to={runsOf(one.from)}>
                  <Text>{one.from}</Text>
                </Link>
              </td>
              <td>
                <Link to={runsOf(one.to)}>
                  <Text>{one.to}</Text>
                </Link>
                {one.from === one.to && (
                  <span className="muted" title={`${visible(one.from)} calls itself`}>
                    {' '}
                    ↻
                  </span>
                )}
              </td>
              <td className="num">{count(one.calls)}</td>
              <td className={one.failedCalls > 0 ? 'num bad' : 'num muted'}>{count(one.failedCalls)}</td>
              <td className="num">{count(one.runs)}</td>
              <td className="num">{duration(one.p95Ms)}</td>
              <td className="num">{money(one.costUsd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
