import { named } from './named.ts'
import { prefixed } from './prefixed.ts'

/** What is looked for where one of its words stands. */
interface SecretRule {
  readonly id: string
  /** Lower-case words that lead to it. */
  readonly anchors: readonly string[]
}

export interface PrefixRule extends SecretRule {
  /** As it is written, capitals and all. */
  readonly prefix: string
  readonly shape: RegExp
  /** The prefix alone says little: what follows must look random. */
  readonly isShort: boolean
}

export interface NamedRule extends SecretRule {
  readonly shape: RegExp
}

const classes: Readonly<Record<string, string>> = {
  A: '[A-Za-z0-9]',
  a: '[a-z0-9]',
  h: '[0-9a-f]',
  w: '[A-Za-z0-9_-]',
  U: '[A-Z0-9]',
}
const expand = (form: string): string => form.replace(/%([AahwU])/g, (_, name: string) => classes[name] as string)
const rows = (table: string, gap: RegExp): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split(gap))
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

export const prefixRules: readonly PrefixRule[] = rows(prefixed, / +/).map((row) => {
  const [id, prefix, body] = row as [string, string, string]
  return {
    id,
    prefix,
    anchors: [prefix.toLowerCase()],
    shape: new RegExp(escaped(prefix) + expand(body), 'y'),
    isShort: prefix.length <= 4,
  }
})

export const namedRules: readonly NamedRule[] = rows(named, / {2,}/).map((row) => {
  const [id, words, form] = row as [string, string, string]
  return { id, anchors: words.split('|'), shape: new RegExp(`^(?:${expand(form)})$`) }
})

/** Shapes that say what they are without a name: the secret is the last group, or the whole. */
export interface ShapeRule extends SecretRule {
  readonly shape: RegExp
  /** How far before the word the shape begins at most. */
  readonly back: number
}

const shape = (id: string, anchor: string, source: string, back = 0): ShapeRule => ({
  id,
  anchors: [anchor],
  shape: new RegExp(expand(source), 'iy'),
  back,
})

export const shapeRules: readonly ShapeRule[] = [
  shape(
    'slack-webhook',
    'hooks.slack.com/',
    'hooks\\.slack\\.com/(?:services|workflows|triggers)/([A-Za-z0-9/]{20,100})',
  ),
  shape('discord-webhook', '/api/webhooks/', '/api/webhooks/(\\d{15,22}/%w{40,100})'),
  shape('teams-webhook', 'webhook.office.com/', 'webhook\\.office\\.com/(webhookb2/[A-Za-z0-9@/-]{60,300})'),
  shape(
    'logic-app-webhook',
    '.logic.azure.com',
    '\\.logic\\.azure\\.com(?::443)?/workflows/[^\\s"]{20,200}[?&]sig=(%w{30,60})',
  ),
  shape('zapier-webhook', 'hooks.zapier.com/', 'hooks\\.zapier\\.com/hooks/catch/(\\d{4,12}/%A{5,12})'),
  shape(
    'google-chat-webhook',
    'chat.googleapis.com/',
    'chat\\.googleapis\\.com/v1/spaces/[^\\s"/]{5,40}/messages\\?(key=%w{35,45}&token=[\\w%-]{30,80})',
  ),
  shape('azure-sas', 'sig=', '(?:[?&;]|amp;)sig=([A-Za-z0-9%/+]{40,80}={0,2})', 5),
  shape('aws-presigned', 'x-amz-security-token=', 'x-amz-security-token=([A-Za-z0-9%/+=]{60,1500})'),
  // keys that Azure marks at a fixed place: https://aka.ms/cask
  shape('azure-key', 'jqqj9', '([A-Za-z0-9]{52}JQQJ9[A-Za-z0-9]{27})(?![A-Za-z0-9])', 52),
  shape('azure-search', 'azse', '([A-Za-z0-9]{42}AzSe[A-Za-z0-9]{6})(?![A-Za-z0-9])', 42),
  shape('azure-function', 'azfu', '([A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==)', 44),
  shape('azure-client-secret', 'q~', '([A-Za-z0-9_~.-]{3}\\dQ~[A-Za-z0-9_~.-]{31,34})(?![A-Za-z0-9_~-])', 4),
  shape('newrelic-license', 'nral', '(%h{36}nral)(?![A-Za-z0-9])', 36),
  shape('terraform-token', '.atlasv1.', '(%A{14}\\.atlasv1\\.%w{60,70})', 14),
  shape('discord-bot', '.login(', '\\.login\\(\\s?["\'`]([MNO]%w{23,25}\\.%w{6}\\.%w{27,38})["\'`]'),
  shape('telegram-bot', ':aa', '(\\d{8,10}:AA%w{32,34})(?![A-Za-z0-9_-])', 10),
  shape('mailchimp-key', '-us', '(%h{32}-us\\d{1,2})\\b', 32),
  shape('curl-user', 'curl ', 'curl [^\\n]{0,200}?(?:-u|--user) ["\']?[^\\s:"\']{1,64}:([^\\s"\'$<{]{4,128})'),
  shape('mysql-password', 'mysql', 'mysql(?:dump|admin)? [^\\n]{0,120}?-p([^\\s"\'$<-][^\\s"\']{5,64})'),
  shape(
    'user-password',
    ' -u ',
    ' -u ["\']?[\\w.@\\\\-]{1,64}["\']? -p ?["\']?((?=\\S*[a-z])(?=\\S*\\d)[^\\s:"\'$%<{-][^\\s:"\']{5,64})',
  ),
  shape(
    'network-credential',
    'networkcredential',
    'networkcredential\\s?\\(\\s{0,8}"[^"\\n]{1,64}"\\s{0,8},\\s{0,20}"([^"\\s]{6,128})"',
  ),
  shape(
    'directory-entry',
    'directoryentry',
    'directoryentry\\s?\\(\\s{0,8}"[^"\\n]{1,100}"\\s{0,8},\\s{0,20}"[^"\\n]{1,64}"\\s{0,8},\\s{0,20}"([^"\\s]{6,128})"',
  ),
  shape('sshpass', 'sshpass', 'sshpass -p ?["\']?([^\\s"\'$<{]{4,64})'),
  shape('identified-by', 'identified by', "identified (?:with \\w{1,40} )?by '([^'\\s<$]{6,128})'"),
  shape('netrc', 'machine ', 'machine \\S{1,100}\\s{1,8}login \\S{1,64}\\s{1,8}password (\\S{4,128})'),
  shape('app-password', 'pass', 'pass(?:word|wd)?["\']?\\s?[:=]\\s?["\']?([a-z]{4} [a-z]{4} [a-z]{4} [a-z]{4})\\b'),
  shape('putty-key', 'private-lines', 'private-lines: \\d{1,3}\\s{1,4}((?:[A-Za-z0-9+/=]{16,64}\\s{1,2}){1,60})'),
  shape('unix-hash', '$6$', '(\\$6\\$(?:rounds=\\d{1,9}\\$)?[./A-Za-z0-9]{1,16}\\$[./A-Za-z0-9]{86})'),
  shape('docker-auth', '"auth"', '"auth"\\s{0,4}:\\s{0,4}"([A-Za-z0-9+/]{16,400}={0,2})"'),
  shape('npm-auth', ':_auth', ':_auth(?:Token|_)?\\s?=\\s?"?([A-Za-z0-9+/=_-]{16,200})'),
  shape('basic-login', 'login:', 'login: ?\\S{2,64}[,;]? (?:and )?(?:pass|pw)(?:word)?: ?(\\S{6,64})'),
]
