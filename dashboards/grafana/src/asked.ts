import { boards } from './boards.ts'

/** A query of ClickHouse as it stands in a dashboard: of a panel, of a variable, or of the lines in every panel. */
export interface Asked {
  readonly board: keyof typeof boards
  readonly panel: string
  /** What becomes of the answer: the panel's type, `annotation` or `variable`. */
  readonly shape: string
  readonly refId: string
  readonly queryType: string
  readonly rawSql: string
  /** The time that the dashboard opens with. */
  readonly hours: number
}

export const asked: readonly Asked[] = Object.entries(boards).flatMap(([name, board]) => {
  const hours = Number(/^now-(\d+)h$/.exec(board.time?.from ?? '')?.[1])
  const of = (panel: string, shape: string, targets: readonly unknown[]) =>
    targets.flatMap((target) => {
      const query = target as Partial<Asked>
      return query.rawSql === undefined ? [] : [{ ...query, board: name, panel, shape, hours } as Asked]
    })
  return [
    ...(board.panels ?? []).flatMap((panel) =>
      of(panel.title ?? '', panel.type, ('targets' in panel ? panel.targets : undefined) ?? []),
    ),
    ...(board.annotations.list ?? []).flatMap(({ name, target }) => of(`annotation ${name}`, 'annotation', [target])),
    ...(board.templating.list ?? []).flatMap(({ name, query }) => of(`variable ${name}`, 'variable', [query])),
  ]
})
