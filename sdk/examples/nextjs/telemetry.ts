import { outrider } from '@outrider/sdk'

const telemetry = outrider.start({ service: 'shop', onUnavailable: 'allow' })

// `next start` leaves at once when it is told to; under NEXT_MANUAL_SIG_HANDLE=true it leaves when this is told
if (process.env.NEXT_MANUAL_SIG_HANDLE)
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, async () => {
      await telemetry.shutdown()
      process.exit(0)
    })
