/** Packs made one, checked, compiled, and named by the hash of what they say. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Direction } from './injection/injection.ts'
import type { Pack, PackProblem, Section } from './pack.ts'
import { compilePattern, type Pattern, type PatternEngine, re2js } from './pattern.ts'
import { createTerms, type Terms } from './terms.ts'

interface Rule {
  readonly name: string
  readonly type: string
  readonly action: NonNullable<Section['rules']>[number]['action']
  readonly operator: NonNullable<Section['rules']>[number]['operator']
  readonly score: number
  readonly why: string
  readonly pattern: Pattern
}

/** What is done with texts of one direction. */
export interface Plan {
  readonly section: Section
  /** The same where texts are stored: also of a policy that looks for no personal data and secrets in calls. */
  readonly stored: Section
  readonly rules: readonly Rule[]
  /** Which rules match somewhere; null where there are none. */
  readonly matching: ((text: string) => readonly number[]) | null
  readonly terms: readonly { readonly name: string; readonly action: Rule['action']; readonly terms: Terms }[]
  readonly canaries: Terms | null
  /** Patterns of `tools.args`, one for each of its entries; null where there is none. */
  readonly argPatterns: readonly (Pattern | null)[]
}

export interface GuardPolicy {
  /** Names of its packs. */
  readonly name: string
  /** First 16 digits of the hash of its content: the same packs have the same everywhere. */
  readonly version: string
  readonly shadow: boolean
  readonly plans: Readonly<Record<Direction, Plan>>
}

export type CompiledPolicy =
  | { readonly ok: true; readonly policy: GuardPolicy }
  | { readonly ok: false; readonly problems: readonly PackProblem[] }

const DIRECTIONS = ['input', 'output', 'tool'] as const

/** @param packs a later one wins over an earlier; lists are joined */
export function compilePolicy(packs: readonly Pack[], engine: PatternEngine = re2js): CompiledPolicy {
  const {
    name: _n,
    description: _d,
    extends: _e,
    ...whole
  } = packs.reduce<Pack>((all, pack) => merged(all, pack) as Pack, { name: '' })
  const { input, output, tool, shadow, ...common } = whole
  const own: Readonly<Record<Direction, Section | undefined>> = { input, output, tool }
  const problems: PackProblem[] = []
  const plans = Object.fromEntries(
    DIRECTIONS.map((direction) => [direction, plan(merged(common, own[direction] ?? {}) as Section, engine, problems)]),
  ) as Record<Direction, Plan>
  if (problems.length > 0) return { ok: false, problems: [...new Map(problems.map((one) => [one.path, one])).values()] }
  const version = bytesToHex(sha256(utf8ToBytes(canonical(whole)))).slice(0, 16)
  return {
    ok: true,
    policy: { name: packs.map(({ name }) => name).join('+'), version, shadow: shadow ?? false, plans },
  }
}

function plan(section: Section, engine: PatternEngine, problems: PackProblem[]): Plan {
  const rules: Rule[] = []
  const sources: string[] = []
  for (const { name, pattern, type, action, operator, score, why } of section.rules ?? []) {
    const compiled = compilePattern(pattern, engine)
    if (!compiled.ok) {
      problems.push({ path: `rules.${name}.pattern`, keys: ['rules'], message: compiled.why })
      continue
    }
    if (compiled.pattern.test('')) {
      problems.push({ path: `rules.${name}.pattern`, keys: ['rules'], message: 'matches an empty text, so everywhere' })
      continue
    }
    sources.push(pattern)
    rules.push({
      name,
      type: type ?? name.toUpperCase().replaceAll('-', '_'),
      action,
      operator,
      score: score ?? 0.9,
      why: why ?? `Matches your rule ${name}.`,
      pattern: compiled.pattern,
    })
  }
  const canaries = section.canaries?.words ?? []
  const argPatterns = (section.tools?.args ?? []).map(({ pattern }, index) => {
    if (pattern === undefined) return null
    const compiled = compilePattern(pattern, engine)
    if (compiled.ok) return compiled.pattern
    problems.push({ path: `tools.args[${index}].pattern`, keys: ['tools', 'args', index], message: compiled.why })
    return null
  })
  return {
    section,
    stored: section,
    rules,
    matching: sources.length === 0 ? null : engine.compileSet(sources),
    terms: (section.terms ?? []).map(({ name, words, action }) => ({ name, action, terms: createTerms(words) })),
    canaries: canaries.length === 0 ? null : createTerms(canaries),
    argPatterns,
  }
}

/** The same policy, under the same version, that looks for no personal data and no secrets. */
export function withoutSensitive(policy: GuardPolicy): GuardPolicy {
  const rest = ({ section: { pii: _, secrets: __, ...section }, ...plan }: Plan): Plan => ({ ...plan, section })
  const { input, output, tool } = policy.plans
  return { ...policy, plans: { input: rest(input), output: rest(output), tool: rest(tool) } }
}

/** Objects deeply, lists end to end, else the later. */
function merged(before: unknown, after: unknown): unknown {
  if (after === undefined) return before
  if (Array.isArray(before) && Array.isArray(after)) return [...before, ...after]
  if (!isPlain(before) || !isPlain(after)) return after
  const all: Record<string, unknown> = { ...before }
  for (const [key, value] of Object.entries(after)) all[key] = merged(all[key], value)
  return all
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isPlain(value)) return JSON.stringify(value) ?? 'null'
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}
