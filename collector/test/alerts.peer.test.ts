/**
 * The demo's agent that fails, through a collector as users run it, to a webhook and to Debian's Alertmanager. Hours of
 * the demo's traffic are told as if they had been: nobody waits. Says so where Alertmanager is not installed.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Alertmanager, hasAlertmanager, startAlertmanager } from './alertmanager.ts'
import { aDataDir, type Running, startCollector } from './collector.ts'
import { demoRuns, sendTraffic, type Template } from './demo-traffic.ts'
import { startReceiver } from './receiver.ts'

interface Notice {
  readonly type: 'alert.firing' | 'alert.resolved'
  readonly data: {
    readonly alerts: readonly {
      readonly rule: string
      readonly text: string
      readonly examples: readonly string[]
      readonly symptoms: readonly { readonly identity: string }[]
    }[]
  }
}
interface Grouped {
  readonly status: 'firing' | 'resolved'
  readonly groupLabels: object
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>> }[]
}
interface Alerts {
  readonly evaluatedAt: string | null
  readonly open: readonly {
    readonly identity: string
    readonly rule: string
    readonly labels: Readonly<Record<string, string>>
    readonly told: boolean
    readonly mutedBy: string | null
    readonly symptomOf: string | null
    readonly symptoms: readonly { readonly identity: string }[]
  }[]
  readonly recent: readonly { readonly rule: string; readonly event: string; readonly text: string }[]
}

const installed = hasAlertmanager()
const required = process.env.OUTRIDER_TEST_PEERS === 'required'
const PER_MINUTE = 3
/** The demo paces itself, and collectors start again and again: on a busy machine that takes its time. */
const PATIENCE_MS = 240_000

const data = [aDataDir(), aDataDir(), aDataDir()] as const
const hook = await startReceiver<Notice>()
const grouped = await startReceiver<Grouped>()
let alertmanager: Alertmanager | undefined
let templates: readonly Template[]
let ofDemo: Alerts
let running: Running | undefined

beforeAll(async () => {
  running = await startCollector({ OUTRIDER_DATA_DIR: data[0].dir })
  templates = await demoRuns(running.url)
  ofDemo = (await (await fetch(`${running.url}/api/alerts`)).json()) as Alerts
  await running.stop()
  if (installed || required) alertmanager = await startAlertmanager(grouped.url)
}, PATIENCE_MS)
afterAll(async () => {
  await running?.stop()
  await alertmanager?.stop()
  hook.close()
  grouped.close()
  for (const each of data) each.remove()
})

/** Starts again what looks at its minutes when it starts, and waits until it has. */
async function looked(env: Record<string, string>): Promise<Alerts> {
  await running?.stop()
  const began = new Date().toISOString()
  running = await startCollector(env)
  for (;;) {
    const alerts = (await (await fetch(`${running.url}/api/alerts`)).json()) as Alerts
    if (alerts.evaluatedAt !== null && alerts.evaluatedAt > began) return alerts
  }
}

