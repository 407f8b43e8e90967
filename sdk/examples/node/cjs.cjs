// node cjs.cjs
const { outrider } = require('@outrider/sdk')
const OpenAI = require('openai')

async function main() {
  const openai = outrider.wrap(new OpenAI())
  const messages = [{ role: 'user', content: 'Where is my order?' }]
  const stream = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true })
  for await (const { choices } of stream) process.stdout.write(choices[0]?.delta.content ?? '')
  process.stdout.write('\n')
}
main()
