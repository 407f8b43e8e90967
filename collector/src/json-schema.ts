/**
 * Answers that must be JSON of a form: what is wrong is told as a list that an agent can repair from. Nothing is fetched:
 * a schema that refers elsewhere is refused. Patterns in schemas run in linear time.
 */
import { compilePattern, type Finding } from '@outrider/policies/guards'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

export type Schema = { readonly ok: true; readonly check: SchemaCheck } | { readonly ok: false; readonly why: string }
/** Findings of a text, none where it fits. */
export type SchemaCheck = (text: string) => Finding[]

/** Problems that are told of one text. */
const TOLD = 20
/** Compiled schemas that are remembered; agents send the same one again and again. */
const REMEMBERED = 100
const LARGEST = 65_536

export function createSchemas(): (schema: object) => Schema {
  const known = new Map<string, Schema>()
  return (schema) => {
    const key = JSON.stringify(schema)
    const before = known.get(key)
    if (before !== undefined) return before
    const made =
      key.length > LARGEST ? { ok: false as const, why: `is larger than ${LARGEST} characters` } : compiled(schema)
    if (known.size >= REMEMBERED) known.delete(known.keys().next().value as string)
    known.set(key, made)
    return made
  }
}

function compiled(schema: object): Schema {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: true, code: { regExp: linear } })
  // the types of this package are of another module system
  ;(formats as unknown as (ajv: Ajv2020) => void)(ajv)
  try {
    const validate = ajv.compile(schema)
    return { ok: true, check: (text) => check(text, validate) }
  } catch (cause) {
    const message = (cause as Error).message
    return {
      ok: false,
      why: message.includes("can't resolve reference")
        ? 'refers to something outside of itself, which is not fetched'
        : message.slice(0, 300),
    }
  }
}

/** Ajv takes anything with `test`, and tells patterns apart by their text. */
const linear = Object.assign(
  (source: string) => {
    const made = compilePattern(source)
    if (!made.ok) throw new Error(`pattern ${source.slice(0, 80)} ${made.why}`)
    return { test: (text: string) => made.pattern.test(text), toString: () => source } as unknown as RegExp
  },
  { code: 'linear' },
)

function check(text: string, validate: ValidateFunction): Finding[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const fenced = /^\s*```/.test(text) ? ' Send the JSON alone, without a code fence.' : ''
    return [finding(text, 'schema/json', `Is no JSON.${fenced}`)]
  }
  if (validate(value)) return []
  return (validate.errors ?? []).slice(0, TOLD).map(({ instancePath, keyword, message, params }) => {
    const extra =
      keyword === 'additionalProperties'
        ? ` (${String(params.additionalProperty).slice(0, 64)})`
        : keyword === 'enum'
          ? ` (${JSON.stringify(params.allowedValues).slice(0, 200)})`
          : ''
    return finding(
      text,
      `schema/${keyword}`,
      `${instancePath === '' ? 'The whole' : instancePath} ${message ?? 'does not fit'}${extra}.`,
    )
  })
}

function finding(text: string, rule: string, why: string): Finding {
  return { guard: 'schema', type: 'SCHEMA', rule, start: 0, end: text.length, score: 1, why }
}
