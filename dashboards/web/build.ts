/**
 * Builds the pages into `dist` when they are stale, and only then: `dist/.built` holds the hash of everything the result
 * depends on. Fresh: instant, no output. Safe to run twice at once: the result is moved into place whole.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

const room = import.meta.dirname
const dist = join(room, 'dist')
const stamp = '.built'
/** Packages that end up in the pages or make them. */
const PACKAGES = [
  'react',
  'react-dom',
  '@tanstack/react-virtual',
  '@tanstack/virtual-core',
  'vite',
  '@vitejs/plugin-react',
]

async function build(): Promise<void> {
  const wanted = await hashOfSources()
  if (await isFresh(wanted)) return
  if (!canBuild()) {
    // an installation without development packages serves what it was shipped with
    if (existsSync(join(dist, 'index.html'))) return
    process.stderr.write(
      'pages not built: vite is not installed (`npm ci` installs it); the collector runs without them\n',
    )
    return
  }
  const started = performance.now()
  const next = join(room, 'node_modules', '.cache', `pages-${process.pid}-${Date.now()}`)
  await bundle(next)
  await writeFile(join(next, stamp), wanted)
  await moveIntoPlace(next, wanted)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`pages built in ${seconds} s\n`)
}

function canBuild(): boolean {
  try {
    import.meta.resolve('vite')
    return true
  } catch {
    return false
  }
}

async function isFresh(wanted: string): Promise<boolean> {
  const built = await readFile(join(dist, stamp), 'utf8').catch(() => null)
  return built === wanted && existsSync(join(dist, 'index.html'))
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256')
  const sources = await readdir(join(room, 'src'), { recursive: true, withFileTypes: true })
  const files = sources
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name))
  for (const file of [...files, join(room, 'index.html'), join(room, 'build.ts')].sort()) {
    hash
      .update(`${relative(room, file)}\0`)
      .update(await readFile(file))
      .update('\0')
  }
  for (const version of await versions()) hash.update(version)
  return hash.digest('hex')
}

/** From the lock file at the root; nothing where there is none, as in a published package. */
async function versions(): Promise<readonly string[]> {
  const lock = await readFile(join(room, '..', '..', 'package-lock.json'), 'utf8').catch(() => '{}')
  const { packages = {} } = JSON.parse(lock) as { packages?: Record<string, { version?: string }> }
  return PACKAGES.map((name) => `${name}@${packages[`node_modules/${name}`]?.version ?? ''}`)
}

async function bundle(outDir: string): Promise<void> {
  // React's development half is twice the size; whoever starts us may have said `development` or `test`
  process.env.NODE_ENV = 'production'
  const { build: viteBuild } = await import('vite')
  const { default: react } = await import('@vitejs/plugin-react')
  await viteBuild({
    root: room,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    mode: 'production',
    plugins: [react()],
    build: {
      outDir,
      emptyOutDir: true,
      // the content security policy allows neither data: addresses nor inline scripts
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: 'es2023',
      sourcemap: false,
      reportCompressedSize: false,
    },
  })
}

/** Another build may have moved the same result in meanwhile: then that one stays. */
async function moveIntoPlace(next: string, wanted: string): Promise<void> {
  const old = `${next}.old`
  await mkdir(dist, { recursive: true })
  try {
    await rename(dist, old)
    await rename(next, dist)
  } catch (error) {
    if (!(await isFresh(wanted))) throw error
  } finally {
    await rm(next, { recursive: true, force: true })
    await rm(old, { recursive: true, force: true })
  }
}

await build()
