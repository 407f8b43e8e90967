/** What wrapping a client adds to a call, measured in a process of its own: there it is the only one that traces. Prints JSON. */
import { measureWrap } from '../../sdk/bench/wrap.ts'

const [url = '', rounds = ''] = process.argv.slice(2)
process.stdout.write(`${JSON.stringify(await measureWrap(url, rounds === '' ? {} : { rounds: Number(rounds) }))}\n`)
process.exit(0)
