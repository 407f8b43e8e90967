/**
 * The rules as operators write them: sections `budgets: runLimits: unpriced: gate:` of the configuration, and the bodies
 * that change budgets at run time. Read here once, into what `@outrider/policies` decides on.
 */
import {
  type ApprovalRule,
  type Budget,
  type CallKind,
  isTimeZone,
  MATCH_FIELDS,
  MAX_NANO_USD,
  type Match,
  nanoFromUsd,
  PRIORITIES,
  parseWindow,
  RUN_MEASURES,
  RUNG_HYSTERESIS,
  type Rung,
  type RunLimit,
  SCOPES,
  usdFromNano,
} from '@outrider/policies'
import { z } from 'zod'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const DAY_S = 86_400

/** USD on the wire, nano-dollars inside. */
export const money = z
  .number('is not a number')
  .transform((usd, context) => {
    const nano = nanoFromUsd(usd)
    if (nano !== undefined) return nano
    const why = usd < 0 ? 'is less than 0' : `is more than ${usdFromNano(MAX_NANO_USD)} USD`
    context.addIssue({ code: 'custom', message: why })
    return z.NEVER
  })
  .meta({ description: 'USD, at most nine decimals.', example: 1.5 })

export const ruleName = z
  .string('is not a text')
  .regex(NAME, 'must begin with a letter or digit and may hold letters, digits, . _ - (64 at most)')
  .meta({ example: 'team-day' })

const glob = z.string('is not a text').min(1, 'is empty').max(256, 'is longer than 256 characters')
const globs = z.union([glob, z.array(glob).min(1, 'is empty').max(100)], 'is neither a text nor a list of texts')

const match = z
  .partialRecord(z.enum(MATCH_FIELDS, `is none of ${MATCH_FIELDS.join(', ')}`), globs, 'is not a map of globs')
  .default({})
  .transform((given) => {
    const entries = Object.entries(given).map(([field, text]) => [field, [text].flat()])
    return Object.fromEntries(entries) as Match
  })

const share = z.number('is not a number').gt(0, 'must be above 0').max(1, 'must be at most 1')
const outputTokens = z.int('is not a whole number').min(1, 'must be at least 1')
const rungFields = { at: share, resume: z.number('is not a number').min(0).max(1).optional() }

const rung = z
  .discriminatedUnion(
    'do',
    [
      z.strictObject({
        ...rungFields,
        do: z.literal('degrade'),
        models: z.record(glob, z.string().min(1, 'is empty')).default({}),
        maxOutputTokens: outputTokens.nullable().default(null),
      }),
      z.strictObject({
        ...rungFields,
        do: z.literal('pause'),
        below: z.enum(PRIORITIES, `is none of ${PRIORITIES.join(', ')}`),
      }),
      z.strictObject({ ...rungFields, do: z.literal('stop') }),
    ],
    'is none of degrade, pause, stop',
  )
  .transform(({ resume, ...given }, context): Rung => {
    if (resume !== undefined && resume >= given.at) {
      context.addIssue({ code: 'custom', path: ['resume'], message: 'must be below `at`' })
    }
    return { ...given, resume: resume ?? Math.max(0, given.at - RUNG_HYSTERESIS) }
  })

const scopeName = z.enum(SCOPES, `is none of ${SCOPES.join(', ')}`)
const scope = z.preprocess(
  (given) => (typeof given === 'string' ? [given] : given),
  z
    .array(scopeName, 'is neither a scope nor a list of scopes')
    .min(1, 'is empty')
    .refine((all) => new Set(all).size === all.length, 'names a scope twice'),
)

/** Everything about a budget but its name. */
const budgetFields = {
  scope,
  match,
  limitUsd: money,
  /** `hour day week month life`, or a rolling `30m`, `24h`, `7d`. @default life */
  window: z
    .string('is not a text')
    .refine(
      (text) => parseWindow(text) !== undefined,
      'is none of hour, day, week, month, life, or a span of at most 366 days: 30m, 24h, 7d',
    )
    .default('life'),
  /** IANA name. @default UTC */
  timezone: z.string('is not a text').refine(isTimeZone, 'is no time zone (IANA, e.g. Europe/Berlin)').default('UTC'),
  ladder: z.array(rung, 'is not a list').max(16, 'has more than 16 rungs').default([]),
  /** Judged and reported, not enforced. @default false */
  shadow: z.boolean('is neither true nor false').default(false),
}

/** One entry of `budgets:`. */
export const budgetSchema = z
  .strictObject({ name: ruleName, ...budgetFields })
  .transform(({ limitUsd: limit, window, timezone, ...rest }): Budget => {
    return { ...rest, limit, window: parseWindow(window, timezone)! }
  })

const runLimitSchema = z.strictObject({
  measure: z.enum(RUN_MEASURES, `is none of ${RUN_MEASURES.join(', ')}`),
  max: z.number('is not a number').min(0, 'is less than 0'),
  match,
  shadow: z.boolean('is neither true nor false').default(false),
})

