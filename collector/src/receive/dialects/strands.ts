import type { Kind } from '../../span.ts'
import { type Dialect, extend } from './dialect.ts'
import { genaiNames, otelGenai } from './otel-genai.ts'
import { includeParts } from './usage.ts'

const isStrands = (value: unknown) => value === 'strands-agents'

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['invoke_swarm', 'chain'],
  ['invoke_graph', 'chain'],
  ['execute_node', 'chain'],
  ['memory.search', 'retrieval'],
])

/** Strands Agents: GenAI conventions under a scope that is the service's name, content in events, provider not told. */
export const strands: Dialect = {
  name: 'strands',
  detects: ({ attributes, scope }) =>
    isStrands(attributes['gen_ai.system']) ||
    isStrands(attributes['gen_ai.provider.name']) ||
    attributes['agent_loop.cycle_id'] !== undefined ||
    attributes['event_loop.cycle_id'] !== undefined ||
    isStrands(scope.name),
  names: extend(genaiNames, { tags: ['tag.tags'], input: ['gen_ai.agent.input'] }),
  kind(told, raw) {
    if (told.operation === null && /^execute_(agent|event)_loop_cycle/.test(raw.name)) return 'chain'
    return kinds.get(told.operation ?? '') ?? otelGenai.kind(told, raw)
  },
  mend(told, raw, warnings) {
    includeParts(told, raw, warnings)
    const status = raw.attributes['gen_ai.tool.status'] ?? raw.attributes['tool.status']
    if (status === 'error') told.failed = true
    // sums of the whole run, also zeros of one whose only call failed, are the agent's own and never counted
    if (told.operation?.startsWith('invoke_') && told.operation !== 'invoke_agent')
      told.workflow ??= workflowOf(raw.name)
  },
  loses: () => [
    'The provider, the served model, response ids and reasoning tokens are not sent.',
    'Whether a call was streamed and its time to the first token are not sent.',
  ],
}

/** `invoke_graph trips` → `trips`. */
function workflowOf(name: string): string | null {
  return name.slice(name.indexOf(' ') + 1).trim() || null
}
