/** A model's answer on its way to the application: read, counted, cut when its hold is used up, guarded, told. */
import type { Usage } from './call.ts'
import type { Begun } from './guard.ts'
import type { Ending } from './live.ts'
import { createMeter } from './meter.ts'
import type { Reason } from './wire.ts'

/** A text inside of a piece of an answer. */
export interface Piece {
  /** Which content stream of the answer it belongs to: a choice's text, one tool call's arguments. */
  readonly key: string
  readonly kind: 'text' | 'reasoning' | 'arguments'
  readonly text: string
  /** Of arguments: whose. Each field is told once, at any piece. */
  readonly tool?: { readonly id?: string | undefined; readonly name?: string | undefined } | undefined
  /** True where it repeats its content stream as a whole, after its pieces. */
  readonly repeats?: true | undefined
  /** Writes another text in its place. */
  put(text: string): void
}

/** What one piece of an answer, or the whole of it, says. */
export interface Said {
  readonly id?: string | undefined
  readonly model?: string | undefined
  /** A later field replaces an earlier one. */
  readonly usage?: Usage | undefined
  /** In the provider's word. */
  readonly finish?: string | undefined
  readonly texts?: readonly Piece[] | undefined
  /** Content streams that end before this piece. A function is asked only where a guard is. */
  readonly ends?: readonly string[] | 'all' | (() => readonly string[]) | undefined
  /** True for a piece that the application did not ask for. */
  readonly hidden?: boolean | undefined
}

/** Reads one wire format. Pure: the same piece says the same again. May throw at nonsense. */
export type Read = (piece: unknown) => Said

export interface Answer {
  /**
   * One piece of a stream: what is handed on for it, in order. A promise only where a guard has to be asked. Throws, or
   * rejects, with a DeniedError where the hold is used up or a guard blocks: then the stream is to be broken off.
   */
  piece(piece: unknown): readonly unknown[] | Promise<readonly unknown[]>
  /** What guards kept back, before the end of the stream is told. */
  rest(): readonly unknown[] | Promise<readonly unknown[]>
  /** An answer that came as one. A promise only where a guard has to be asked, which changes `value` in place. */
  whole(value: unknown): undefined | Promise<void>
  /** Tells what was read, ends the span, settles. Only the first one counts. */
  close(ending: Ending): void
}

export interface AnswerSettings {
  readonly read: Read
  /** Output tokens that are held. @default what the gate allowed */
  readonly most?: number | undefined
  /** A piece like this one, to carry what a guard kept back. @default deep, where no part of it is of a class */
  readonly copy?: ((piece: unknown) => unknown) | undefined
}

interface Content {
  readonly kind: Piece['kind']
  readonly texts: string[]
  tool: Piece['tool']
  /** The last piece that carried it, as what a guard kept back is to look. */
  last: unknown
  guard: ReturnType<Begun['call']['stream']> | undefined
}

