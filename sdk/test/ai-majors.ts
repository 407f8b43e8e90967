/** The three newest majors of the AI SDK, as one shape: what differs between them is told here. */

import { createOpenAI as openai7 } from '@ai-sdk/openai'
import * as ai7 from 'ai'
import * as ai5 from 'ai5'
import { createOpenAI as openai5 } from 'ai5-openai'
import * as ai6 from 'ai6'
import { createOpenAI as openai6 } from 'ai6-openai'
import { z } from 'zod'
import { middleware } from '../src/ai/index.ts'

interface Answer {
  readonly text: string
  readonly finishReason: string
}

interface Asked {
  readonly prompt: string
  readonly tools?: boolean
  readonly maxOutputTokens?: number
  readonly maxRetries?: number
  readonly abortSignal?: AbortSignal
  readonly onError?: (told: { error: unknown }) => void
}

export interface Major {
  readonly major: number
  generate(model: string, asked: Asked): Promise<Answer>
  stream(model: string, asked: Asked): AsyncIterable<{ readonly type: string }>
}

const city = z.object({ city: z.string() })
const execute = async ({ city }: { city: string }) => `22 degrees in ${city}`
const described = { description: 'The weather of a city', inputSchema: city, execute }

/** `guarded` or bare, against the provider at `baseURL`. */
export function majors(baseURL: string, guarded: boolean): readonly Major[] {
  const settings = { baseURL: `${baseURL}/v1`, apiKey: 'none needed' }
  const model5 = (id: string) => {
    const model = openai5(settings).chat(id)
    return guarded ? ai5.wrapLanguageModel({ model, middleware: middleware() }) : model
  }
  const model6 = (id: string) => {
    const model = openai6(settings).chat(id)
    return guarded ? ai6.wrapLanguageModel({ model, middleware: middleware() }) : model
  }
  const model7 = (id: string) => {
    const model = openai7(settings).chat(id)
    return guarded ? ai7.wrapLanguageModel({ model, middleware: middleware() }) : model
  }
  const quiet = { onError: () => {} }
  return [
    {
      major: 5,
      generate: (id, { tools, ...asked }) =>
        ai5.generateText({
          model: model5(id),
          ...asked,
          ...(tools && { tools: { weather: ai5.tool(described) }, stopWhen: ai5.stepCountIs(3) }),
        }),
      stream: (id, asked) => ai5.streamText({ model: model5(id), ...quiet, ...asked, tools: {} }).fullStream,
    },
    {
      major: 6,
      generate: (id, { tools, ...asked }) =>
        ai6.generateText({
          model: model6(id),
          ...asked,
          ...(tools && { tools: { weather: ai6.tool(described) }, stopWhen: ai6.stepCountIs(3) }),
        }),
      stream: (id, asked) => ai6.streamText({ model: model6(id), ...quiet, ...asked, tools: {} }).fullStream,
    },
    {
      major: 7,
      generate: (id, { tools, ...asked }) =>
        ai7.generateText({
          model: model7(id),
          ...asked,
          ...(tools && { tools: { weather: ai7.tool(described) }, stopWhen: ai7.stepCountIs(3) }),
        }),
      stream: (id, asked) => ai7.streamText({ model: model7(id), ...quiet, ...asked, tools: {} }).fullStream,
    },
  ]
}
