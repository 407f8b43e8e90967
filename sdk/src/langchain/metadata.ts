/** What LangChain and LangGraph say of a run in its metadata: who works, and for whom. */
type Metadata = Readonly<Record<string, unknown>> | undefined

const textAt = (metadata: Metadata, key: string) => {
  const value = metadata?.[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The graph node that this run is a part of; `__start__` and its like are nobody. */
export function nodeOf(metadata: Metadata): string | undefined {
  const node = textAt(metadata, 'langgraph_node')
  return node?.startsWith('__') ? undefined : node
}

/** A named agent goes before the graph around it, and that before the node: as the collector reads other instrumentations. */
export function agentNameOf(metadata: Metadata, node: string): string {
  // `researcher:<uuid>|agent:<uuid>`: from the outermost graph inwards
  const around = textAt(metadata, 'langgraph_checkpoint_ns')?.split('|').at(-2)?.split(':')[0]
  return textAt(metadata, 'lc_agent_name') ?? (around || node)
}

export function whoIn(metadata: Metadata) {
  return {
    user: textAt(metadata, 'user_id'),
    tenant: textAt(metadata, 'tenant_id'),
    session: textAt(metadata, 'session_id') ?? textAt(metadata, 'thread_id') ?? textAt(metadata, 'conversation_id'),
  }
}

/** As the price list knows it. */
export function providerIn(metadata: Metadata): string | undefined {
  const name = textAt(metadata, 'ls_provider')
  return name !== undefined && Object.hasOwn(NAMES, name) ? NAMES[name] : name
}

const NAMES: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  amazon_bedrock: 'aws.bedrock',
  google_genai: 'gcp.gemini',
  google_vertexai: 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  xai: 'x_ai',
}
