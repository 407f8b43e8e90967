/**
 * Records in memory over records on disk: what was changed and is not on the disk yet stays, and what is in use; the rest
 * is let go, the longest unused first. Reading one that is not here reads the disk.
 */
export interface Shelf<K, V> {
  get(key: K): V | undefined
  put(key: K, value: V): void
  /** Only those that are in memory. */
  values(): Iterable<V>
  clear(): void
}

export interface ShelfParts<K, V> {
  /** How many may stay. */
  readonly size: number
  load(key: K): V | undefined
  /** Must not be let go now. */
  pinned(value: V): boolean
  onLoad?(key: K, value: V): void
  onDrop?(value: V): void
}

export function createShelf<K, V>({ size, load, pinned, onLoad, onDrop }: ShelfParts<K, V>): Shelf<K, V> {
  const kept = new Map<K, V>()

  const put = (key: K, value: V) => {
    // to the end: the first of a map is the one that was not used for longest
    kept.delete(key)
    kept.set(key, value)
    for (let tries = 0; kept.size > size && tries < 4; tries++) {
      const [oldestKey, oldest] = kept.entries().next().value!
      kept.delete(oldestKey)
      if (pinned(oldest)) kept.set(oldestKey, oldest)
      else onDrop?.(oldest)
    }
  }

  return {
    get(key) {
      const known = kept.get(key)
      if (known !== undefined) {
        kept.delete(key)
        kept.set(key, known)
        return known
      }
      const loaded = load(key)
      if (loaded === undefined) return undefined
      put(key, loaded)
      onLoad?.(key, loaded)
      return loaded
    },
    put,
    values: () => kept.values(),
    clear: () => kept.clear(),
  }
}
