/**
 * `node .config/complete-lock.ts [--check]` after `npm install`: adds to package-lock.json the optional packages of other
 * platforms that npm left out. npm writes no entry for an optional package that the registry in use does not serve, and
 * `npm ci` then refuses the whole lock, on every platform. Only packages with an exact version and a platform in their
 * name are added; anything else is named and left to a person.
 */
import { readFileSync, writeFileSync } from 'node:fs'

interface Entry {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Entry> }

/** Looks where Node would: beside the package, then up. */
function resolves(from: string, name: string): boolean {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`] !== undefined) return true
    if (base === '') return false
  }
}

const systems = 'android|darwin|linux|win32|freebsd|openharmony'
const cpus = 'arm64|x64|ia32|arm|riscv64|ppc64|s390x'

function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> | null {
  if (/wasm32/.test(name)) return { cpu: ['wasm32'] }
  const found = new RegExp(`[-.](${systems})[-.](${cpus})(?:[-.](.*))?$`).exec(name)
  if (found === null) return null
  const [, os, cpu, rest = ''] = found
  const libc = /musl/.test(rest) ? ['musl'] : /gnu/.test(rest) ? ['glibc'] : undefined
  return { os: [os!], cpu: [cpu!], ...(os === 'linux' && libc ? { libc } : {}) }
}

const missing = Object.entries(lock.packages).flatMap(([from, entry]) => {
  const wanted = Object.entries(entry.optionalDependencies ?? {})
  return wanted.filter(([name]) => !resolves(from, name)).map(([name, version]) => ({ name, version, dev: entry.dev }))
})
for (const { name, version, dev } of missing) {
  const platform = platformOf(name)
  if (platform === null || !/^\d/.test(version)) {
    process.stderr.write(`${name}@${version}: missing from package-lock.json, and its platform is not in its name\n`)
    process.exitCode = 1
  } else if (process.argv.includes('--check')) {
    process.stderr.write(`${name}@${version}: missing from package-lock.json; run node .config/complete-lock.ts\n`)
    process.exitCode = 1
  } else {
    lock.packages[`node_modules/${name}`] = { version, ...(dev ? { dev } : {}), optional: true, ...platform }
  }
}
if (!process.argv.includes('--check') && missing.length > 0) {
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
}
