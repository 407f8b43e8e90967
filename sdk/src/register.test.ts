import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Catcher, startCatcher } from '../test/catcher.ts'

const run = promisify(execFile)
const register = new URL('register.ts', import.meta.url).href

let catcher: Catcher
let folder: string
beforeEach(async () => {
  catcher = await startCatcher()
  folder = await mkdtemp(join(tmpdir(), 'outrider-register-'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'shop', type: 'module' }))
})
afterEach(async () => {
  await catcher[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function start(code: string, env: Record<string, string> = {}) {
  const file = join(folder, 'app.mjs')
  await writeFile(file, code)
  return run(process.execPath, ['--import', register, file], {
    env: { PATH: process.env.PATH, OTEL_EXPORTER_OTLP_ENDPOINT: catcher.url, ...env },
  })
}

const server = `
import { createServer, get } from 'node:http'
const server = createServer((_, response) => response.end('hi')).listen(0, '127.0.0.1', () => {
  get({ port: server.address().port, host: '127.0.0.1' }, (response) => {
    response.resume().on('end', () => { console.log('served'); server.close() })
  })
})`

describe('node --import @outrider/sdk/register', () => {
  it('traces an application that knows nothing of it, named by its package.json', async () => {
    expect(await start(server)).toEqual({ stdout: 'served\n', stderr: '' })
    const http = catcher.spans.filter(({ name }) => name === 'GET')
    expect(http.map(({ kind }) => kind).toSorted()).toEqual([2, 3])
    expect(http[0]?.resource['service.name']).toBe('shop')
  })

  it('takes the name from OTEL_SERVICE_NAME first, and stays off where the standard says so', async () => {
    await start(server, { OTEL_SERVICE_NAME: 'named' })
    expect(catcher.spans[0]?.resource['service.name']).toBe('named')
    catcher.spans.length = 0
    expect((await start(server, { OTEL_SDK_DISABLED: 'true' })).stdout).toBe('served\n')
    expect(catcher.spans).toEqual([])
  })

  it('is the start of the verbs too: a start in the code is the same one', async () => {
    const sdk = new URL('index.ts', import.meta.url).href
    await start(`
      import { outrider } from '${sdk}'
      const handle = outrider.start({ service: 'other', collector: 'http://127.0.0.1:1' })
      outrider.run('w', () => {})
      await handle.shutdown()`)
    expect(catcher.span('invoke_workflow w').resource['service.name']).toBe('shop')
  })

  it('changes neither the exit code nor the output of an application that fails', async () => {
    await expect(start(`console.log('out'); throw new Error('mine')`)).rejects.toMatchObject({
      code: 1,
      stdout: 'out\n',
      stderr: expect.stringContaining('Error: mine'),
    })
  })
})
