/** What operators write: packs and their own guards, parsed at the edge with every problem at once. */
import { z } from 'zod'
import { ACTIONS } from './action.ts'
import { families } from './injection/family.ts'
import { LANGUAGES } from './language.ts'
import { OPERATORS } from './operator.ts'
import { ENTITIES } from './pii/entity.ts'
import { secretRules } from './secret/secret.ts'
import { suggestion } from './suggestion.ts'

const action = z.enum(ACTIONS)
const operator = z.enum(OPERATORS)
const score = z.number().min(0).max(1)
const words = z.array(z.string().min(2).max(200)).max(10_000)

const names = z.array(z.string().min(1).max(253)).max(10_000)

const known = (what: string, names: readonly string[]) =>
  z.string().check((context) => {
    if (names.includes(context.value)) return
    const near = suggestion(context.value, names)
    const hint = near === null ? '' : `; did you mean ${near}?`
    context.issues.push({ code: 'custom', input: context.value, message: `${context.value} is no ${what}${hint}` })
  })

const familyNames = [
  ...families.map(({ name }) => `injection/${name}`),
  'injection/forgery-sign',
  'injection/hidden-text',
]

const section = z.strictObject({
  pii: z
    .strictObject({
      action,
      operator,
      threshold: score,
      /** ISO codes of countries whose national numbers are looked for; all unless given. */
      countries: z.array(z.string().regex(/^[A-Z]{2}$/, 'must be an ISO country code like DE')),
      entities: z.record(
        known('entity', ENTITIES),
        action.or(z.strictObject({ action: action.optional(), operator: operator.optional() })),
      ),
    })
    .partial(),
  secrets: z
    .strictObject({ action, operator, threshold: score, off: z.array(known('secret rule', secretRules)) })
    .partial(),
  injection: z
    .strictObject({
      action,
      threshold: score,
      /** Score of the whole text from which it is blocked, whatever `action` says. */
      blockFrom: score,
      off: z.array(known('family', familyNames)),
    })
    .partial(),
  toxicity: z.strictObject({ action, threshold: score }).partial(),
  terms: z.array(z.strictObject({ name: z.string().min(1).max(64), words, action })),
  rules: z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be small letters, digits and -'),
      /** RE2 syntax. */
      pattern: z.string(),
      /** What a finding is called. @default the name in capitals */
      type: z
        .string()
        .regex(/^[A-Z][A-Z0-9_]{1,63}$/)
        .optional(),
      action,
      operator: operator.optional(),
      score: score.optional(),
      why: z.string().max(200).optional(),
    }),
  ),
  canaries: z.strictObject({ action, words: z.array(z.string().min(8).max(200)) }).partial(),
  length: z.strictObject({ action, characters: z.int().min(1), tokens: z.int().min(1), cut: z.boolean() }).partial(),
  /** Tools by name, `*` for any part; hosts that URLs in arguments may have. */
  tools: z
    .strictObject({
      allow: names,
      deny: names,
      ask: names,
      hosts: names,
      /** MCP servers whose tools may be used; tools of others are denied. */
      servers: names,
      /** What arguments must look like: by a JSON Schema, and by patterns that must not match. The strictest counts. */
      args: z
        .array(
          z.strictObject({
            tool: z.string().min(1).max(253),
            /** A dotted path into the arguments; all of them unless given. */
            field: z.string().min(1).max(253).optional(),
            /** What must not be there, in RE2 syntax. */
            pattern: z.string().optional(),
            /** A JSON Schema that they must fit. */
            schema: z.record(z.string(), z.unknown()).optional(),
            /** @default block */
            action: z.enum(['flag', 'ask', 'block']).optional(),
            why: z.string().max(200).optional(),
          }),
        )
        .max(1000),
      /** What is to be hidden is hidden in arguments, too; else it is flagged there: a tool needs what it is called with. */
      redact: z.boolean(),
    })
    .partial(),
  /** Languages that are expected, by their two letters; shorter texts than a sentence or two are not judged. */
  language: z.strictObject({ action, allow: z.array(known('language', LANGUAGES)).min(1) }).partial(),
  /** An answer of at least `from` characters (default 200) names `least` sources (default 1). */
  citations: z.strictObject({ action, least: z.int().min(1).max(100), from: z.int().min(1) }).partial(),
  links: z.strictObject({ action, allow: z.array(z.string().min(1).max(253)) }).partial(),
  /** Where `redact` hides: in calls and so in what is stored of them, or only in what is stored. @default calls */
  redact: z.enum(['calls', 'stored']),
})

const loose = section.partial()
const packSchema = loose.extend({
  name: z.string().min(1).max(64),
  description: z.string().max(400).optional(),
  /** A pack that comes before this one, unless it does already. */
  extends: z.string().min(1).max(64).optional(),
  /** Judged and reported, never enforced. */
  shadow: z.boolean().optional(),
  input: loose.optional(),
  output: loose.optional(),
  tool: loose.optional(),
})

export type Section = z.infer<typeof loose>
export type Pack = z.infer<typeof packSchema>

export interface PackProblem {
  /** E.g. `pii.entities.EMIAL_ADDRESS`. */
  readonly path: string
  /** The same in parts. */
  readonly keys: readonly PropertyKey[]
  readonly message: string
}

export type ParsedPack =
  | { readonly ok: true; readonly pack: Pack }
  | { readonly ok: false; readonly problems: readonly PackProblem[] }

/** A pack, or everything that is wrong with it. */
export function parsePack(given: unknown): ParsedPack {
  const parsed = packSchema.safeParse(given)
  if (parsed.success) return { ok: true, pack: parsed.data }
  return {
    ok: false,
    problems: parsed.error.issues.flatMap((issue) => {
      if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...issue.path, key]))
      const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined
      return [{ path: pathOf(issue.path), keys: issue.path, message: inner ?? issue.message }]
    }),
  }
}

function unknownKey(path: readonly PropertyKey[]): PackProblem {
  const key = String(path.at(-1))
  const near = suggestion(key, [
    ...Object.keys(packSchema.shape),
    'action',
    'threshold',
    'operator',
    'entities',
    'blockFrom',
    'words',
    'allow',
  ])
  return {
    path: pathOf(path),
    keys: path,
    message: `is not a setting${near === null ? '' : `; did you mean ${near}?`}`,
  }
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (all, part) =>
      typeof part === 'number' ? `${all}[${part}]` : all === '' ? String(part) : `${all}.${String(part)}`,
    '',
  )
