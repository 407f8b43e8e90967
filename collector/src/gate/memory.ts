export interface Memory<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
}

/** The newest entries, in two generations: bounded, and nothing is scanned. @param remember at least; twice that at most */
export function createMemory<T>(remember: number): Memory<T> {
  let young = new Map<string, T>()
  let old = new Map<string, T>()
  return {
    get: (key) => young.get(key) ?? old.get(key),
    set(key, value) {
      young.set(key, value)
      if (young.size < remember) return
      old = young
      young = new Map()
    },
  }
}
