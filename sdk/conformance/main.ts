/** `npm run conformance -w sdk`: runs the suite, writes its tables, and fails with what differs. */
import { readFileSync, writeFileSync } from 'node:fs'
import { compile } from './compile.ts'
import { runSuite } from './suite.ts'
import { SUMMARISED, summaryOf, tableOf, withSummary } from './table.ts'

// clients warn of models that end soon
console.warn = () => {}
process.emitWarning = () => {}
const results = await runSuite()
const typesCompile = compile() === ''
writeFileSync(new URL('../docs/conformance.md', import.meta.url), tableOf(results, typesCompile))
for (const readme of SUMMARISED)
  writeFileSync(readme, withSummary(readFileSync(readme, 'utf8'), summaryOf(results, typesCompile)))
for (const { subject, check, same, books, bare, wrapped } of results) {
  if (same && books.length === 0) continue
  process.exitCode = 1
  process.stderr.write(`${subject.name} ${subject.version}: ${check.name}: ${books.join('; ')}\n`)
  if (!same) process.stderr.write(`  bare    ${JSON.stringify(bare)}\n  wrapped ${JSON.stringify(wrapped)}\n`)
}
process.stdout.write(`${results.length} checks\n`)
