/** The report as one HTML file that a mail program shows too: no script, no style sheet from elsewhere. */
import { usd } from '../figures.ts'
import { plain } from '../plain.ts'
import { chart } from './chart.ts'
import { PERIODS, type PeriodName } from './period.ts'
import type { Report } from './report.ts'
import { type Cell, sectionsOf, type Table, titleOf } from './sections.ts'

export const chartOf = ({ spend, period }: Report): string => chart(spend.days, PERIODS[period as PeriodName], usd)

export function html(report: Report, pages: string): string {
  const title = escaped(titleOf(report))
  const sections = sectionsOf(report).map(({ title: heading, text, table }) => {
    return `<h2>${escaped(heading)}</h2>\n<p>${escaped(text)}</p>\n${table === null || table.rows.length === 0 ? '' : tableOf(table, pages)}`
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #0f172a; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.3rem } h2 { font-size: 1.05rem; margin: 2rem 0 .3rem }
p { margin: .3rem 0 .6rem; color: #475569 }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #e2e8f0; vertical-align: top; overflow-wrap: anywhere }
th { font-weight: 600; color: #475569; white-space: nowrap } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
svg { width: 100%; height: auto } a { color: #1d4ed8 }
</style>
</head>
<body>
<h1>${title}</h1>
${chartOf(report)}
${sections.join('\n')}
<p><a href="${escaped(pages)}">Outrider</a></p>
</body>
</html>
`
}

function tableOf({ columns, rows }: Table, pages: string): string {
  const style = (index: number) => (columns[index]?.right ? ' class="n"' : '')
  const head = columns.map(({ title }, i) => `<th scope="col"${style(i)}>${escaped(title)}</th>`).join('')
  const body = rows.map(
    (cells) => `<tr>${cells.map((one, i) => `<td${style(i)}>${written(one, pages)}</td>`).join('')}</tr>`,
  )
  return `<div class="wide"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody></table></div>`
}

function written({ text, traceId }: Cell, pages: string): string {
  if (traceId === undefined || !/^[0-9a-f]{32}$/.test(traceId)) return escaped(text)
  return `<a href="${escaped(`${pages}/runs/${traceId}`)}">${escaped(text)}</a>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => plain(text).replaceAll(/[&<>"']/g, (character) => entities[character]!)
