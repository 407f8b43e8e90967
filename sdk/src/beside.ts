import { createRequire } from 'node:module'

/**
 * A package that `@opentelemetry/sdk-node` brings, from where that one would load it: it need not be a dependency of this
 * package too. Undefined where there is no such place, as in a bundle that stands alone.
 */
export function besideSdk<T>(name: string): T | undefined {
  try {
    const sdk = createRequire(import.meta.url).resolve('@opentelemetry/sdk-node')
    return createRequire(sdk)(name) as T
  } catch {
    return undefined
  }
}