it(
  'a failing agent is one alert, at the webhook and at Alertmanager, and is over when it heals',
  async () => {
    const config = join(data[1].dir, 'outrider.yaml')
    const toAlertmanager =
      alertmanager === undefined
        ? ''
        : `    - { type: alertmanager, url: "${alertmanager.url}", allowPrivate: true, template: "{agent}: {text}" }\n`
    writeFileSync(
      config,
      `alerts:
  notify:
    - { type: webhook, url: "${hook.url}", allowPrivate: true, groupWaitMinutes: 0, groupIntervalMinutes: 0 }
${toAlertmanager}`,
    )
    const env = { OUTRIDER_DATA_DIR: data[1].dir, OUTRIDER_CONFIG: config }
    const healthy = templates.filter(({ failing }) => !failing)
    const failing = templates.filter((template) => template.failing)
    const now = Math.floor(Date.now() / 60_000)
    running = await startCollector(env)
    const send = (which: readonly Template[], fromMinute: number, toMinute: number) =>
      sendTraffic(running!.url, which, {
        fromMinute: now + fromMinute,
        toMinute: now + toMinute,
        perMinute: PER_MINUTE,
      })
    await send(healthy, -240, -40)
    await send(failing, -40, -28)

    const { open } = await looked(env)
    const told = open.filter((one) => one.told)
    expect(told).toMatchObject([{ rule: 'error-rate', labels: { agent: 'research' }, mutedBy: null, symptomOf: null }])
    // the same ticket has triage answer twice, as it repairs its first answer: seen, and nobody is told of it apart
    const folded = open.filter((one) => !one.told)
    expect(told[0]!.symptoms.map(({ identity }) => identity).toSorted()).toEqual(
      folded.map(({ identity }) => identity).toSorted(),
    )
    expect(folded.map(({ labels }) => labels.agent)).toContain('triage')
    for (const { mutedBy, symptomOf } of folded)
      expect([mutedBy, symptomOf]).toEqual([told[0]!.identity, told[0]!.identity])
    const fired = await hook.until(({ type }) => type === 'alert.firing')
    expect(fired.data.alerts).toHaveLength(1)
    const [alert] = fired.data.alerts
    expect(alert!.text).toMatch(/^error_rate of agent research is (?:9\d|100)\.\d %, normally 1\d\.\d % ± \d+\.\d %/)
    // those that were found by then
    const identities = folded.map(({ identity }) => identity)
    for (const { identity } of alert!.symptoms) expect(identities).toContain(identity)
    expect(alert!.examples).toHaveLength(3)
    for (const traceId of alert!.examples) {
      const { run, alerts } = (await (await fetch(`${running.url}/api/runs/${traceId}`)).json()) as {
        run: { errors: number }
        alerts: readonly object[]
      }
      expect(run.errors).toBeGreaterThan(1)
      expect(alerts).toContainEqual(expect.objectContaining({ rule: 'error-rate', text: alert!.text }))
    }
    if (alertmanager !== undefined) {
      const heard = await grouped.until(({ status }) => status === 'firing')
      expect(heard.groupLabels).toEqual({ agent: 'research' })
      expect(await alertmanager.groups()).toMatchObject([
        {
          labels: { agent: 'research' },
          alerts: [
            {
              labels: { alertname: 'error-rate', agent: 'research', severity: 'critical', source: 'outrider' },
              annotations: { summary: `research: ${alert!.text}` },
              status: { state: 'active' },
            },
          ],
        },
      ])
    }

    await send(healthy, -28, 0)
    expect((await looked(env)).open).toEqual([])
    const over = await hook.until(({ type }) => type === 'alert.resolved')
    expect(over.data.alerts).toMatchObject([
      { rule: 'error-rate', text: expect.stringMatching(/is normal again after/) },
    ])
    expect(hook.heard).toHaveLength(2)
    if (alertmanager !== undefined) {
      const ended = await grouped.until(({ status }) => status === 'resolved')
      expect(ended.alerts.map(({ labels }) => labels.alertname)).toEqual(['error-rate'])
    }
  },
  PATIENCE_MS,
)

it(
  'hours of the demo as it is raise none',
  async () => {
    await running?.stop()
    const env = { OUTRIDER_DATA_DIR: data[2].dir }
    running = await startCollector(env)
    const now = Math.floor(Date.now() / 60_000)
    await sendTraffic(running.url, templates, { fromMinute: now - 240, toMinute: now, perMinute: PER_MINUTE })
    const { open, recent } = await looked(env)
    expect({ open, recent }).toEqual({ open: [], recent: [] })
    // nor the demo itself, as it ran: its crawler reads on and on, which is for its budget to end
    expect({ open: ofDemo.open, recent: ofDemo.recent }).toEqual({ open: [], recent: [] })
  },
  PATIENCE_MS,
)

it.skipIf(installed || required)('prometheus-alertmanager is not installed: it is not told', () => {})
