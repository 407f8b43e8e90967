/** Right and wrong, counted. */
export interface Tally {
  tp: number
  fp: number
  fn: number
  tn: number
}

export const tally = (): Tally => ({ tp: 0, fp: 0, fn: 0, tn: 0 })

export function count(into: Tally, isBad: boolean, isFlagged: boolean): void {
  if (isBad) isFlagged ? into.tp++ : into.fn++
  else isFlagged ? into.fp++ : into.tn++
}

const ratio = (part: number, whole: number): string => (whole === 0 ? '–' : (part / whole).toFixed(3))

export const precision = ({ tp, fp }: Tally): string => ratio(tp, tp + fp)
export const recall = ({ tp, fn }: Tally): string => ratio(tp, tp + fn)
export const f1 = ({ tp, fp, fn }: Tally): string => ratio(2 * tp, 2 * tp + fp + fn)
export const falseRate = ({ fp, tn }: Tally): string => ratio(fp, fp + tn)

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
