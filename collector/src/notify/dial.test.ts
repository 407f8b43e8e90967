import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { isPrivate, post } from './dial.ts'

describe('isPrivate', () => {
  it.each(
    [
      [
        '127.0.0.1',
        '10.1.2.3',
        '172.16.0.1',
        '172.31.255.255',
        '192.168.1.1',
        '169.254.169.254',
        '100.64.0.1',
        '0.0.0.0',
      ],
      [
        '224.0.0.1',
        '255.255.255.255',
        '::1',
        '::127.0.0.1',
        '::7f00:1',
        '::',
        'fe80::1',
        'fd00::1',
        'ff02::1',
        '::ffff:127.0.0.1',
        '::ffff:7f00:1',
      ],
      ['64:ff9b::7f00:1', '2002:7f00:1::', '198.18.0.1'],
    ].flat(),
  )('%s is', (address) => {
    expect(isPrivate(address)).toBe(true)
  })
  it.each(['8.8.8.8', '172.32.0.1', '1.1.1.1', '2606:4700::1111', '100.128.0.1'])('%s is not', (address) => {
    expect(isPrivate(address)).toBe(false)
  })
})

describe('post', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })
  const listening = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer)
    servers.push(server)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  }
  const near = { allowPrivate: true, timeoutMs: 500 }

  it('brings body and headers', async () => {
    const heard: unknown[] = []
    const url = await listening(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      heard.push([request.method, request.url, request.headers['x-a'], body])
      response.end()
    })
    await post(url, '{"é":1}', { 'x-a': 'b' }, near)
    expect(heard).toEqual([['POST', '/hook', 'b', '{"é":1}']])
  })

  it.each([
    [301, false],
    [404, false],
    [429, true],
    [503, true],
  ])('%d is refused, again worth a try: %s', async (status, retryable) => {
    let asked = 0
    const url = await listening((_request, response) => {
      asked++
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
    await expect(post(url, '', {}, near)).rejects.toMatchObject({ name: 'DeliveryError', retryable })
    expect(asked).toBe(1)
  })

  it('waits for nobody who hangs', async () => {
    const url = await listening(() => {})
    await expect(post(url, '', {}, { ...near, timeoutMs: 50 })).rejects.toMatchObject({ retryable: true })
  })

  it.each(['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1', 'http://2130706433:1', 'http://0x7f.1:1'])(
    'refuses %s unless it is allowed',
    async (url) => {
      await expect(post(url, '', {}, { allowPrivate: false })).rejects.toMatchObject({ retryable: false })
    },
  )
})
