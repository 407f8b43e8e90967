import { count, time } from '../format.ts'
import { ColumnHeads } from '../ui/column-heads.tsx'
import { Text } from '../ui/text.tsx'
import type { RuleRate } from './guards-api.ts'

interface Props {
  readonly rules: readonly RuleRate[]
  readonly now: Date
  readonly onFilter: (changes: Readonly<Record<string, string | null>>) => void
}

const COLUMNS = [
  ['Rule'],
  ['Guard'],
  ['Findings', 'num'],
  ['Spans', 'num'],
  ['Enforced', 'num'],
  ['Marked', 'num'],
  ['False alarms'],
  ['Last', 'num'],
] as const

/** How often each rule speaks and how often it is wrong, as far as people said. */
export function RuleRates({ rules, now, onFilter }: Props) {
  return (
    <div className="table-box" data-scrolls>
      <table className="plain">
        <ColumnHeads columns={COLUMNS} />
        <tbody>
          {rules.map((rate) => (
            <tr key={rate.rule}>
              <td>
                <button type="button" className="link-button" onClick={() => onFilter({ rule: rate.rule })}>
                  <Text>{rate.rule}</Text>
                </button>
              </td>
              <td>{rate.guard}</td>
              <td className="num">{count(rate.findings)}</td>
              <td className="num">{count(rate.spans)}</td>
              <td className="num">{count(rate.enforced)}</td>
              <td className="num">{count(rate.falseAlarms + rate.right)}</td>
              <td>
                <FalseRate rate={rate} />
              </td>
              <td className="num">{time(rate.last, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The share with its interval: few marks say little, and the bar shows how little. */
function FalseRate({ rate: { falseRate, low, high, falseAlarms } }: { rate: RuleRate }) {
  if (falseRate === null || low === null || high === null) return <span className="muted">nobody said</span>
  const percent = (share: number) => `${Math.round(100 * share)} %`
  const words = `${percent(falseRate)}, between ${percent(low)} and ${percent(high)}`
  return (
    <span className="false-rate">
      <span className={falseAlarms > 0 ? 'num bad' : 'num'}>{percent(falseRate)}</span>
      <span className="rate-box" role="img" aria-label={words} title={words}>
        <span className="rate-range" style={{ left: `${100 * low}%`, width: `${100 * (high - low)}%` }} />
        <span className="rate-at" style={{ left: `${100 * falseRate}%` }} />
      </span>
    </span>
  )
}
