/** Guard policies from packs and `guards:` of outrider.yaml: what is read from disk is read here, the rest is pure. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type ArgsCheck,
  compilePolicy,
  type GuardPolicy,
  isLike,
  nativeRe2,
  type Pack,
  type PackProblem,
  type PatternEngine,
  parsePack,
  re2js,
  withoutSensitive,
} from '@outrider/policies/guards'
import { parse, YAMLParseError } from 'yaml'
import { createSchemas } from './json-schema.ts'

export interface GuardSettings {
  /** Built-in packs by name, own ones by the path of a YAML file; later ones win. */
  readonly packs: readonly string[]
  /** Further packs for some workflows, agents or tenants; the first entry that fits counts. `*` for any part. */
  readonly select?: readonly { readonly match: GuardScope; readonly packs: readonly string[] }[]
  /** What `guards:` says beside its packs. */
  readonly [own: string]: unknown
}

/** Who a text belongs to, as far as it is known. */
export interface GuardScope {
  readonly workflow?: string | undefined
  readonly agent?: string | undefined
  readonly tenant?: string | undefined
}

export type LoadedPolicies =
  | {
      readonly ok: true
      policyOf(scope: GuardScope): GuardPolicy
      /** Somebody's is hidden only where it is stored. */
      readonly hidesStored: boolean
      /** The same without personal data and secrets, for texts whose own are known. */
      restOf(scope: GuardScope): GuardPolicy
    }
  | { readonly ok: false; readonly problems: readonly PackProblem[] }

export type LoadedPolicy =
  | { readonly ok: true; readonly policy: GuardPolicy }
  | { readonly ok: false; readonly problems: readonly PackProblem[] }

const PACKS = dirname(fileURLToPath(import.meta.resolve('@outrider/policies/packs/baseline.yaml')))

/** Packs that come with Outrider. */
export function builtInPacks(): readonly string[] {
  return readdirSync(PACKS)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -5))
    .sort()
}

/** The policies of these settings, one for each selection, or every problem with its path. */
export function loadGuardPolicies({ select = [], ...settings }: GuardSettings): LoadedPolicies {
  const common = loadGuardPolicy(settings)
  const problems: PackProblem[] = common.ok ? [] : [...common.problems]
  const selected = select.map(({ match, packs }, index) => {
    const loaded = loadGuardPolicy({ ...settings, packs: [...settings.packs, ...packs] })
    if (!loaded.ok && common.ok) {
      const at = (path: string) => `select[${index}].${path}`
      problems.push(...loaded.problems.map((one) => ({ ...one, path: at(one.path), keys: ['select', index] })))
    }
    return { match, loaded }
  })
  if (!common.ok || problems.length > 0) return { ok: false, problems }
  const rests = new Map<GuardPolicy, GuardPolicy>()
  const policyOf = (scope: GuardScope): GuardPolicy => {
    const found = selected.find(({ match }) => fits(scope, match))
    return found?.loaded.ok ? found.loaded.policy : common.policy
  }
  const all = [common, ...selected.map(({ loaded }) => loaded)].flatMap((one) => (one.ok ? [one.policy] : []))
  return {
    ok: true,
    policyOf,
    hidesStored: all.some(({ plans }) => Object.values(plans).some(({ section }) => section.redact === 'stored')),
    restOf(scope) {
      const policy = policyOf(scope)
      const rest = rests.get(policy) ?? withoutSensitive(policy)
      rests.set(policy, rest)
      return rest
    },
  }
}

function fits(scope: GuardScope, match: GuardScope): boolean {
  return (['workflow', 'agent', 'tenant'] as const).every((name) => {
    const pattern = match[name]
    return pattern === undefined || (scope[name] !== undefined && isLike(scope[name], pattern))
  })
}

