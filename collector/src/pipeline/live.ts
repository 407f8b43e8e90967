import type { Sink } from './sink.ts'

type Listener = (traceIds: readonly string[]) => void

export interface Live extends Sink {
  /** Hears the trace IDs of every stored batch; with a tenant only that tenant's. Returns the way to stop. */
  subscribe(tenant: string | null, listener: Listener): () => void
}

/** The last sink: says which runs have just changed. Holds nothing and waits for no one. */
export function createLive(): Live {
  const listeners = new Map<Listener, string | null>()
  return {
    accept(spans) {
      if (listeners.size === 0) return Promise.resolve()
      for (const [listener, tenant] of listeners) {
        const ids = new Set<string>()
        for (const span of spans) if (tenant === null || span.tenantId === tenant) ids.add(span.traceId)
        if (ids.size > 0) listener([...ids])
      }
      return Promise.resolve()
    },
    subscribe(tenant, listener) {
      listeners.set(listener, tenant)
      return () => listeners.delete(listener)
    },
  }
}