/** One entry of `approvals.require`. */
const approvalSchema = z
  .strictObject({
    name: ruleName,
    match,
    /** Only calls that may cost more. @default all of them */
    aboveUsd: money.optional(),
    shadow: z.boolean('is neither true nor false').default(false),
  })
  .transform(({ aboveUsd, ...rest }): ApprovalRule => ({ ...rest, above: aboveUsd ?? null }))

const seconds = (fallback: number) =>
  z
    .number('is not a number')
    .min(1, 'must be at least 1')
    .max(7 * DAY_S, 'must be at most 7 days')
    .default(fallback)

/** The sections of the configuration, for its schema. */
export const ruleSections = {
  /** Caps on money. @default [] */
  budgets: z.array(budgetSchema, 'is not a list').max(1000, 'has more than 1000 entries').default([]),
  /** What one run may do besides money. Kinds that are not listed are judged in shadow. @default [] */
  runLimits: z.array(runLimitSchema, 'is not a list').max(1000, 'has more than 1000 entries').default([]),
  /** Calls that a person decides. */
  approvals: z
    .strictObject({
      /** Besides tools that a guard policy asks about. @default [] */
      require: z.array(approvalSchema, 'is not a list').max(1000, 'has more than 1000 entries').default([]),
      /** How long a question waits before silence is a no, and how long a yes is good for. */
      timeoutSeconds: seconds(3600),
      /** Who is told of each question, and may post the answer back where there is a secret. @default [] */
      notify: z
        .array(
          z.strictObject({
            type: z.literal('webhook', 'is not webhook'),
            url: z.url({ protocol: /^https?$/, error: 'is no http:// or https:// address' }),
            /** A Standard Webhooks secret (`whsec_…`): signs what is sent, and the addresses for the answer. */
            secretFile: z.string().min(1).optional(),
            /** Addresses of this machine and its network may be called. @default false */
            allowPrivate: z.boolean().default(false),
          }),
        )
        .max(20)
        .default([]),
    })
    .prefault({}),
  /** What becomes of calls of a model without a price. @default deny */
  unpriced: z.enum(['deny', 'allow'], 'is neither deny nor allow').default('deny'),
  gate: z
    .strictObject({
      /** Output limit where a call names none; it is sent to the provider. @default 4096 */
      maxOutputTokens: outputTokens.default(4096),
      /** How long a hold stands without a word; then it counts as spent until its span arrives. */
      holdSeconds: z
        .strictObject({ model: seconds(900), tool: seconds(900), agent: seconds(6 * 3600), lease: seconds(3600) })
        .prefault({}),
    })
    .prefault({}),
}

/** What the configuration says about what may happen. */
export interface RuleSettings {
  readonly budgets: readonly Budget[]
  readonly runLimits: readonly RunLimit[]
  readonly approvals: {
    readonly require: readonly ApprovalRule[]
    readonly timeoutSeconds: number
    readonly notify: readonly {
      readonly url: string
      readonly secretFile?: string | undefined
      readonly allowPrivate: boolean
    }[]
  }
  readonly unpriced: 'deny' | 'allow'
  readonly gate: {
    readonly maxOutputTokens: number
    readonly holdSeconds: Readonly<Record<CallKind, number>>
  }
}

/** Budgets on names that are given by each tenant, and that do not say which tenant is meant. */
export function mixedBudgets(budgets: readonly Budget[]): readonly Budget[] {
  const given = ['user', 'session', 'workflow', 'agent'] as const
  return budgets.filter(({ scope }) => !scope.includes('tenant') && given.some((name) => scope.includes(name)))
}

/** A mistake that no single entry shows. */
export interface RuleProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Budgets of the same name, whatever else is wrong with them. `written`: the file's value, not yet checked. */
export function repeatedBudgets(written: unknown): readonly RuleProblem[] {
  const list = (written as { budgets?: unknown } | null)?.budgets
  if (!Array.isArray(list)) return []
  const seen = new Set<unknown>()
  return list.flatMap((entry: unknown, index) => {
    const name = (entry as { name?: unknown } | null)?.name
    if (typeof name !== 'string') return []
    if (seen.has(name)) return [{ path: ['budgets', index, 'name'], message: `'${name.slice(0, 64)}' is there twice` }]
    seen.add(name)
    return []
  })
}

/** How a budget is written down: what `budgetSchema` reads back. */
export function budgetText(budget: Budget): Readonly<Record<string, unknown>> {
  const { window, limit, ...rest } = budget
  const when =
    window.kind === 'rolling'
      ? { window: spanText(window.ms) }
      : window.kind === 'life'
        ? { window: 'life' }
        : { window: window.kind, timezone: window.timezone }
  return { ...rest, limitUsd: usdFromNano(limit), ...when }
}

function spanText(ms: number): string {
  const minutes = ms / 60_000
  return minutes % 1440 === 0 ? `${minutes / 1440}d` : minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`
}
