/**
 * `/metrics`: the collector's own health and what the agents do, as Prometheus text. Built on the OpenTelemetry metrics
 * SDK and its Prometheus serializer. Label sets are closed; the number of series an instrument is bounded (beyond it
 * everything falls into one series labelled `otel_metric_overflow="true"`).
 */
import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
const PREFIX = 'outrider_'

export interface Metrics {
  /** A number that only grows. @example counter('spans_stored', 'Spans stored.') // outrider_spans_stored_total */
  counter(name: string, description: string): Counter
  /** Durations in seconds, in fixed buckets from 5 ms to 5 min. */
  seconds(name: string, description: string): Histogram
  /** Asked when scraped. `undefined` leaves it out of this scrape. */
  gauge(name: string, description: string, read: () => number | undefined): void
  /** The same, for many series. */
  gauges(name: string, description: string, read: () => Iterable<readonly [Attributes, number]>): void
  /** Prometheus text format, version 0.0.4. */
  text(): Promise<string>
  close(): Promise<void>
}

/** @param seriesLimit series an instrument. @default 2000 */
export function createMetrics(seriesLimit = 2000): Metrics {
  const reader = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({
    readers: [reader],
    views: [{ instrumentName: '*', aggregationCardinalityLimit: seriesLimit }],
  })
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true)
  const meter: Meter = provider.getMeter('outrider')
  return {
    counter: (name, description) => meter.createCounter(PREFIX + name, { description }),
    seconds: (name, description) => {
      return meter.createHistogram(PREFIX + name, { description, advice: { explicitBucketBoundaries: SECONDS } })
    },
    gauge(name, description, read) {
      meter.createObservableGauge(PREFIX + name, { description }).addCallback((result) => {
        const value = read()
        if (value !== undefined) result.observe(value)
      })
    },
    gauges(name, description, read) {
      meter.createObservableGauge(PREFIX + name, { description }).addCallback((result) => {
        for (const [labels, value] of read()) result.observe(value, labels)
      })
    },
    async text() {
      const { resourceMetrics } = await reader.collect()
      return serializer.serialize(resourceMetrics)
    },
    close: () => provider.shutdown(),
  }
}
