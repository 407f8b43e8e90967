/** The SDK's cost of asking, measured in a process of its own: there it is the only one that traces. Prints JSON. */
import { measureLease } from '../../sdk/bench/lease.ts'

const [url = '', rounds = ''] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await measureLease(url, rounds === '' ? {} : { rounds: Number(rounds) })))
