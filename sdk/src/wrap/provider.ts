/** Who bills a call, by the address that it goes to; names of the GenAI registry. */
const HOSTS: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)api\.openai\.com$/, 'openai'],
  [/\.(openai\.azure\.com|cognitiveservices\.azure\.com)$/, 'azure.ai.openai'],
  [/\.(services|inference|models)\.ai\.azure\.com$/, 'azure.ai.inference'],
  [/(^|\.)api\.anthropic\.com$/, 'anthropic'],
  [/-?aiplatform\.googleapis\.com$/, 'gcp.vertex_ai'],
  [/(^|\.)generativelanguage\.googleapis\.com$/, 'gcp.gemini'],
  [/^bedrock-runtime.*\.amazonaws\.com$/, 'aws.bedrock'],
  [/(^|\.)openrouter\.ai$/, 'openrouter'],
  [/(^|\.)groq\.com$/, 'groq'],
  [/(^|\.)mistral\.ai$/, 'mistral_ai'],
  [/(^|\.)deepseek\.com$/, 'deepseek'],
  [/(^|\.)together\.(xyz|ai)$/, 'together'],
  [/(^|\.)fireworks\.ai$/, 'fireworks'],
  [/(^|\.)perplexity\.ai$/, 'perplexity'],
  [/(^|\.)cerebras\.ai$/, 'cerebras'],
  [/(^|\.)x\.ai$/, 'x_ai'],
  [/(^|\.)cohere\.(com|ai)$/, 'cohere'],
]

/** `otherwise` where the address is of nobody in the list: a proxy of one's own, this machine. */
export function providerOf(baseUrl: unknown, otherwise: string): string {
  if (typeof baseUrl !== 'string') return otherwise
  const known = seen.get(baseUrl)
  if (known !== undefined) return known ?? otherwise
  const found = billedBy(baseUrl)
  if (seen.size < MOST) seen.set(baseUrl, found)
  return found ?? otherwise
}

const MOST = 100
const seen = new Map<string, string | null>()

function billedBy(baseUrl: string): string | null {
  if (!URL.canParse(baseUrl)) return null
  const { hostname } = new URL(baseUrl)
  return HOSTS.find(([host]) => host.test(hostname))?.[1] ?? null
}
