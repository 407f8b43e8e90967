/** The tarball as npm would publish it. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const at = (path: string) => new URL(path, import.meta.url).pathname

export interface Packed extends AsyncDisposable {
  /** A temporary folder. */
  readonly folder: string
  readonly tarball: string
  /** Unpacks it where npm would install it for an application in `place`; its dependencies are this repository's. */
  install(place: string, others?: readonly string[]): Promise<void>
}

async function link(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await symlink(from, to)
}

export async function packSdk(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-pack-'))
  const dist = join(folder, 'dist')
  await run(process.execPath, [at('../build.ts'), dist])
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: dist })
  const [{ filename }] = Object.values(JSON.parse(stdout)) as [{ filename: string }]
  const tarball = join(folder, filename)
  return {
    folder,
    tarball,
    async install(place, others = []) {
      const modules = join(place, 'node_modules')
      const own = join(modules, '@outrider/sdk')
      await mkdir(own, { recursive: true })
      await run('tar', ['-xzf', tarball, '-C', own, '--strip-components', '1'])
      const telemetry = (await readdir(at('../../node_modules/@opentelemetry'))).filter(
        (name) => !name.startsWith('auto-'),
      )
      for (const name of ['cockatiel', ...others, ...telemetry.map((each) => `@opentelemetry/${each}`)])
        await link(at(`../../node_modules/${name}`), join(modules, name))
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
