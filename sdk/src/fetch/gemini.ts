/** Google's generateContent as it goes over the wire: the model stands in the address, the limit in `generationConfig`. */
import type { Said } from '../answer.ts'
import type { Endpoint } from '../wrap/endpoint.ts'
import { googleContent } from '../wrap/google-content.ts'
import { countOf, objectOf, textOf } from '../wrap/json.ts'

export const gemini: Endpoint = {
  operation: 'generate_content',
  question(body) {
    const config = objectOf(body.generationConfig) ?? objectOf(body.generation_config)
    const system = body.systemInstruction ?? body.system_instruction
    const contents = Array.isArray(body.contents) ? body.contents : [body.contents]
    return {
      model: textOf(body.model),
      input: system === undefined ? contents : [{ role: 'system', content: system }, ...contents],
      maxOutputTokens: countOf(config?.maxOutputTokens),
      answers: countOf(config?.candidateCount),
    }
  },
  allow(body, { maxOutputTokens }) {
    if (maxOutputTokens === undefined) return body
    const field = body.generation_config === undefined ? 'generationConfig' : 'generation_config'
    return { ...body, [field]: { ...objectOf(body[field]), maxOutputTokens } }
  },
  /** Without `alt=sse` a stream is one JSON list of its pieces. */
  read(value): Said {
    if (!Array.isArray(value)) return googleContent.read(value)
    const all = value.map((each) => googleContent.read(each))
    const last = (field: 'usage' | 'finish' | 'id' | 'model') =>
      all.findLast((each) => each[field] !== undefined)?.[field]
    return {
      id: last('id') as string | undefined,
      model: last('model') as string | undefined,
      usage: last('usage') as Said['usage'],
      finish: last('finish') as string | undefined,
      texts: all.flatMap(({ texts }) => texts ?? []),
    }
  },
}
