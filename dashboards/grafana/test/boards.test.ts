/** What a dashboard must be before a query is asked: whole, readable, and in order. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { boards } from '../src/boards.ts'
import { UID } from '../src/link.ts'
import type { Panel } from '../src/panel.ts'

const committed = new URL('../json/', import.meta.url)

it('the committed files are what the code makes; `npm run dashboards` writes them', () => {
  expect(readdirSync(committed).sort()).toEqual(
    Object.keys(boards)
      .map((name) => `${name}.json`)
      .sort(),
  )
  for (const [name, board] of Object.entries(boards)) {
    expect(readFileSync(new URL(`${name}.json`, committed), 'utf8')).toBe(`${JSON.stringify(board, null, 2)}\n`)
  }
})

describe.each(Object.entries(boards))('%s', (_name, board) => {
  const panels = board.panels as unknown as readonly Required<Panel>[]
  const variables = (board.templating.list ?? []).map(({ name }) => name)

  it('is named, tagged, and in the time zone of who looks', () => {
    expect(Object.values(UID)).toContain(board.uid)
    expect(board).toMatchObject({ tags: ['outrider'], timezone: 'browser', schemaVersion: 42 })
    expect(board.description).toMatch(/\.$/)
    expect(board.id).toBeUndefined()
  })

  it('every panel says what it shows, in which unit, and what stands there when there is nothing', () => {
    for (const { title, description, fieldConfig } of panels) {
      const { unit, noValue } = fieldConfig.defaults
      expect([title, description, unit, noValue].map((text) => typeof text === 'string' && text !== '')).toEqual([
        true,
        true,
        true,
        true,
      ])
      expect(description).toMatch(/[.]$/)
    }
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
  })

  it('panels lie beside and below each other, each with an ID of its own', () => {
    expect(panels.map(({ id }) => id)).toEqual(panels.map((_panel, at) => at + 1))
    const taken = new Set<string>()
    for (const { gridPos } of panels) {
      const { x, y, w, h } = gridPos
      expect([x, y, w, h].every(Number.isInteger)).toBe(true)
      expect(x + w).toBeLessThanOrEqual(24)
      for (let column = x; column < x + w; column++) {
        for (let row = y; row < y + h; row++) {
          expect(taken).not.toContain(`${column}/${row}`)
          taken.add(`${column}/${row}`)
        }
      }
    }
  })

  it('data sources are variables, so that any installation can have its own', () => {
    for (const panel of panels) {
      for (const { datasource } of [panel, ...panel.targets]) {
        expect(datasource?.uid).toMatch(/^\$\{(clickhouse|prometheus)\}$/)
        expect(variables).toContain(datasource?.uid?.slice(2, -1))
      }
    }
  })

  it('uses no variable that it has not, and no value as it is', () => {
    for (const { targets, title } of panels) {
      const text = JSON.stringify(targets.map((target) => ('rawSql' in target ? target.rawSql : target.expr))) + title
      for (const [, name] of text.matchAll(/\$\{(\w+)/g)) expect(variables).toContain(name)
      expect(text).not.toMatch(/\$(?!__|\{)\w/)
    }
  })

  it('links lead to dashboards that are there, with variables that they have', () => {
    const links = panels.flatMap(({ fieldConfig }) => [
      ...(fieldConfig.defaults.links ?? []),
      ...fieldConfig.overrides.flatMap(({ properties }) =>
        properties.filter(({ id }) => id === 'links').flatMap(({ value }) => value as { url: string; title: string }[]),
      ),
    ])
    for (const { url, title } of links) {
      expect(title).not.toBe('')
      const here = /^\/d\/([\w-]+)\?(.*)$/.exec(url)
      if (here === null) expect(url).toMatch(/^\$\{outrider\}\//)
      else {
        const target = Object.values(boards).find(({ uid }) => uid === here[1])
        const has = (target?.templating.list ?? []).map(({ name }) => name)
        for (const [, name] of here[2]!.matchAll(/var-(\w+)=/g)) expect(has).toContain(name)
      }
      // a value goes into an address encoded
      for (const [used] of url.matchAll(/\$\{__(?:value|field)[^}]*\}/g)) {
        expect(used).toMatch(/:percentencode\}$|^\$\{__value\.time\}$/)
      }
    }
  })

  it('names every table column that it dresses', () => {
    for (const { type, targets, fieldConfig } of panels) {
      if (type !== 'table') continue
      for (const { matcher } of fieldConfig.overrides) {
        expect(JSON.stringify(targets)).toMatch(new RegExp(`\\b${matcher.options}\\b`))
      }
    }
  })
})

it('the overview leads to what failed, and a red cell to the runs that explain it', () => {
  const links = (board: keyof typeof boards, title: string) => {
    const panel = boards[board].panels?.find((one) => one.title === title) as unknown as Required<Panel>
    return panel.fieldConfig.defaults.links?.map(({ url }) => url) ?? []
  }
  expect(links('overview', 'Failed runs')[0]).toMatch(new RegExp(`^/d/${UID.runs}\\?var-only=errors&`))
  expect(links('overview', 'Refusals')[0]).toMatch(new RegExp(`^/d/${UID.runs}\\?var-only=refused&`))
  expect(links('agents', 'Failing calls')[0]).toContain(
    `/d/${UID.runs}?var-agent=\${__field.labels.agent:percentencode}&var-only=failing&time=\${__value.time}`,
  )
  expect(links('agents', 'Failing calls')[1]).toContain('/?failedAgent=${__field.labels.agent:percentencode}&from=')
  expect(links('agents', 'Latency, p95')[0]).toContain('&var-only=all&')
  expect(links('agents', 'Latency, p95')[1]).toContain('/?agent=${')
})
