import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { loadConfig } from '../src/config.ts'
import { createPricer } from '../src/enrich/price.ts'
import { createGate, type Gate } from '../src/gate/gate.ts'
import { createGuardEdge } from '../src/guard-edge.ts'
import { createHttp } from '../src/http.ts'
import { type ApiKey, createKeyring } from '../src/keys.ts'
import { type JournalSettings, openJournal } from '../src/ledger/journal.ts'
import type { Ledger } from '../src/ledger/ledger.ts'
import { createLifecycle } from '../src/lifecycle.ts'
import { createMetrics } from '../src/metrics.ts'
import type { RuleSettings } from '../src/rules.ts'
import type { Span } from '../src/span.ts'

export interface GateSetup {
  readonly dir: string
  /** As in outrider.yaml. */
  readonly yaml?: string
  readonly keys?: readonly ApiKey[]
  readonly now?: () => number
  readonly journal?: Partial<JournalSettings>
  readonly heartbeatMs?: number
}

export interface RunningGate {
  readonly app: FastifyInstance
  readonly gate: Gate
  readonly ledger: Ledger
  /** Decisions that were told as spans. */
  readonly told: Span[]
  reload(yaml: string): void
  post(path: string, body: unknown, key?: string): Promise<Answer>
  put(path: string, body: unknown, key?: string): Promise<Answer>
  del(path: string, key?: string): Promise<Answer>
  get(path: string, key?: string): Promise<Answer>
  metrics(): Promise<string>
  close(): Promise<void>
}

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: whatever a test looks for
  readonly body: any
}

export function tempDir(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-gate-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** The real gate on the real journal behind the real HTTP shell; without a store. */
export async function startGate(setup: GateSetup): Promise<RunningGate> {
  const { dir, keys = [], now = Date.now } = setup
  const log = pino({ level: 'silent' })
  const settings = settingsOf(setup.yaml ?? '')
  const ledger = await openJournal({ file: join(dir, 'ledger.sqlite'), now, log, ...setup.journal })
  const keyring = createKeyring(keys, now)
  const metrics = createMetrics()
  const tenants = new Set(keys.map(({ tenant }) => tenant))
  const lifecycle = createLifecycle(log)
  const tenantOf = (request: { caller?: { tenant: string | null } | undefined }) => request.caller?.tenant ?? null
  const config = { ...settings, store: { ...settings.store, dataDir: dir } }
  const guards = createGuardEdge(config, { log, lifecycle, metrics, tenantOf }, 20)
  const gate = await createGate(
    {
      ledger,
      settings,
      pricing: createPricer(settings.prices),
      guards: guards.calls,
      metrics,
      log,
      tenantOf,
      redact: (text) => text,
      namespaceOf: ({ tenantId }) => (tenants.has(tenantId) ? tenantId : null),
      now,
    },
    { everyMs: 20 },
  )
  const told: Span[] = []
  const accept = async (spans: readonly Span[]) => {
    told.push(...spans)
  }
  gate.start(accept)
  guards.start(accept)
  const app = createHttp({
    keyring,
    log,
    allowedHosts: [],
    bodyBytes: 4 << 20,
    ready: async () => {},
    metrics: async () => {
      await gate.refresh()
      return metrics.text()
    },
  })
  for (const routes of [...gate.routes, guards.routes]) await app.register(routes)
  const send = (method: 'GET' | 'POST' | 'PUT' | 'DELETE') => async (url: string, body?: unknown, key?: string) => {
    const response = await app.inject({
      method,
      url,
      ...(body === undefined ? {} : { payload: body as object }),
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    })
    return { status: response.statusCode, body: response.json() as unknown } as Answer
  }
  return {
    app,
    gate,
    ledger,
    told,
    reload(yaml) {
      const next = settingsOf(yaml)
      gate.reload(next)
      guards.reload(next.guards)
    },
    post: send('POST'),
    put: send('PUT'),
    del: (url, key) => send('DELETE')(url, undefined, key),
    get: (url, key) => send('GET')(url, undefined, key),
    metrics: async () => {
      await gate.refresh()
      return metrics.text()
    },
    async close() {
      await app.close()
      await gate.close()
      await lifecycle.stop()
      await ledger.close()
      await metrics.close()
    },
  }
}

function settingsOf(yaml: string): RuleSettings & Extract<ReturnType<typeof loadConfig>, { ok: true }>['config'] {
  const { dir, remove } = tempDir()
  try {
    const file = join(dir, 'outrider.yaml')
    writeFileSync(file, yaml)
    const loaded = loadConfig({}, file)
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
    return loaded.config
  } finally {
    remove()
  }
}
