/**
 * `node --import @outrider/sdk/register app.js`: starts telemetry before the application loads, without a change to it.
 * The service is OTEL_SERVICE_NAME, else the `name` of the application's package.json. Libraries are traced where
 * `@opentelemetry/auto-instrumentations-node` is installed beside the application.
 */
import { readFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Libraries from '@opentelemetry/auto-instrumentations-node'
import { sayOnce } from './say.ts'
import type { StartOptions } from './start.ts'

const LIBRARIES = '@opentelemetry/auto-instrumentations-node'
// both come with the libraries above, which are resolved first
const PATCHER = '@opentelemetry/instrumentation'
const IMPORT_HOOKS = 'import-in-the-middle'
const application = resolve(process.argv[1] ?? 'app.js')

// first the instrumentations, then everything that loads the modules which they patch
const patching = instrumentations()
const { start } = await import('./start.ts')
start({ service: serviceName(dirname(application)), instrumentations: patching })

type Instrumentations = NonNullable<StartOptions['instrumentations']>

function instrumentations(): Instrumentations {
  const path = find(LIBRARIES)
  if (path === undefined) {
    sayOnce('register', `only the verbs are traced; for HTTP, database and model clients: npm install ${LIBRARIES}`)
    return []
  }
  try {
    const require = createRequire(path)
    const found = (require(path) as typeof Libraries).getNodeAutoInstrumentations()
    hookImports(createRequire(require.resolve(PATCHER)), found.flat())
    return found
  } catch {
    sayOnce('register', `only the verbs are traced: ${path} cannot be loaded`)
    return []
  }
}

/** Beside this package, else beside the application. */
function find(name: string): string | undefined {
  for (const from of [import.meta.url, pathToFileURL(application)]) {
    try {
      return createRequire(from).resolve(name)
    } catch {}
  }
  return undefined
}

/** CommonJS modules are seen without this; ES modules need a loader hook, which is kept to the modules in question. */
function hookImports(require: NodeJS.Require, found: readonly object[]): void {
  const hooks = require(`${IMPORT_HOOKS}/register-hooks.mjs`)
  const names = found.flatMap((one) =>
    'getModuleDefinitions' in one ? (one as Definitions).getModuleDefinitions() : [],
  )
  const include = names.flatMap(({ name }) => [name, `node:${name}`])
  if (hooks.supportsSyncHooks()) hooks.register({ include })
  else
    register(`${IMPORT_HOOKS}/hook.mjs`, { parentURL: pathToFileURL(require.resolve(IMPORT_HOOKS)), data: { include } })
}

interface Definitions {
  getModuleDefinitions(): readonly { readonly name: string }[]
}

/** Of the nearest package.json above the application that has a name. */
function serviceName(folder: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (typeof name === 'string' && name !== '') return name
  } catch {}
  return dirname(folder) === folder ? undefined : serviceName(dirname(folder))
}
