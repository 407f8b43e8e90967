const mib = 1024 * 1024

/**
 * The engine's own configuration: caps for the whole process. Everything that is not named stays off, system logs too.
 *
 * @param memoryBytes what queries, merges and caches may take together.
 */
export function serverConfig(memoryBytes: number): string {
  return `<clickhouse>
  <max_server_memory_usage>${memoryBytes}</max_server_memory_usage>
  <mark_cache_size>${128 * mib}</mark_cache_size>
  <primary_index_cache_size>${128 * mib}</primary_index_cache_size>
  <index_mark_cache_size>${64 * mib}</index_mark_cache_size>
  <query_condition_cache_size>${32 * mib}</query_condition_cache_size>
</clickhouse>
`
}
