/** The real MCP client on a real server of tools, and the wire of a gate. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { type Catcher, startCatcher } from '../../test/catcher.ts'
import { DENIED, type GateStub, startGate } from '../../test/gate-stub.ts'
import { type Handle, outrider } from '../index.ts'
import { governed } from './index.ts'

let gate: GateStub
let handle: Handle

beforeEach(async () => {
  gate = await startGate()
  handle = outrider.start({ collector: gate.url, onUnavailable: 'deny' })
})
afterEach(async () => {
  await handle.shutdown()
  await gate[Symbol.asyncDispose]()
})

async function connect() {
  const calls: string[] = []
  const server = new McpServer({ name: 'shop', version: '2.1.0' })
  server.registerTool('refund', { inputSchema: { order: z.string() } }, ({ order }) => {
    calls.push(order)
    return { content: [{ type: 'text', text: `refunded ${order}` }] }
  })
  server.registerTool('broken', {}, () => {
    throw new Error('no such shop')
  })
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: 'desk', version: '1' })
  await Promise.all([server.connect(theirs), client.connect(ours)])
  return { client, calls }
}

const refund = { name: 'refund', arguments: { order: 'O-1' } }

it('asks with the arguments, answers as bare, holds what it may cost', async () => {
  const { client, calls } = await connect()
  const bare = await client.callTool(refund)
  const same = governed(governed(client, { estimateUsd: { refund: 0.5 } }))
  expect(same).toBe(client)
  expect(await client.callTool(refund)).toEqual(bare)
  expect(gate.checks).toMatchObject([
    { kind: 'tool', tool: { name: 'refund', args: { order: 'O-1' } }, estimateUsd: 0.5 },
  ])
  expect(calls).toEqual(['O-1', 'O-1'])
})

it('a refused call never reaches the server', async () => {
  const { client, calls } = await connect()
  gate.answer = () => DENIED
  await expect(governed(client).callTool(refund)).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
  expect(calls).toEqual([])
})

it('what the gate took out of the arguments stays out', async () => {
  const { client, calls } = await connect()
  gate.answer = () => ({ decision: 'redact', input: { order: '<ID>' } }) as never
  await governed(client).callTool(refund)
  expect(calls).toEqual(['<ID>'])
})

it('the span has server, arguments and result; a result that is an error is a failure', async () => {
  await handle.shutdown()
  await using catcher: Catcher = await startCatcher()
  await using telemetry = outrider.start({ collector: catcher.url, onUnavailable: 'allow' })
  const { client } = await connect()
  await governed(client).callTool(refund)
  expect(await client.callTool({ name: 'broken' })).toMatchObject({ isError: true })
  await telemetry.flush()
  expect(catcher.span('execute_tool refund')).toMatchObject({
    status: { code: 1 },
    attributes: {
      'mcp.method.name': 'tools/call',
      'mcp.server.name': 'shop',
      'gen_ai.tool.call.arguments': '{"order":"O-1"}',
      'gen_ai.tool.call.result': expect.stringContaining('refunded O-1'),
    },
  })
  expect(catcher.span('execute_tool broken').status.code).toBe(2)
})
