import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Catcher, createCatcher } from './catcher.ts'
import { createProvider, type Provider } from './provider.ts'

/**
 * `node collector/capture/capture.ts [name…]`: runs each program of `programs/` (or those named) against the scripted
 * provider, and writes what it sent and what the provider billed to `payloads/`. Needs `npm ci` in this directory. Programs
 * in Python name their packages at their top: `uv` installs them, or `CAPTURE_PYTHON` is an interpreter that has them.
 */
const here = import.meta.dirname
const programs = join(here, 'programs')
const payloads = join(here, 'payloads')
const python = process.env.CAPTURE_PYTHON

/** A program is one file that does not lie: what it imports by these names is what it shows. */
const imported = /(?:from|import)\s*\(?\s*'((?:@[\w.-]+\/)?\w[\w.-]*)[^']*'/g

async function capture(name: string): Promise<void> {
  const provider = await createProvider()
  const catcher = await createCatcher()
  try {
    await run(name, provider, catcher)
    if (catcher.requests.length === 0) throw new Error(`${name} sent nothing`)
    // metrics repeat what spans say: they are accepted, and not read
    const told = catcher.requests.filter(({ path }) => !path.endsWith('/metrics'))
    const requests = told.map(({ path, contentType, body }) => {
      const neutral = neutralised(body, [provider.url, catcher.url])
      return {
        path,
        contentType,
        body: contentType === 'application/json' ? parsed(neutral) : neutral.toString('base64'),
      }
    })
    const payload = { library: name, versions: versionsOf(name), requests, truth: provider.log }
    const file = join(payloads, `${name}.json`)
    mkdirSync(payloads, { recursive: true })
    writeFileSync(file, `${JSON.stringify(payload, null, 1)}\n`)
    const calls = provider.log.length
    process.stdout.write(`${name}: ${calls} calls, ${requests.length} requests, ${readFileSync(file).length} bytes\n`)
  } finally {
    provider.close()
    catcher.close()
  }
}

async function run(name: string, provider: Provider, catcher: Catcher): Promise<void> {
  const [command, ...parameters] = commandOf(fileOf(name))
  const child = spawn(command, parameters, {
    cwd: here,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 120_000,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CAPTURE_NAME: name,
      OPENAI_BASE_URL: `${provider.url}/v1`,
      OPENAI_API_BASE: `${provider.url}/v1`,
      OPENAI_API_KEY: 'key-of-nobody',
      ANTHROPIC_BASE_URL: provider.url,
      ANTHROPIC_API_KEY: 'key-of-nobody',
      GOOGLE_GEMINI_BASE_URL: provider.url,
      GEMINI_API_KEY: 'key-of-nobody',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: provider.url,
      AWS_ACCESS_KEY_ID: 'key-of-nobody',
      AWS_SECRET_ACCESS_KEY: 'key-of-nobody',
      AWS_DEFAULT_REGION: 'us-east-1',
      OTEL_EXPORTER_OTLP_ENDPOINT: catcher.url,
      DO_NOT_TRACK: '1',
      PYTHONPATH: join(here, 'parts'),
      PYTHONDONTWRITEBYTECODE: '1',
      // nothing of this machine and process
      OTEL_NODE_RESOURCE_DETECTORS: 'none',
    },
  })
  const code = await new Promise((resolve) => child.on('close', (status, signal) => resolve(signal ?? status)))
  if (code !== 0) throw new Error(`${name} ended with ${code}`)
}

function commandOf(file: string): readonly [string, ...string[]] {
  if (!file.endsWith('.py')) return [process.execPath, '--import', './same-chance.mjs', file]
  return python === undefined ? ['uv', 'run', '--quiet', '--script', file] : [python, file]
}

function fileOf(name: string): string {
  const found = ['ts', 'mjs', 'py'].map((kind) => join(programs, `${name}.${kind}`)).find((file) => existsSync(file))
  if (found === undefined) throw new Error(`No program is called ${name}`)
  return found
}

/** Nothing of this machine stays: paths, host name and ports become fillers of the same length, so that lengths hold. */
function neutralised(body: Buffer, urls: readonly string[]): Buffer {
  let text = body.toString('latin1')
  const root = join(here, '../..')
  const packages = python === undefined ? '' : join(python, '../..')
  for (const [word, filler] of [
    [packages, '/env'],
    [python === undefined ? '' : join(realpathSync(python), '../..'), '/python'],
    [here, '/app'],
    [root, '/app'],
    [process.env.HOME ?? '', '/home'],
    [hostname(), 'host'],
    ...urls.map((url) => [url.slice('http://127.0.0.1:'.length), '4318'] as const),
  ] as const) {
    if (word.length > 4) text = text.replaceAll(word, filler.padEnd(word.length, '0').slice(0, word.length))
  }
  return Buffer.from(text, 'latin1')
}

function parsed(body: Buffer): unknown {
  return JSON.parse(body.toString())
}

/** What the program and the local files that it imports name, as installed here. */
function versionsOf(name: string): Record<string, string> {
  const program = fileOf(name)
  if (program.endsWith('.py')) {
    const pinned = readFileSync(program, 'utf8').matchAll(/^# +"([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)",?$/gm)
    return Object.fromEntries([...pinned].map(([, library, version]) => [library, version]))
  }
  const found = new Map<string, string>()
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    const code = readFileSync(file, 'utf8')
    for (const [, library] of code.matchAll(imported)) if (library !== undefined) note(found, library)
    for (const [, path] of code.matchAll(/from '(\.{1,2}\/[^']+)'/g)) visit(join(file, '..', path as string))
  }
  visit(program)
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function note(found: Map<string, string>, library: string): void {
  const file = join(here, 'node_modules', library, 'package.json')
  if (!existsSync(file)) return
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string }
  found.set(name, version)
}

const named = process.argv.slice(2)
const all = readdirSync(programs)
  .map((file) => file.replace(/\.(ts|mjs|py)$/, ''))
  .sort()
for (const name of named.length > 0 ? named : all) await capture(name)