export function createAnswer({ call, end, denied }: Begun, settings: AnswerSettings): Answer {
  const { read, most = call.maxOutputTokens, copy = copyOf } = settings
  const meter = createMeter(most)
  const contents = new Map<string, Content>()
  let usage: Usage | undefined
  let finish: string | undefined
  let first = true
  let closed = false

  /** Telemetry's own mistakes, and a provider's nonsense, are not the application's. */
  function understand(piece: unknown): Said {
    try {
      return read(piece)
    } catch {
      return {}
    }
  }

  function note({ id, model, usage: told, finish: reason }: Said): void {
    if (first && (id !== undefined || model !== undefined)) {
      first = false
      call.responded({ id, model })
    }
    if (told !== undefined) {
      usage = { ...usage, ...told }
      if (Number.isFinite(told.outputTokens)) meter.report(told.outputTokens as number)
    }
    finish = reason ?? finish
  }

  function contentOf({ key, kind, tool }: Piece): Content {
    const content = contents.get(key) ?? { kind, texts: [], tool: undefined, last: undefined, guard: undefined }
    contents.set(key, content)
    if (tool !== undefined) content.tool = { ...content.tool, ...defined(tool) }
    return content
  }

  /** Where nothing is guarded, every piece goes through as it is. */
  function pass(said: Said): void {
    for (const piece of said.texts ?? []) {
      const content = contentOf(piece)
      if (piece.repeats && content.texts.length > 0) continue
      content.texts.push(piece.text)
    }
  }

  function count(said: Said): void {
    for (const { text, repeats } of said.texts ?? []) if (!repeats) meter.add(text)
    if (meter.isUsedUp()) throw denied(usedUp(most ?? 0, call.verdict.heldUsd))
  }

  async function release(piece: unknown, said: Said): Promise<readonly unknown[]> {
    const out = await ending((typeof said.ends === 'function' ? said.ends() : said.ends) ?? [])
    for (const each of said.texts ?? []) {
      const content = contentOf(each)
      if (each.repeats && content.texts.length > 0) {
        out.push(...(await ending([each.key])))
        each.put(content.texts.join(''))
        continue
      }
      content.guard ??= call.stream(content.kind)
      content.last = copy(piece)
      const released = await content.guard.push(each.text)
      content.texts.push(released)
      each.put(released)
    }
    return said.hidden ? out : [...out, piece]
  }

  async function ending(keys: readonly string[] | 'all'): Promise<unknown[]> {
    const out: unknown[] = []
    for (const key of keys === 'all' ? [...contents.keys()] : keys) {
      const content = contents.get(key)
      const { guard } = content ?? {}
      if (content === undefined || guard === undefined) continue
      content.guard = undefined
      const rest = await guard.end()
      if (rest === '') continue
      content.texts.push(rest)
      const carrier = content.last
      understand(carrier)
        .texts?.find((each) => each.key === key)
        ?.put(rest)
      out.push(carrier)
    }
    return out
  }

  return {
    piece(piece) {
      call.chunk()
      const said = understand(piece)
      note(said)
      count(said)
      if (call.guarded) return release(piece, said)
      pass(said)
      return said.hidden ? [] : [piece]
    },
    rest: () => (call.guarded ? ending('all') : []),
    whole(value) {
      const said = understand(value)
      note(said)
      if (!call.guarded) return void pass(said)
      return (async () => {
        for (const each of said.texts ?? []) {
          const guard = call.stream(each.kind)
          const released = (await guard.push(each.text)) + (await guard.end())
          contentOf(each).texts.push(released)
          each.put(released)
        }
      })()
    },
    close(ending) {
      if (closed) return
      closed = true
      const streamed = meter.estimate()
      // what a provider tells at the beginning of a stream is not what it wrote until that was broken off; nor is nothing
      if (usage !== undefined && streamed !== undefined && (finish === undefined || !usage.outputTokens))
        usage = { ...usage, outputTokens: Math.max(usage.outputTokens ?? 0, streamed) }
      if (usage !== undefined) call.usage(usage)
      if (finish !== undefined) call.finish(finish)
      if (streamed !== undefined) call.streamed(streamed)
      const message = messageOf(contents.values())
      if (message !== undefined) call.output([message])
      end(ending)
    },
  }
}

/** In the shape of the GenAI conventions. */
function messageOf(contents: Iterable<Content>): object | undefined {
  const parts = [...contents].map(({ kind, texts, tool }) => {
    const text = texts.join('')
    if (kind === 'arguments') return { type: 'tool_call', ...tool, arguments: text }
    return { type: kind, content: text }
  })
  return parts.length === 0 ? undefined : { role: 'assistant', parts }
}

function usedUp(most: number, heldUsd: number): Reason {
  const message = `The answer ran past the ${most} output tokens that were allowed and held; the stream was cut.`
  return { rule: 'hold', code: 'BUDGET_EXCEEDED', message, heldUsd, retryable: false }
}

const defined = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>

/** Deep, with the same prototype. */
function copyOf(piece: unknown): unknown {
  if (typeof piece !== 'object' || piece === null) return piece
  return Object.assign(Object.create(Object.getPrototypeOf(piece)), structuredClone({ ...piece }))
}
