/** An application whose client is wrapped, in two lines; leaves in the way that it is told. */
import { outrider } from '@outrider/sdk'
import OpenAI from 'openai'

// a busy machine may take longer to answer than a user would wait
if (process.env.PATIENT) outrider.start({ service: 'wrapped', onUnavailable: 'deny', gateTimeoutMs: 30_000 })
const openai = outrider.wrap(new OpenAI({ maxRetries: 0 }))
const messages = [{ role: 'user' as const, content: 'hi' }]
const stream = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true })
let text = ''
for await (const chunk of stream) {
  text += chunk.choices[0]?.delta.content ?? ''
  if (process.env.LEAVE === 'exit' && text.length > 5) process.exit(0)
}
console.log(text)
