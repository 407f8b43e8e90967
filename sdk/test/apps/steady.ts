/** An application with work to do: prints its result on stdout and what reached it on stderr as the last line. */
import { outrider } from '@outrider/sdk'

const seen: string[] = []
process.on('unhandledRejection', (reason) => seen.push(`rejection ${reason}`))
process.on('uncaughtException', (error) => seen.push(`exception ${error}`))

const handle = outrider.start({ service: 'steady', collector: process.env.COLLECTOR })
const results: number[] = []
for (let i = 0; i < 5; i += 1) {
  results.push(
    await outrider.run('w', { user: `u${i}` }, () =>
      outrider.agent('a', async () => outrider.model('m', async () => i * i)),
    ),
  )
  if (process.env.MODE === 'flush') await handle.flush()
}
console.log(results.join(' '))
if (process.env.MODE === 'shutdown') await handle.shutdown()
process.on('exit', () => console.log(JSON.stringify({ seen, dropped: handle.dropped() })))
if (process.env.MODE === 'exit') process.exit(3)
