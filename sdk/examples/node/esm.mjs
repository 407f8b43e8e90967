// node esm.mjs
import { outrider } from '@outrider/sdk'
import OpenAI from 'openai'

const openai = outrider.wrap(new OpenAI())
const messages = [{ role: 'user', content: 'Where is my order?' }]
const { choices } = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages })
console.log(choices[0].message.content)
