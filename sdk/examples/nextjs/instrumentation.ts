/** Next.js calls `register` once, before the server takes its first request. */
export async function register(): Promise<void> {
  // the edge runtime has no Node.js: calls made there go through `governedFetch`
  if (process.env.NEXT_RUNTIME === 'nodejs') await import('./telemetry')
}
