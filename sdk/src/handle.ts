import type { Verbs } from './verbs.ts'
import type { Wrap } from './wrap/wrap.ts'

export interface Handle extends Verbs, AsyncDisposable {
  readonly wrap: Wrap
  /** Sends what has ended so far. Resolves when it arrived or was given up; at the latest after 10 s. Never rejects. */
  flush(): Promise<void>
  /** Flushes and stops. Resolves within 5 s whatever the collector does; says once how many spans were lost. */
  shutdown(): Promise<void>
  /** Spans that ended and were lost so far. */
  dropped(): number
}
