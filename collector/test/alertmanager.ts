/** Debian's Alertmanager as a process of its own, on a free port, with one receiver. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROGRAM = 'prometheus-alertmanager'

export interface Alertmanager {
  readonly url: string
  /** Groups as its API gives them. */
  groups(): Promise<readonly { readonly labels: object; readonly alerts: readonly AlertmanagerAlert[] }[]>
  stop(): Promise<void>
}

interface AlertmanagerAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly status: { readonly state: string }
}

export const hasAlertmanager = (): boolean => spawnSync(PROGRAM, ['--version']).status === 0

/** `receiver`: where it sends what it groups by agent. */
export async function startAlertmanager(receiver: string): Promise<Alertmanager> {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-alertmanager-'))
  const config = join(folder, 'alertmanager.yaml')
  writeFileSync(
    config,
    `route: { receiver: hook, group_by: [agent], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
receivers: [{ name: hook, webhook_configs: [{ url: "${receiver}", send_resolved: true }] }]
`,
  )
  const child = spawn(
    PROGRAM,
    [
      ...[`--config.file=${config}`, `--storage.path=${join(folder, 'data')}`, '--web.listen-address=127.0.0.1:0'],
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const url = await listening(child)
  return {
    url,
    groups: async () => (await fetch(`${url}/api/v2/alerts/groups`)).json() as ReturnType<Alertmanager['groups']>,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function listening(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  child.stderr!.on('data', (chunk) => {
    said += chunk
    const found = /msg="?Listening on"? address=(127\.0\.0\.1:\d+)/.exec(said)
    if (found) resolve(`http://${found[1]}`)
  })
  child.once('exit', () => reject(new Error(`it ended: ${said}`)))
  return promise
}
