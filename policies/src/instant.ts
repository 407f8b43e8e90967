/** Milliseconds since 1970 as ISO text with milliseconds, in UTC. */
export const instant = (ms: number): string =>
  Temporal.Instant.fromEpochMilliseconds(ms).toString({ smallestUnit: 'millisecond' })
