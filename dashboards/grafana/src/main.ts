/** Writes the dashboards that are committed in `json/`. */
import { writeFileSync } from 'node:fs'
import { boards } from './boards.ts'

for (const [name, board] of Object.entries(boards)) {
  writeFileSync(new URL(`../json/${name}.json`, import.meta.url), `${JSON.stringify(board, null, 2)}\n`)
}
