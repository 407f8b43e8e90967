import { DeniedError, outrider } from '@outrider/sdk'
import OpenAI from 'openai'

const telemetry = outrider.start({ service: 'bundled', onUnavailable: 'allow' })
const openai = outrider.wrap(new OpenAI())

/** Asks, and says what it was told: the answer, or why there is none. */
async function ask(budgetUsd: number): Promise<string> {
  try {
    return await outrider.run('answer', { user: 'u-42', budgetUsd }, async () => {
      const input = 'Where is my order?'
      const { output_text } = await openai.responses.create({ model: 'gpt-4o-mini', input, max_output_tokens: 100 })
      return output_text
    })
  } catch (error) {
    if (!(error instanceof DeniedError)) throw error
    return error.code
  }
}

console.log(await ask(0.01))
console.log(await ask(0.000_000_1))
await telemetry.shutdown()
