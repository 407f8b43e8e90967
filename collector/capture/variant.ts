import { jsonLogs, jsonTraces, type SampleGroup, type SampleSpan, wireTraces } from '../src/receive/sample.ts'
import { logsOf, tracesOf } from './otlp.ts'
import type { Payload, Sent } from './payload.ts'

/** The same telemetry as it may reach a collector over another way: none of these may change a number. */
export const variants: Readonly<Record<string, (payload: Payload) => readonly Sent[]>> = {
  'shuffled in one request': (payload) => [traces(shuffled(spans(payload))), ...logs(payload)],
  'each span in its own request': (payload) => [...spans(payload).map((span) => traces([span])), ...logs(payload)],
  'children after their parents': (payload) => [
    ...spans(payload)
      .reverse()
      .map((span) => traces([span])),
    ...logs(payload),
  ],
  'shuffled, each in its own request': (payload) => [
    ...logs(payload),
    ...shuffled(spans(payload)).map((span) => traces([span])),
  ],
  'sent twice': (payload) => {
    const all = spans(payload)
    return [traces(all), ...logs(payload), traces(shuffled(all))]
  },
  'each span twice in one request': (payload) => [
    traces(spans(payload).flatMap((span) => [span, span])),
    ...logs(payload),
  ],
  'as protobuf': (payload) => [wire(spans(payload)), ...logs(payload)],
  'as JSON': (payload) => [traces(spans(payload)), ...logs(payload)],
}

/** Every span by itself, with its resource and scope. */
function spans({ requests }: Payload): SampleGroup<SampleSpan>[] {
  return requests
    .filter(({ path }) => !path.endsWith('/logs'))
    .flatMap(({ body }) => tracesOf(body))
    .flatMap((group) => group.things.map((span) => ({ ...group, things: [span] })))
}

function traces(groups: SampleGroup<SampleSpan>[]): Sent {
  return { path: '/v1/traces', isJson: true, body: jsonTraces(groups) }
}

function wire(groups: SampleGroup<SampleSpan>[]): Sent {
  return { path: '/v1/traces', isJson: false, body: wireTraces(groups) }
}

function logs({ requests }: Payload): readonly Sent[] {
  return requests
    .filter(({ path }) => path.endsWith('/logs'))
    .map(({ path, body }) => ({ path, isJson: true, body: jsonLogs(logsOf(body)) }))
}

/** Always the same disorder. */
function shuffled<T>(list: readonly T[]): T[] {
  const rank = (index: number) => (index * 7919 + 104_729) % 1009
  return list
    .map((item, index) => ({ item, at: rank(index) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
