/** The SDK's cost a span, measured in a process of its own: there it is the only one that traces. Prints JSON. */
import { measureOverhead } from '../../sdk/bench/overhead.ts'

const [rounds, runs] = process.argv.slice(2).map(Number)
const overhead = await measureOverhead({ ...(rounds && { rounds }), ...(runs && { runs }) })
process.stdout.write(JSON.stringify(overhead))
