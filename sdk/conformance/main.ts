/** `npm run conformance -w sdk`: runs the suite, writes its table, and fails with what differs. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { compile } from './compile.ts'
import { runSuite } from './suite.ts'
import { tableOf } from './table.ts'

// clients warn of models that end soon
console.warn = () => {}
const results = await runSuite()
mkdirSync(new URL('../docs', import.meta.url), { recursive: true })
writeFileSync(new URL('../docs/conformance.md', import.meta.url), tableOf(results, compile() === ''))
for (const { kind, check, same, books, bare, wrapped } of results) {
  if (same && books.length === 0) continue
  process.exitCode = 1
  process.stderr.write(`${kind.kind} ${kind.version}: ${check.name}: ${books.join('; ')}\n`)
  if (!same) process.stderr.write(`  bare    ${JSON.stringify(bare)}\n  wrapped ${JSON.stringify(wrapped)}\n`)
}
process.stdout.write(`${results.length} checks\n`)
