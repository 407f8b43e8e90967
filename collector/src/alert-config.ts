/** The section `alerts:` of `outrider.yaml`. */
import { z } from 'zod'
import { PACKS } from './alert-rules.ts'
import { templateProblem } from './alert-template.ts'

const minutes = (max: number) => z.number().min(0).max(max)
const labels = z.record(z.string().min(1), z.string()).default({})

const common = {
  /** How it is called in `outrider alerts test NAME` and in the list of deliveries. @default its type */
  name: z.string().min(1).max(64).optional(),
  /** Only alerts with these labels, or `rule`, `metric`, `severity`; `*` at the end of a value stands for anything. */
  match: labels,
  /** Alerts with the same values are told together. @default [agent] */
  groupBy: z.array(z.string().min(1)).default(['agent']),
  /** How long a first alert waits for others of its group. @default 0.5 */
  groupWaitMinutes: minutes(60).default(0.5),
  /** The least time between two notices of a group. @default 5 */
  groupIntervalMinutes: minutes(1440).default(5),
  /** @default 240 */
  repeatMinutes: minutes(43_200).default(240),
  /** @default true */
  sendResolved: z.boolean().default(true),
  /** How one alert reads, e.g. `{severity}: {text} {runs}`. @default {text} */
  template: z
    .string()
    .min(1)
    .max(2000)
    .superRefine((text, context) => {
      const problem = templateProblem(text)
      if (problem !== null) context.addIssue({ code: 'custom', message: problem })
    })
    .optional(),
}
const reached = {
  ...common,
  /** Addresses of this machine and its network may be called. @default false */
  allowPrivate: z.boolean().default(false),
}
const http = z.url({ protocol: /^https?$/ })
const file = z.string().min(1)
/** Alertmanager groups and repeats by itself: it only wants to hear often. */
const eager = {
  groupWaitMinutes: minutes(60).default(0),
  groupIntervalMinutes: minutes(1440).default(0),
  repeatMinutes: minutes(43_200).default(5),
}

const routeSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('webhook'), url: http, secretFile: file.optional(), ...reached }),
  z.strictObject({ type: z.literal('slack'), urlFile: file, ...reached }),
  z.strictObject({
    ...{ type: z.literal('pagerduty'), routingKeyFile: file, ...reached },
    url: http.default('https://events.pagerduty.com/v2/enqueue'),
  }),
  z.strictObject({ type: z.literal('alertmanager'), url: http, ...reached, ...eager }),
  z.strictObject({
    ...{
      type: z.literal('email'),
      smtpUrlFile: file,
      from: z.email(),
      to: z.array(z.email()).min(1).max(50),
      ...common,
    },
  }),
  z.strictObject({ type: z.literal('log'), ...common }),
])

export const alertsSchema = z
  .strictObject({
    /** Rules that are shipped. @default [default] */
    packs: z.array(z.enum(PACKS)).default([...PACKS]),
    /** Files with rules of your own. */
    files: z.array(file).default([]),
    /** Rules of the packs that are left out, by name. */
    without: z.array(z.string()).default([]),
    /** Of several collectors on one store exactly one evaluates. @default true */
    evaluate: z.boolean().default(true),
    /** Runs that turn in circles, seen as their spans arrive. */
    loops: z
      .strictObject({
        /** The same tool call with the same result so often in one run. @default 5 */
        toolRepeats: z.int().min(2).max(10_000).default(5),
        /** The same model call with the same answer. @default 4 */
        callRepeats: z.int().min(2).max(10_000).default(4),
        /** Turns of one agent in a row that say nothing new and learn nothing new. @default 8 */
        stalledTurns: z.int().min(3).max(10_000).default(8),
        /** `hold` also stops the run: its switch is tripped for a day, until somebody frees it. @default alert */
        action: z.enum(['alert', 'hold']).default('alert'),
        /** Hand-offs once around and back so often. @default 2 */
        cycles: z.int().min(1).max(10_000).default(2),
        /** Tools that may be asked again and again. @default [] */
        allowTools: z.array(z.string().min(1)).default([]),
        /** Hand-offs that may come back. @default [] */
        allowEdges: z.array(z.string().regex(/^.+>.+$/, 'must be like `writer>critic`')).default([]),
      })
      .prefault({}),
    /** Who is told; nobody is unless they are named here. */
    notify: z.array(routeSchema).default([]),
    /** Where people reach the pages: links in notices begin with it. @default where the collector listens */
    publicUrl: http.optional(),
    /** Hours of the week, UTC, in which nobody is woken. */
    maintenance: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(64),
          match: labels,
          days: z.array(z.enum(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'])).min(1),
          from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be like 22:00'),
          to: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be like 06:30'),
        }),
      )
      .default([]),
  })
  .superRefine(({ notify }, context) => {
    const names = notify.map(({ name, type }) => name ?? type)
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        context.addIssue({
          code: 'custom',
          message: `two routes are called ${name}; give them a name`,
          path: ['notify', index],
        })
    })
  })

export type AlertsConfig = z.infer<typeof alertsSchema>
export type RouteConfig = z.infer<typeof routeSchema>
