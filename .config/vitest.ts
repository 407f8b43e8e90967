import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['**/*.test.ts', '.config/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // what a page shows is asked until it is so
    expect: { poll: { timeout: 15_000, interval: 50 } },
    // only what ran out of time gets a second chance, on a busy machine; a wrong answer never does
    retry: { count: 1, condition: /timed out in/ },
    // each engine holds about 300 MB and both cores; two at a time is what a small machine carries
    maxWorkers: 2,
    // the programs that tests start read what Node compiled of ours before, rather than all the TypeScript again
    env: { NODE_COMPILE_CACHE: new URL('../node_modules/.cache/compiled', import.meta.url).pathname },
    reporters: ['default'],
  },
})
