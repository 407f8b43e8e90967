/**
 * `node --import @outrider/sdk/register app.js`: starts telemetry before the application loads, without a change to it.
 * The service is OTEL_SERVICE_NAME, else the `name` of the application's package.json. Libraries are traced where
 * `@opentelemetry/auto-instrumentations-node` is installed beside the application.
 */
import { readFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sayOnce } from './say.ts'
import { type StartOptions, start } from './start.ts'

const LIBRARIES = '@opentelemetry/auto-instrumentations-node'
const application = resolve(process.argv[1] ?? 'app.js')

start({ service: serviceName(dirname(application)), instrumentations: instrumentations() })

type Instrumentations = NonNullable<StartOptions['instrumentations']>

function instrumentations(): Instrumentations {
  for (const from of [import.meta.url, pathToFileURL(application)]) {
    try {
      const path = createRequire(from).resolve(LIBRARIES)
      const found: Instrumentations = createRequire(from)(path).getNodeAutoInstrumentations()
      hookImports(createRequire(createRequire(path).resolve('@opentelemetry/instrumentation')), found.flat())
      return found
    } catch {}
  }
  sayOnce('register', `only the verbs are traced; for HTTP, database and model clients: npm install ${LIBRARIES}`)
  return []
}

/** CommonJS modules are seen without this; ES modules need a loader hook, which is kept to the modules in question. */
function hookImports(require: NodeJS.Require, found: readonly object[]): void {
  const hooks = require('import-in-the-middle/register-hooks.mjs')
  const names = found.flatMap((one) =>
    'getModuleDefinitions' in one ? (one as Definitions).getModuleDefinitions() : [],
  )
  const include = names.flatMap(({ name }) => [name, `node:${name}`])
  if (hooks.supportsSyncHooks()) hooks.register({ include })
  else
    register('import-in-the-middle/hook.mjs', {
      parentURL: pathToFileURL(require.resolve('import-in-the-middle')),
      data: { include },
    })
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
