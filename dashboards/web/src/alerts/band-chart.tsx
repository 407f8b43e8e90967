import { minute, money } from '../format.ts'
import { Text } from '../ui/text.tsx'
import type { Kind, Series } from './alerts-api.ts'
import { BOX, drawingOf } from './band.ts'

interface Props {
  readonly series: Series
  readonly metric: string
  readonly kind: Kind
  readonly to: string
  readonly now: Date
}

/** One series: its value as a line, what is normal as a band behind it, where it fired as a stripe. */
export function BandChart({ series, metric, kind, to, now }: Props) {
  const drawing = drawingOf(series)
  const show = (value: number) => figure(value, metric, kind)
  const who = Object.entries(series.labels).map(([label, value]) => `${label} ${value}`)
  const latest = series.value.findLast((value) => value !== null) ?? null
  const fired = series.events.filter(({ event }) => event === 'fired').length
  const words = `${latest === null ? 'no value' : `now ${show(latest)}`}, fired ${fired === 1 ? 'once' : `${fired} times`}`
  return (
    <figure className="chart">
      <figcaption>
        <strong>
          <Text>{who.length === 0 ? metric : who.join(', ')}</Text>
        </strong>
        <span className="muted num">{words}</span>
      </figcaption>
      <div className="chart-box">
        <span className="chart-y num" aria-hidden="true">
          <span>{show(drawing.high)}</span>
          <span>{show(drawing.low)}</span>
        </span>
        <svg viewBox={`0 0 ${BOX} ${BOX}`} preserveAspectRatio="none" role="img" aria-label={words}>
          {drawing.firing.map(([from, until]) => (
            <rect key={from} className="fired" x={from} y="0" width={Math.max(3, until - from)} height={BOX} />
          ))}
          <path className="band" d={drawing.band} />
          <path className="center" d={drawing.center} />
          <path className="value" d={drawing.value} />
        </svg>
      </div>
      <p className="chart-x muted num" aria-hidden="true">
        <span>{minute(series.start, now)}</span>
        <span>{minute(to, now)}</span>
      </p>
    </figure>
  )
}

function figure(value: number, metric: string, kind: Kind): string {
  if (kind === 'ratio') return `${Number((100 * value).toPrecision(3))} %`
  if (metric.endsWith('_usd')) return money(value)
  const short = value.toLocaleString('en-US', { maximumSignificantDigits: 3, notation: 'compact' })
  return metric.endsWith('_ms') ? `${short} ms` : short
}
