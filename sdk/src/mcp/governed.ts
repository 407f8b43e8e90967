/** Puts the tools of an MCP server behind the gate. Knows the client's contract by shape; imports none of it. */
import { SpanStatusCode, trace } from '@opentelemetry/api'
import { guard } from '../guard.ts'
import type { GuardedTool, GuardedToolOptions } from '../guarded-call.ts'
import { define } from '../tap.ts'

interface Params {
  readonly name: string
  readonly arguments?: Readonly<Record<string, unknown>> | undefined
}

interface Options {
  readonly signal?: AbortSignal | undefined
}

interface Result {
  readonly isError?: boolean | undefined
  readonly structuredContent?: unknown
  readonly content?: unknown
}

interface Client {
  callTool(params: Params, schema?: unknown, options?: Options): Promise<Result>
  getServerVersion?(): { readonly name: string; readonly version?: string } | undefined
}

export interface GovernedSettings {
  /** USD that a call costs at most, by the tool's name: held before, spent after. @default nothing */
  readonly estimateUsd?: Readonly<Record<string, number>> | undefined
  /** @default normal */
  readonly priority?: GuardedToolOptions['priority']
}

const mark = Symbol.for('outrider.mcp.governed')

/**
 * `governed(client)`: the same client, whose every `callTool` asks the gate as a tool call and is shown with its server,
 * arguments and result; what comes back is judged before it is handed on, where a policy asks for that. A refused call
 * rejects with a DeniedError and never reaches the server. A result that says `isError` is a failed call. Twice is once.
 */
export function governed<C extends object>(client: C, settings: GovernedSettings = {}): C {
  if (mark in client) return client
  const { callTool, getServerVersion } = client as unknown as Client
  define(client, mark, true)
  define(client, 'callTool', async (params: Params, schema?: unknown, options?: Options): Promise<Result> => {
    const { name, arguments: args } = params
    const asked = { tool: name, args, signal: options?.signal, priority: settings.priority }
    const estimateUsd = settings.estimateUsd?.[name]
    const make = async (tool: GuardedTool): Promise<Result> => {
      const server = getServerVersion?.call(client)
      tool.set('mcp.method.name', 'tools/call')
      if (server !== undefined) tool.set('mcp.server.name', server.name)
      const sent = { ...params, ...(args === undefined ? {} : { arguments: tool.redacted(args) }) }
      const result = await callTool.call(client, sent, schema, { ...options, signal: tool.signal })
      tool.output(result.structuredContent ?? result.content)
      if (estimateUsd !== undefined) tool.cost(estimateUsd)
      if (result.isError) trace.getActiveSpan()?.setStatus({ code: SpanStatusCode.ERROR })
      return result
    }
    return await guard({ ...asked, ...(estimateUsd !== undefined && { estimateUsd }) }, make, { unchosen: 'allow' })
  })
  return client
}
