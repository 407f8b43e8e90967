/** The labelled series that the alerts are measured on. They are no part of the repository: a folder is named. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** A series of agents with its kind, its bad side, its deploys and its labelled incidents. */
export interface LabelledSeries {
  readonly name: string
  readonly file: string
  readonly kind: string
  readonly bad: string
  readonly days: number
  readonly deploys: readonly unknown[]
  readonly incidents: readonly { readonly startMs: number; readonly endMs: number; readonly special: boolean }[]
}

/** A series of the Numenta benchmark with its windows, as it writes times. */
export interface NumentaSeries {
  readonly name: string
  readonly file: string
  readonly windows: readonly (readonly [start: string, end: string])[]
}

const meta = z.record(z.string(), z.object({ kind: z.string(), bad: z.string() }))
const labels = z.record(
  z.string(),
  z.object({
    days: z.number(),
    windows: z.array(z.object({ start: z.number(), end: z.number(), type: z.string() })),
  }),
)
const events = z.record(z.string(), z.array(z.unknown()))
const windows = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])))

/** `name` under `folder`, as a folder or as the only archive whose name begins so, unpacked under `scratch`; `null`: none. */
export function found(folder: string, name: string, scratch: string): string | null {
  const plain = join(folder, name)
  if (existsSync(plain) && statSync(plain).isDirectory()) return plain
  const archive = `${plain}.tar.gz`
  if (!existsSync(archive)) return null
  const target = join(scratch, name)
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', archive, '-C', target])
  return target
}

export function agentSeries(folder: string): readonly LabelledSeries[] {
  const read = <T>(file: string, schema: z.ZodType<T>): T =>
    schema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
  const kinds = read('meta.json', meta)
  const deploys = read('events.json', events)
  return Object.entries(read('labels.json', labels)).map(([name, { days, windows: labelled }]) => ({
    name,
    days,
    file: join(folder, 'series', `${name}.csv`),
    kind: kinds[name]!.kind,
    bad: kinds[name]!.bad,
    deploys: deploys[name] ?? [],
    incidents: labelled.map(({ start, end, type }) => ({
      startMs: start * 1000,
      endMs: end * 1000,
      special: type === 'nodata' || type === 'cold_start',
    })),
  }))
}

export function numentaSeries(folder: string): readonly NumentaSeries[] {
  const labelled = windows.parse(JSON.parse(readFileSync(join(folder, 'labels', 'combined_windows.json'), 'utf8')))
  return readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.csv'))
    .sort()
    .map((name) => ({ name, file: join(folder, 'data', name), windows: labelled[name] ?? [] }))
}
