/** What Grafana is told at its start: read as it reads it, and held against the dashboards. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { views } from '../../../collector/src/store/views.ts'
import { boards } from '../src/boards.ts'

const folder = new URL('../../../deploy/grafana/', import.meta.url)
const read = (path: string) => parse(readFileSync(new URL(path, folder), 'utf8'), { strict: true })

describe('data sources', () => {
  const { apiVersion, datasources } = read('datasources/outrider.yaml')
  const byName = new Map<string, Record<string, Record<string, unknown>>>(
    datasources.map((source: { name: string }) => [source.name, source]),
  )

  it('are those that the dashboards start with, of the right kind', () => {
    expect(apiVersion).toBe(1)
    for (const { templating } of Object.values(boards)) {
      for (const { type, query, current } of templating.list ?? []) {
        if (type !== 'datasource') continue
        expect(byName.get(String(current?.value))).toMatchObject({ type: query, uid: current?.value })
      }
    }
  })

  it('reach the endpoint over HTTP, in the database of the views', () => {
    const settings = byName.get('outrider-clickhouse')?.jsonData
    expect(settings).toMatchObject({ protocol: 'http', path: '/clickhouse', defaultDatabase: 'outrider' })
    expect(views().length).toBeGreaterThan(0)
  })

  it('take keys and addresses from the environment alone', () => {
    const { jsonData, secureJsonData } = byName.get('outrider-clickhouse')!
    expect([jsonData?.host, jsonData?.port, secureJsonData?.password]).toEqual([
      '$OUTRIDER_HOST',
      '$OUTRIDER_PORT',
      '$OUTRIDER_API_KEY',
    ])
    expect(byName.get('outrider-prometheus')?.url).toBe('$PROMETHEUS_URL')
  })
})

it('whoever reads a server without the collector may read what is behind every view, and no texts', () => {
  const granted = readFileSync(new URL('../clickhouse/read-only-user.sql', folder), 'utf8')
  const behind = new Set(
    views().flatMap(({ sql }) => [...sql.matchAll(/\{\{database\}\}\.(\w+)/g)].map((found) => found[1])),
  )
  const may = [...granted.matchAll(/^GRANT SELECT ON outrider\.(\w+) TO grafana;$/gm)].map((found) => found[1])
  expect(may.sort()).toEqual([...behind].sort())
})

it('the dashboards are read from one folder, and nobody changes them in the browser by accident', () => {
  const { apiVersion, providers } = read('dashboards/outrider.yaml')
  expect([apiVersion, providers]).toMatchObject([1, [{ type: 'file', allowUiUpdates: false, disableDeletion: true }]])
  expect(readdirSync(new URL('../json/', import.meta.url)).every((file) => file.endsWith('.json'))).toBe(true)
})
