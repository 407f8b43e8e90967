/** The report as Markdown. Names come from outside: nothing in them is read as Markdown or HTML. */
import { plain } from '../plain.ts'
import type { Report } from './report.ts'
import { type Cell, sectionsOf, type Table, titleOf } from './sections.ts'

/** `pages`: where the collector's pages are. `chart`: the name of the chart's file, beside this one. */
export function markdown(report: Report, { pages, chart }: { pages: string; chart: string | null }): string {
  const picture = chart === null ? [] : [`![Spend by day](${encodeURI(chart)})`, '']
  const sections = sectionsOf(report).flatMap(({ title, text, table }) => {
    return [
      `## ${title}`,
      '',
      text,
      '',
      ...(table === null || table.rows.length === 0 ? [] : [...lines(table, pages), '']),
    ]
  })
  return [`# ${titleOf(report)}`, '', ...picture, ...sections, `[Outrider](${pages})`, ''].join('\n')
}

function lines({ columns, rows }: Table, pages: string): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(columns.map(({ title }) => title)),
    row(columns.map(({ right }) => (right ? '---:' : '---'))),
    ...rows.map((cells) => row(cells.map((one) => written(one, pages)))),
  ]
}

function written({ text, traceId }: Cell, pages: string): string {
  // not every reader of Markdown knows an escaped <
  const safe = plain(text)
    .replaceAll(/[\\`*_{}[\]()#+!|~]/g, (character) => `\\${character}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
  return traceId === undefined || !/^[0-9a-f]{32}$/.test(traceId) ? safe : `[${safe}](${pages}/runs/${traceId})`
}
