/** Money by day as an SVG that needs nothing around it: it is mailed, saved and put into pages. */
const WIDTH = 640
const HEIGHT = 160
const TOP = 18
const BOTTOM = 22

export interface Bar {
  readonly day: string
  readonly costUsd: number
}

/** Bars in order; the last `marked` are the report's own. `usd` writes an amount. */
export function chart(bars: readonly Bar[], marked: number, usd: (amount: number) => string): string {
  const most = Math.max(...bars.map(({ costUsd }) => costUsd), 0)
  const step = WIDTH / Math.max(1, bars.length)
  const room = HEIGHT - TOP - BOTTOM
  const drawn = bars.map(({ day, costUsd }, i) => {
    const height = most === 0 ? 0 : (costUsd / most) * room
    const x = round(i * step + step * 0.12)
    const colour = i >= bars.length - marked ? '#2563eb' : '#94a3b8'
    const bar = `<rect x="${x}" y="${round(TOP + room - height)}" width="${round(step * 0.76)}" height="${round(height)}" fill="${colour}"><title>${day}: ${usd(costUsd)}</title></rect>`
    const isLabelled = i === 0 || i === bars.length - 1 || i === Math.floor(bars.length / 2)
    if (!isLabelled) return bar
    const anchor = i === 0 ? 'start' : i === bars.length - 1 ? 'end' : 'middle'
    const at = i === 0 ? 0 : i === bars.length - 1 ? WIDTH : (i + 0.5) * step
    return `${bar}<text x="${round(at)}" y="${HEIGHT - 6}" text-anchor="${anchor}">${day}</text>`
  })
  const line = `<path d="M0 ${TOP + room + 0.5}H${WIDTH}" stroke="#cbd5e1"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Spend by day, at most ${usd(most)}" font-family="system-ui, sans-serif" font-size="11" fill="#64748b"><text x="0" y="11">most: ${usd(most)} a day</text>${line}${drawn.join('')}</svg>`
}

const round = (number: number): number => Math.round(number * 10) / 10
