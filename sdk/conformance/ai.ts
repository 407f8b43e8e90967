/** The three newest majors of the AI SDK: a bare model, and the same behind `middleware()`. What differs is told here. */
import { createOpenAI as openai7 } from '@ai-sdk/openai'
import { middleware } from '@outrider/sdk/ai'
import * as ai7 from 'ai'
import * as ai5 from 'ai5'
import { createOpenAI as openai5 } from 'ai5-openai'
import * as ai6 from 'ai6'
import { createOpenAI as openai6 } from 'ai6-openai'
import { type Subject, versionOf } from './check.ts'

/** What a call of the AI SDK is given; the suite's own words for what the majors call differently are taken out of it. */
interface Asked {
  readonly [option: string]: unknown
}

export interface Streamed {
  readonly fullStream: AsyncIterable<{ readonly type: string }>
  readonly textStream: AsyncIterable<string>
  readonly partialObjectStream: AsyncIterable<unknown>
  toUIMessageStreamResponse(): Response
  toTextStreamResponse(): Response
  consumeStream(): Promise<void>
}

export interface Ai extends Subject {
  readonly major: 5 | 6 | 7
  make(settings: { readonly baseURL: string }): { readonly modelId: string }
  generateText(asked: Asked): Promise<Readonly<Record<string, unknown>>>
  streamText(asked: Asked): Streamed & Readonly<Record<string, unknown>>
  generateObject(asked: Asked): Promise<Readonly<Record<string, unknown>>>
  streamObject(asked: Asked): Streamed & Readonly<Record<string, unknown>>
  steps(count: number): unknown
  /** A structured output of `generateText` and `streamText`. */
  output(schema: object): Asked
  /** Everything that the call tells of itself goes to `hear`. */
  telling(hear: (what: unknown) => void): Asked
}

interface Major extends Pick<Ai, 'generateText' | 'streamText' | 'generateObject' | 'streamObject'> {
  wrapLanguageModel(asked: { readonly model: object; readonly middleware: object }): object
  stepCountIs(count: number): unknown
  readonly Output: { object(asked: object): unknown }
}

type OpenAI = (settings: object) => { chat(model: string): { readonly modelId: string } }

function subject(major: Ai['major'], module: unknown, openai: unknown, alias: string): Ai {
  const { wrapLanguageModel, stepCountIs, Output, ...calls } = module as Major
  return {
    ...calls,
    major,
    name: 'ai',
    version: versionOf(alias),
    make: ({ baseURL }) => (openai as OpenAI)({ baseURL: `${baseURL}/v1`, apiKey: 'none needed' }).chat('gpt-4o-mini'),
    wrap: (model) => wrapLanguageModel({ model, middleware: middleware() }),
    steps: stepCountIs,
    output: (schema) => ({ [major === 5 ? 'experimental_output' : 'output']: Output.object({ schema }) }),
    telling: (hear) =>
      major === 7
        ? { telemetry: { integrations: [listener(hear)] } }
        : { experimental_telemetry: { isEnabled: true, tracer: tracer(hear) } },
  }
}

/** Newest first. */
export const majors: readonly Ai[] = [
  subject(7, ai7, openai7, 'ai'),
  subject(6, ai6, openai6, 'ai6'),
  subject(5, ai5, openai5, 'ai5'),
]

/** Hears every event of major 7, whatever its name. */
const listener = (hear: (what: unknown) => void) =>
  new Proxy(
    {},
    {
      get: (_, key) =>
        String(key).startsWith('on') ? (event: object) => hear([key, Object.keys(event), event]) : undefined,
    },
  )

/** A tracer as majors 5 and 6 take it, whose spans tell their names, attributes and ends. */
function tracer(hear: (what: unknown) => void): object {
  const span = (name: string) => {
    const tell =
      (what: string) =>
      (...told: unknown[]) => {
        hear([name, what, ...told.map((each) => (typeof each === 'object' ? JSON.stringify(each) : each))])
        return made
      }
    const made = {
      setAttribute: tell('attribute'),
      setAttributes: tell('attributes'),
      setStatus: tell('status'),
      addEvent: (event: string) => tell('event')(event),
      recordException: (thrown: Error) => tell('exception')(thrown.message),
      end: () => tell('end')(),
      updateName: tell('name'),
      isRecording: () => true,
      spanContext: () => ({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }),
    }
    return made
  }
  const start = (name: string) => span(name)
  return {
    startSpan: start,
    startActiveSpan: (name: string, ...rest: unknown[]) => (rest.at(-1) as (made: object) => unknown)(start(name)),
  }
}
