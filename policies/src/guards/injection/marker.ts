import { type Automaton, createAutomaton } from '../automaton.ts'

/** Signs of a chat's own machinery, which a user or a document has no business to write, with their weights. */
const markers: readonly (readonly [string, number])[] = [
  ...[
    '<|im_start|>',
    '<|im_end|>',
    '<|system|>',
    '<|start_header_id|>',
    '<|eot_id|>',
    '<<sys>>',
    '[/inst]',
    '<start_of_turn>',
    '<|end_of_turn|>',
    '<|endoftext|>',
    '<|assistant|>',
    '<|user|>',
  ].map((sign) => [sign, 0.4] as const),
  ...[
    '[inst]',
    '[system]',
    '[[system',
    '[system message',
    '[system override',
    '<system>',
    '</system>',
    '[admin]',
    '[developer]',
    '<admin>',
    '[end of prompt]',
    '[end prompt]',
    '[end of',
    '<end of',
    '===end',
    '[start output]',
    '[start of prompt',
    '</prompt>',
    '</user_input>',
    '</document>',
    '</context>',
    '<important>',
    '[[important',
    '<information>',
    '### system',
    '###system',
    '#system',
    'begin prompt',
    'system prompt:',
    '[prompt]',
    '[insert prompt',
    '[developer note',
    '/* system',
    '<!-- assistant',
    '<!-- system',
    '<!-- ai',
  ].map((sign) => [sign, 0.3] as const),
  ...[
    '\nsystem:',
    '\nadmin:',
    '\nassistant:',
    '\nhuman:',
    '\nai:',
    '\nuser:',
    'instruction:',
    'system note:',
    'developer note',
    'important!!!',
    'display:none',
    'display: none',
    'font-size:0',
    // an image whose address is filled with what was said
    '={{conversation',
    '={{chat',
    '={{history',
    '={{prompt',
    '={conversation',
    '={chat_history',
    '={system_prompt',
    'color:white',
    'attention:',
  ].map((sign) => [sign, 0.2] as const),
  ...[
    '[🔓',
    '🔓',
    '[jailbreak',
    '[dan]',
    '(🔓',
    'gpt:',
    'dan:',
    'x-override',
    'i have been pwned',
    'godmode',
    '[unfiltered]',
  ].map((sign) => [sign, 0.3] as const),
]

let automaton: Automaton | null = null

/** Tells each sign with its weight. */
export function markersIn(text: string, hit: (weight: number, start: number, end: number) => void): void {
  automaton ??= createAutomaton(markers.map(([sign]) => sign))
  automaton.scan(text, (index, end) => {
    const [sign, weight] = markers[index] as readonly [string, number]
    hit(weight, end - sign.length, end)
  })
}
