/** Values that stand for a secret, or point to one, and are none. */

const words =
  /example|sample|dummy|placeholder|changeme|change[-_]me|change[-_]it|replace|your[-_ ]|[-_]your|yourkey|insert|redacted|masked|hidden|removed|omitted|foobar|fake|notreal|not[-_]a[-_]|todo|fixme|test[-_]?(?:key|token|secret|password|value)|my[-_]?(?:api|secret|key|token|password|access)|[-_](?:here|goes)|some[-_](?:key|token|secret)|secret[-_]?key|api[-_]?key[-_]?(?:here|value)?$|access[-_]?token|password\d?$|xxxx|\*\*\*|\.\.\.|…|____|-----|abcdef|0123456|12345678|qwerty|lorem|demo|<[^>]*>|\[[a-z _-]+\]|undefined|null|none|n\/a|deadbeef|cafebabe|fixture|mock|stub/i
const references =
  /^(?:\$|%[a-z]|@|&|\{|<|#|!|~\/|\.{0,2}\/|file:|env[:.]|vault[:.]|arn:|ref[:.]|op:\/\/|https?:|ssm:|secret(?:s|manager)?[:./]|keychain|projects\/)|process\.env|os\.environ|getenv|\benv\(|\$\{|\{\{|\}\}|%\(|\bself\.|\bthis\.|\bconfig\.|\bsettings\.|\bsecrets?\.|\boptions\.|\bcredentials\.|=>|\(\)|\)$|^\w+\(|^\w+\[|\bnew [A-Z]/i
/** A name of a program: letters, capitals where words begin, a digit or two. */
const name = /^(?=[^\d]*\d?[^\d]*\d?[^\d]*$)(?:[A-Za-z][a-z]+\d?|[A-Z]+\d?){2,}$/
/** `settings.apiKey`, `user.password`: names, no digits in random places. */
const dotted = /^[A-Za-z_$][A-Za-z_$]*(?:\??\.[A-Za-z_$][\w$]*)+$/
/** `API_KEY`, `OPENAI_API_KEY`: the name of a variable. */
const constant = /^[A-Z][A-Z_]+[A-Z]\d?$/
const ordinary = new Set(
  (
    'string str text number int integer boolean bool object array any unknown never void null none nil true false undefined required optional ' +
    'password passwd secret token admin root user username guest test default empty missing invalid expired disabled enabled unset auto basic bearer ' +
    'bytes char varchar uuid date file env public private internal hidden readonly redacted'
  ).split(' '),
)

/** True for what documentation, templates and code write where a secret would stand. */
export function isPlaceholder(value: string): boolean {
  if (ordinary.has(value.toLowerCase()) || words.test(value) || isRepeated(value)) return true
  return isSequence(value)
}

/** True for names, calls, paths and templates that will become a secret elsewhere. */
export function isReference(value: string): boolean {
  return references.test(value) || dotted.test(value) || constant.test(value)
}

/** `aaaaaa`, `abababab`, `xX0xX0`: fewer different characters than a secret of this length has. */
function isRepeated(value: string): boolean {
  const different = new Set(value.toLowerCase()).size
  return different <= Math.min(value.length > 20 ? 2 : 4, value.length / 3)
}

/** More than half of the steps from character to character are +1 or -1. */
function isSequence(value: string): boolean {
  let steps = 0
  for (let i = 1; i < value.length; i++) if (Math.abs(value.charCodeAt(i) - value.charCodeAt(i - 1)) === 1) steps++
  return value.length >= 6 && steps > (value.length - 1) * 0.55
}

/** An identifier of a program. */
export const isName = (value: string): boolean => name.test(value)
