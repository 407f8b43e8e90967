/** Which switches stand, told by the collector as they change, and whom they stop. Never keeps the process alive. */
import type { IncomingMessage } from 'node:http'
import { createEventParser, type ServerEvent } from './event-stream.ts'
import { open, type Wire } from './post.ts'
import { isObject, type Reason, type SwitchEvent, switchEventOf } from './wire.ts'

/** What a switch may stand on. A list names everything that is around: an agent and the agents above it. */
export interface Covered {
  readonly traceId: string | undefined
  readonly tenant: string | undefined
  readonly user: string | undefined
  readonly session: string | undefined
  readonly workflow: string | undefined
  readonly agents: readonly string[]
  readonly models: readonly string[]
  readonly tools: readonly string[]
}

export interface Switches {
  /** Calls `onStop` at most once: now or later, when a switch covers `what`. Returns how to stop watching. */
  watch(what: Covered, onStop: (stop: SwitchEvent) => void): () => void
  close(): void
}

const PAUSE_MILLIS = { first: 250, last: 30_000 } as const
/** The collector sends something at least every 15 s; after this it is gone, whatever TCP says. */
const QUIET_MILLIS = 45_000

/** Connects at the first watch. */
export function createSwitches(wire: Wire): Switches {
  const standing = new Map<string, SwitchEvent>()
  const watching = new Map<object, { readonly what: Covered; readonly onStop: (stop: SwitchEvent) => void }>()
  const closing = new AbortController()
  let connected = false
  let lastId = ''
  let pause: number = PAUSE_MILLIS.first

  function take({ event, data, id }: ServerEvent): void {
    if (id !== '') lastId = id
    pause = PAUSE_MILLIS.first
    const told = jsonOf(data)
    // all switches that stand follow: what was known and does not come again is freed
    if (event === 'policy' && isObject(told) && told.resumed === false) standing.clear()
    const change = event === 'switch' ? switchEventOf(told) : undefined
    if (change === undefined) return
    const key = `${change.scope}/${change.name}`
    if (change.state === 'freed') {
      standing.delete(key)
      return
    }
    standing.set(key, change)
    for (const [token, { what, onStop }] of watching) {
      if (!covers(change, what)) continue
      watching.delete(token)
      onStop(change)
    }
  }

  function connect(): void {
    const again = () => {
      if (closing.signal.aborted) return
      const jitter = 0.5 + Math.random()
      setTimeout(connect, pause * jitter).unref()
      pause = Math.min(pause * 2, PAUSE_MILLIS.last)
    }
    const headers = {
      ...wire.headers,
      accept: 'text/event-stream',
      ...(lastId === '' ? {} : { 'last-event-id': lastId }),
    }
    const onResponse = (response: IncomingMessage) => {
      response.on('error', () => {})
      if (response.statusCode === 200) response.setEncoding('utf8').on('data', createEventParser(take))
      else response.destroy()
    }
    const asking = { method: 'GET', headers, signal: closing.signal }
    const request = open(wire, '/v1/gate/stream', asking, onResponse, () => {})
    request.on('close', again).on('socket', (socket) => void socket.unref())
    request.setTimeout(QUIET_MILLIS, () => request.destroy())
    request.end()
  }

  return {
    watch(what, onStop) {
      if (!connected && !closing.signal.aborted) {
        connected = true
        connect()
      }
      for (const stop of standing.values()) {
        if (!covers(stop, what)) continue
        onStop(stop)
        return () => {}
      }
      const token = {}
      watching.set(token, { what, onStop })
      return () => void watching.delete(token)
    },
    close() {
      closing.abort()
      watching.clear()
    },
  }
}

function covers({ scope, name }: Pick<SwitchEvent, 'scope' | 'name'>, what: Covered): boolean {
  switch (scope) {
    case 'global':
      return true
    case 'tenant':
      return what.tenant === name
    case 'user':
      return what.user === name
    case 'session':
      return what.session === name
    case 'workflow':
      return what.workflow === name
    case 'run':
      return what.traceId === name.toLowerCase()
    case 'agent':
      return what.agents.includes(name)
    case 'model':
      return what.models.includes(name)
    case 'tool':
      return what.tools.includes(name)
    default:
      return false
  }
}

/** What a stopped call is told: the same words that the gate uses. */
export function reasonOf({ scope, name, state, reason, by }: SwitchEvent): Reason {
  return {
    rule: `switch:${scope}/${name}`,
    code: state === 'held' ? 'SWITCH_HELD' : 'SWITCH_TRIPPED',
    message: `${scope} ${name} is ${state} by ${by}: ${reason}`,
    scope,
    retryable: false,
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
