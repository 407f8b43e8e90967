/** Stock batch processor and exporters, with every lost span counted and the loss said once. */
import { createNoopMeter, type MeterProvider } from '@opentelemetry/api'
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace'
import { sayOnce } from './say.ts'

export interface DeliveryParts {
  /** Rides out a restart of the collector: retries within the standard `OTEL_EXPORTER_OTLP_TIMEOUT`. */
  readonly patient: SpanExporter
  /** Used once the process wants to leave, which no collector may hold up. */
  readonly parting: SpanExporter
  /** What the operator reads: where the spans should have gone. No credentials. */
  readonly where: string
}

export interface DeliverySettings {
  readonly maxQueueSize?: number
  readonly maxExportBatchSize?: number
  readonly scheduledDelayMillis?: number
  readonly exportTimeoutMillis?: number
}

export interface Delivery {
  readonly processor: SpanProcessor
  /** From now on nobody waits for a collector that does not answer. */
  leave(): void
  /** Spans that ended and will not arrive: refused, unanswered, or too many for the queue. */
  dropped(): number
  /** Spans that ended and whose arrival nobody confirmed. */
  unconfirmed(): number
}

export function createDelivery({ patient, parting, where }: DeliveryParts, settings: DeliverySettings): Delivery {
  let ended = 0
  let delivered = 0
  let dropped = 0
  let leaving = false

  const exporter: SpanExporter = {
    export(spans, done) {
      const carrier = leaving ? parting : patient
      carrier.export(spans, (result) => {
        if (result.code === SUCCESS) delivered += spans.length
        else {
          dropped += spans.length
          sayOnce('delivery', `cannot deliver spans to ${where} (${reasonOf(result.error)}). ${ADVICE}`)
        }
        done(result)
      })
    },
    forceFlush: async () => void (await Promise.all([patient.forceFlush?.(), parting.forceFlush?.()])),
    shutdown: async () => void (await Promise.all([patient.shutdown(), parting.shutdown()])),
  }
  const overflow = (count: number) => {
    dropped += count
    sayOnce('overflow', 'spans end faster than they can be sent; raise OTEL_BSP_MAX_QUEUE_SIZE. Some are lost.')
  }
  const batch = new BatchSpanProcessor({ exporter, ...settings, selfObsMeterProvider: overflowMeter(overflow) })

  return {
    processor: {
      onStart: (span, context) => batch.onStart(span, context),
      onEnd(span) {
        if (span.spanContext().traceFlags & SAMPLED) ended += 1
        batch.onEnd(span)
      },
      async forceFlush() {
        await batch.forceFlush()
        // the batch that is under way is not in the processor's queue any more
        await exporter.forceFlush?.()
      },
      shutdown: () => batch.shutdown(),
    },
    leave() {
      leaving = true
    },
    dropped: () => dropped,
    unconfirmed: () => ended - delivered,
  }
}

const SUCCESS = 0
const SAMPLED = 1
const ADVICE = 'The application is not affected. Start the collector, or set OTEL_SDK_DISABLED=true.'

/** The processor tells its overflow as a metric only; this is a meter that hears just that. */
function overflowMeter(onOverflow: (count: number) => void): MeterProvider {
  const meter = createNoopMeter()
  const listening: typeof meter = Object.create(meter)
  listening.createCounter = (name) => ({
    add(count, attributes) {
      if (name === 'otel.sdk.processor.span.processed' && attributes?.['error.type'] === 'queue_full') onOverflow(count)
    },
  })
  return { getMeter: () => listening }
}

/** An HTTP status or a system error code; never a message, which may quote what was sent. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'no answer'
  const { code } = error as { code?: unknown }
  if (code === 401 || code === 403) return `${code}: check apiKey or OUTRIDER_API_KEY`
  return typeof code === 'number' || typeof code === 'string' ? String(code) : 'no answer in time'
}
