/** `outrider scan`: guards over JSON lines of standard input, one line of findings for each. Nothing leaves the machine. */
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { createVault, type Direction, type GuardPolicy, guard } from '@outrider/policies/guards'
import { z } from 'zod'
import { loadConfig } from '../config.ts'
import { guardEngine, loadGuardPolicy } from '../guard-policy.ts'
import { CommandFailure, exitCode } from './failure.ts'
import { count } from './figures.ts'
import { plain } from './plain.ts'
import type { Terminal } from './terminal.ts'

export interface ScanOptions {
  readonly config?: string
  /** Packs instead of those of the configuration. */
  readonly pack?: readonly string[]
  /** Where lines do not say it. */
  readonly direction: Direction
}

const lineSchema = z.object({
  id: z.union([z.string(), z.number()]).nullish(),
  text: z.string(),
  direction: z.enum(['input', 'output', 'tool']).optional(),
})

/** Rejects with exit code 1 when some line could not be read; all others were. */
export async function scan(
  terminal: Terminal,
  env: Readonly<Record<string, string | undefined>>,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  { config, pack, direction }: ScanOptions,
): Promise<void> {
  const policy = policyOf(env, config, pack)
  // what is hidden is not printed, so nobody needs the key
  const key = randomBytes(32).toString('hex')
  const judge = (text: string, of: Direction) =>
    guard(text, of, policy, { hashKey: key, vault: createVault({ key, run: 'scan' }) })
  // tables are built by the first text
  judge('warm up: bob@example.com +14155552671', direction)
  let line = 0
  let scanned = 0
  let flagged = 0
  let unread = 0
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++
    if (text.trim() === '') continue
    const parsed = lineSchema.safeParse(json(text))
    if (!parsed.success) {
      unread++
      terminal.warn(
        `line ${line}: not a JSON object with \`text\`, and at most \`id\` and \`direction\` (input, output, tool)`,
      )
      continue
    }
    const given = parsed.data
    const began = performance.now()
    const result = judge(given.text, given.direction ?? direction)
    const ms = Math.round((performance.now() - began) * 1000) / 1000
    const { action, score, findings } = result
    scanned++
    if (findings.length > 0) flagged++
    const told = `${JSON.stringify({ id: given.id ?? null, action, flagged: findings.length > 0, score, findings, ms })}\n`
    if (!output.write(told)) await new Promise((resolve) => output.once('drain', resolve))
  }
  const { name, version } = policy
  terminal.talk(
    `${count(scanned, 'text')} scanned with ${name} ${version}, patterns by ${guardEngine().name}, ${count(flagged)} flagged`,
  )
  if (unread > 0) throw new CommandFailure(exitCode.failed, `${count(unread, 'line')} could not be read.`)
}

function policyOf(
  env: Readonly<Record<string, string | undefined>>,
  file: string | undefined,
  packs: readonly string[] | undefined,
): GuardPolicy {
  const config = packs === undefined ? loadConfig(env, file) : null
  if (config !== null && !config.ok)
    throw new CommandFailure(exitCode.configuration, 'The configuration has problems. Next: outrider check')
  const loaded = loadGuardPolicy(packs === undefined ? (config?.config.guards ?? { packs: ['baseline'] }) : { packs })
  if (loaded.ok) return loaded.policy
  const why = loaded.problems.map(({ path, message }) => plain(`${path}: ${message}`)).join('\n')
  throw new CommandFailure(exitCode.configuration, `The packs cannot be used.\n${why}`)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
