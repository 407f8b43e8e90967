/**
 * `npm run bench:guards [-- DIR [--half 0|1]]`: how right and how fast the guards are. DIR (or GUARD_CORPUS) holds labelled
 * texts: pii.jsonl, injection.jsonl, secrets.jsonl; without it only texts of the packages installed here are read. With
 * `--half` only that half of its injections is (see teach.ts).
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { guard } from '@outrider/policies/guards'
import { guardEngine, loadGuardPolicy } from '../../src/guard-policy.ts'
import { accuracy } from './accuracy.ts'
import { latencyTable } from './latency.ts'
import { negatives, negativeTable } from './negatives.ts'
import { patternTable } from './patterns.ts'
import { saidTables } from './said.ts'
import { ownSecretTable } from './secrets.ts'
import { table } from './tally.ts'

const began = performance.now()
const loaded = loadGuardPolicy({ packs: ['baseline'] })
if (!loaded.ok) throw new Error(loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
guard('warm up: bob@example.com +14155552671', 'input', loaded.policy)
const start = performance.now() - began

/** Such as operators write: numbers of their own, names of projects, words of a trade. */
const patterns = [
  ...['EMP-\\d{6}', '\\b[A-Z]{2}\\d{4}-\\d{3}\\b', '(?i)project\\s+(?:falcon|eagle|heron)', 'ticket #\\d{3,9}'],
  ...['(?i)internal use only', '\\bcase\\s+no\\.?\\s*\\d+', '\\bPO\\d{7}\\b', '(?i)\\b(?:attorney|client) privilege'],
  ...['[a-z]{2,20}\\.corp\\.example', '(?i)salary of \\d', '\\bKD-[0-9A-F]{8}\\b', '(?i)do not distribute'],
  ...['\\bMRN[: ]\\d{6,10}', '(?i)merger with \\w+', '\\bV\\d{2}\\.\\d\\b', '(?i)layoffs?'],
]
const rules = patterns.map((pattern, at) => ({ name: `own-${at}`, pattern, action: 'flag' }))
const own = loadGuardPolicy({ packs: ['baseline'], rules })
if (!own.ok) throw new Error(own.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))

const { values, positionals } = parseArgs({ allowPositionals: true, options: { half: { type: 'string' } } })
const dir = positionals[0] ?? process.env.GUARD_CORPUS
const texts = negatives(fileURLToPath(new URL('../../../node_modules', import.meta.url)), 3000)
const parts = [
  `Policy ${loaded.policy.name} ${loaded.policy.version}, patterns by ${guardEngine().name}, ready in ${start.toFixed(0)} ms`,
  ...accuracy(dir, loaded.policy, values.half),
  ownSecretTable(
    texts.map(({ text }) => text),
    loaded.policy,
  ),
  ...saidTables(loaded.policy),
  negativeTable(texts, loaded.policy),
  latencyTable(
    texts.map(({ text }) => text),
    loaded.policy,
    own.policy,
  ),
  patternTable(),
  // measured once on larger sets of the same kinds; not repeated here
  `Peers, on other texts of the same kinds\n\n${table(
    ['guard', 'personal data F1', 'secrets recall / false alarms', 'injection recall / everyday false alarms'],
    [
      ['naive expressions', '.685', '.485 / .041', '.236 / .005'],
      ['Presidio, pattern part', '.886', '', ''],
      ['openai-guardrails-js', '.756', '.957 / .573', ''],
      ['gitleaks rules', '', '.778 / .006', ''],
      ['detect-secrets', '', '.544 / .179', ''],
      ['hai-guardrails', '', '.090 / .002', '.245 / .005'],
      ['agent-governance-toolkit', '', '', '.171 / .182'],
      ['LlamaFirewall, patterns', '', '', '.041 / .001'],
    ],
  )}`,
]
process.stdout.write(`${parts.join('\n\n')}\n`)
