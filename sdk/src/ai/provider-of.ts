/** As the price list knows the provider of an AI SDK model: `openai.chat` is `openai`, `azure.responses` `azure.ai.openai`. */
export function providerOf({ provider }: { readonly provider: string }): string {
  const [first = provider, second] = provider.split('.')
  if (first === 'google') return second === 'vertex' ? 'gcp.vertex_ai' : 'gcp.gemini'
  return Object.hasOwn(NAMES, first) ? (NAMES[first] ?? first) : first
}

const NAMES: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  'amazon-bedrock': 'aws.bedrock',
  bedrock: 'aws.bedrock',
  vertex: 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  xai: 'x_ai',
}