/** The policy of these settings without selections, or every problem with its path in them. */
export function loadGuardPolicy(
  { packs, select: _, ...own }: GuardSettings,
  engine: PatternEngine = guardEngine(),
): LoadedPolicy {
  const read: Pack[] = []
  const problems: PackProblem[] = []
  /** After the pack that it extends. */
  const add = (pack: Pack, index: number): void => {
    const base = pack.extends
    if (base !== undefined && !packs.includes(base) && !read.some(({ name }) => name === base)) {
      const before = readPack(base, index)
      if (before.ok) read.push(before.pack)
      else problems.push(...before.problems)
    }
    read.push(pack)
  }
  packs.forEach((name, index) => {
    const loaded = readPack(name, index)
    if (!loaded.ok) {
      problems.push(...loaded.problems)
      return
    }
    add(loaded.pack, index)
  })
  if (Object.keys(own).length > 0) {
    const parsed = parsePack({ ...own, name: 'own' })
    if (parsed.ok) add(parsed.pack, packs.length)
    else problems.push(...parsed.problems)
  }
  if (problems.length > 0) return { ok: false, problems }
  const compiled = compilePolicy(read, engine)
  const broken = compiled.ok ? brokenSchemas(compiled.policy) : []
  return broken.length > 0 ? { ok: false, problems: broken } : compiled
}

const schemas = createSchemas()

/** Schemas of `tools.args` that cannot be used, also those that refer outside: nothing is fetched. */
function brokenSchemas({ plans }: GuardPolicy): readonly PackProblem[] {
  return (plans.tool.section.tools?.args ?? []).flatMap(({ schema }, index) => {
    const made = schema === undefined ? null : schemas(schema)
    if (made === null || made.ok) return []
    return [{ path: `tools.args[${index}].schema`, keys: ['tools', 'args', index], message: made.why }]
  })
}

/** What is wrong with a tool's arguments, for `toolVerdict`. */
export const checkArgs: ArgsCheck = (schema, args) => {
  const made = schemas(schema)
  return made.ok ? made.check(JSON.stringify(args) ?? 'null').map(({ why }) => why.replace(/\.$/, '')) : [made.why]
}

function readPack(name: string, index: number): ReturnType<typeof parsePack> {
  const refuse = (message: string) => {
    return { ok: false as const, problems: [{ path: `packs[${index}]`, keys: ['packs', index], message }] }
  }
  const isFile = /[/\\]|\.ya?ml$/.test(name)
  if (!isFile && !builtInPacks().includes(name))
    return refuse(`${name} is none of ${builtInPacks().join(', ')}, and no YAML file`)
  const file = isFile ? name : join(PACKS, `${name}.yaml`)
  try {
    const parsed = parsePack(parse(readFileSync(file, 'utf8'), { maxAliasCount: 20 }))
    if (parsed.ok) return parsed
    return {
      ok: false,
      problems: parsed.problems.map(({ path, message }) => ({
        path: `packs[${index}]`,
        keys: ['packs', index],
        message: `${name}: ${path} ${message}`,
      })),
    }
  } catch (cause) {
    if (cause instanceof YAMLParseError) return refuse(`${name} is no YAML: ${cause.message.split('\n')[0]}`)
    return refuse(`${name} cannot be read (${(cause as NodeJS.ErrnoException).code})`)
  }
}

let chosen: { readonly engine: PatternEngine; readonly trouble: string | null } | null = null

/** Where native `re2` is installed: beside the collector, or in a folder of NODE_PATH; null where it is not. */
export function nativeRe2Path(): string | null {
  try {
    return createRequire(import.meta.url).resolve('re2')
  } catch {
    return null
  }
}

/**
 * Native `re2` where the operator installed it, else `re2js`. Both run in linear time and find the same. Chosen once.
 *
 * @param path for threads, which have no environment
 */
export function guardEngine(path: string | null = nativeRe2Path()): PatternEngine {
  chosen ??= choose(path)
  return chosen.engine
}

/** Why native `re2` is installed and not used, e.g. built for another version of Node; null where nothing is wrong. */
export const engineTrouble = (): string | null => chosen?.trouble ?? null

function choose(path: string | null): NonNullable<typeof chosen> {
  if (path === null) return { engine: re2js, trouble: null }
  try {
    return { engine: nativeRe2(createRequire(import.meta.url)(path)), trouble: null }
  } catch (cause) {
    return { engine: re2js, trouble: (cause as NodeJS.ErrnoException).code ?? (cause as Error).name }
  }
}
