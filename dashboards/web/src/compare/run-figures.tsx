import type { Run } from '../api.ts'
import { count, duration, money, time, tokens } from '../format.ts'
import { Link } from '../ui/link.tsx'
import { RunStatus } from '../ui/status.tsx'
import { Text } from '../ui/text.tsx'
import { change } from './difference.ts'

const FIGURES: readonly (readonly [
  name: string,
  read: (run: Run) => number | null,
  show: (value: number | null) => string,
])[] = [
  ['Cost', (run) => run.costUsd, money],
  ['Duration', (run) => run.durationMs, duration],
  ['Tokens in', (run) => run.inputTokens, tokens],
  ['Tokens out', (run) => run.outputTokens, tokens],
  ['Model calls', (run) => run.llmCalls, count],
  ['Tool calls', (run) => run.toolCalls, count],
  ['Errors', (run) => run.errors, count],
  ['Score', (run) => run.score, (value) => (value === null ? '—' : String(Number(value.toPrecision(3))))],
]

/** Two runs in figures, and by how much the second differs. */
export function RunFigures({ a, b, now }: { a: Run; b: Run; now: Date }) {
  return (
    <div className="table-box" data-scrolls>
      <table className="plain run-figures">
        <thead>
          <tr>
            <td />
            {[a, b].map((run, n) => (
              <th key={n === 0 ? 'a' : 'b'} scope="col">
                <Link to={`/runs/${encodeURIComponent(run.traceId)}`}>
                  <span className={n === 0 ? 'side a' : 'side b'}>{n === 0 ? 'A' : 'B'}</span>{' '}
                  <Text>{run.workflow ?? run.name ?? 'unnamed run'}</Text>{' '}
                  <span className="mono muted">{run.traceId.slice(0, 8)}</span>
                </Link>
              </th>
            ))}
            <th scope="col" className="num">
              Change
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Status</th>
            <td>
              <RunStatus run={a} now={now} />
            </td>
            <td>
              <RunStatus run={b} now={now} />
            </td>
            <td />
          </tr>
          <tr>
            <th scope="row">Started</th>
            <td className="num">{time(a.startTime, now)}</td>
            <td className="num">{time(b.startTime, now)}</td>
            <td />
          </tr>
          <tr>
            <th scope="row">Models</th>
            <td>
              <Text>{a.models.join(', ')}</Text>
            </td>
            <td>
              <Text>{b.models.join(', ')}</Text>
            </td>
            <td />
          </tr>
          {FIGURES.map(([name, read, show]) =>
            read(a) === null && read(b) === null ? null : (
              <tr key={name} className={read(a) === read(b) ? undefined : 'differs'}>
                <th scope="row">{name}</th>
                <td className="num">{show(read(a))}</td>
                <td className="num">{show(read(b))}</td>
                <td className="num">{change(read(a), read(b))}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  )
}
