import type { Assigned } from './assignment.ts'
import { entropy, isRandom, kinds } from './entropy.ts'
import { isName, isPlaceholder, isReference } from './placeholder.ts'

/** Words of names whose values are secrets, by how much a value must look like one. */
export const genericWords = {
  /** People make these up: short, pronounceable. */
  password: (
    'password|passwd|passphrase|pwd|passwort|contraseña|contrasena|clave|kennwort|passcode|requirepass|pgpassword|mysql_pwd|' +
    'senha|palavra-passe|mot_de_passe|motdepasse|mot de passe|wachtwoord|hasło|hasło do|heslo|lösenord|adgangskode|passord|' +
    'salasana|jelszó|parola|parolă|şifre|lozinka|mật khẩu|kata sandi|пароль|Пароль|κωδικός|' +
    'كلمة المرور|كلمة السر|סיסמה|पासवर्ड|密码|密碼|口令|パスワード|비밀번호|암호'
  ).split('|'),
  /** Machines make these: long and random. */
  key: [
    ...'secret token credential credentials creds _auth sessionid session_id client-key-data client_key_data x-api-key'.split(
      ' ',
    ),
    // written `api_key`, `api-key`, `apiKey` and `api.key`
    ...[
      'api|key access|key secret|key private|key encryption|key signing|key master|key auth|key account|key shared|key preshared|key session|key',
      'app|key license|key hmac|key storage|key admin|key service|key deploy|key write|key search|key access|token auth|token',
      'api|token bearer|token refresh|token client|secret session|secret app|secret webhook|secret jwt|secret api|secret',
      'cookie|secret consumer|secret key|credential token|credential password|pepper maps|key deploy|token',
    ].flatMap((line) =>
      line.split(' ').flatMap((pair) => ['_', '-', '', '.'].map((between) => pair.replace('|', between))),
    ),
  ],
  /** As people write them in sentences. */
  said: [
    'api key',
    'access key',
    'secret key',
    'access token',
    'auth token',
    'api token',
    'client secret',
    'bearer token',
    'the token',
    'signing secret',
    'webhook secret',
    'private key',
    'encryption key',
  ],
} as const

/** Parts of names that are about a secret and not one. */
const about =
  /(?:^|[-_.]?)(?:count|counts|type|url|uri|limit|limits|name|length|len|size|endpoint|expir\w*|path|file|dir|budget|usage|index|hash\w*|id|ids|field|label|hint|policy|prompt|reset|regex|pattern|rule\w*|format|required|min|max|info|status|error|invalid|ttl|age|header|prefix|suffix|list|map|set|store|manager|provider|service|ref|reference|env|var|column|placeholder|strength|confirm\w*|verif\w*|valid\w*|encrypted|iz\w*|s|(?<!st)ring|word|board|stroke|pair|frame|usage|position|stream|bucket|version|algorithm|rotation|per|cost|price|source|secretref|selector)$/i
const before =
  /(?:max|min|num|total|input|output|prompt|completion|reasoning|cached|next|page|continuation|sync|cancel|cancellation|eos|bos|pad|unk|sep|cls|mask|public|pub|cursor|idempotency|primary|foreign|partition|sort|cache|no|stop|special|start|end|first|last|current|text|word|new_line|delimiter|separator|n|of|per|estimated|used|remaining|token|csrf|xsrf|anti_?forgery|design|lex\w*|ast|syntax|parse\w*|string|comment|identifier)[-_ .]?$/i

/** How sure it is that what is assigned is a secret, 0 when it is none. */
export function judgeGeneric(
  kind: keyof typeof genericWords,
  named: string,
  nameBefore: string,
  value: string,
  how: Assigned,
): number {
  if (value.length > (kind === 'password' ? 128 : 400)) return 0
  if (/^(?:pass|pw|clave)$/i.test(named) && how.rest !== '') return 0
  if (/^_auth$/i.test(named) && /^[a-z]/i.test(how.rest)) return 0
  if (/^(?:clave|parola|암호|口令)$/i.test(named) && kinds(value) < 3) return 0
  // `keying`, `secretary`, `passwordless`
  if (/^(?:ing|ed|er|ary|ize|ise|less|able)/.test(how.rest)) return 0
  if (about.test(how.rest) || (kind === 'key' && /token$/i.test(named) && before.test(nameBefore))) return 0
  if (/public|publishable|fingerprint|pub_?$/i.test(nameBefore)) return 0
  if ((isPlaceholder(value) && !(kind === 'password' && isMadeUp(value))) || isReference(value) || /\s/.test(value))
    return 0
  if (kind === 'password') return passwordScore(value, how)
  if (value.length < 12 || value.length > 400 || isName(value)) return 0
  const bits = entropy(value)
  const isHex = /^[0-9a-f]+$/i.test(value)
  if (how.prose && !/\d/.test(value)) return 0
  if (how.called === true && !isRandom(value)) return 0
  if (!isRandom(value) && kinds(value) < 3) return 0
  if (/^\d+$/.test(value) || isUuidOf(value, named, nameBefore)) return 0
  if (!how.quoted && !how.plain && (!/\d/.test(value) || bits < 3.5)) return 0
  if (!how.quoted && /[(){}[\]]/.test(value)) return 0
  if (bits < (isHex ? 2.6 : 2.8)) return 0
  if (/^(?:[a-z]+[-_./ ])+[a-z]+\d{0,2}$/i.test(value)) return 0
  return how.prose ? 0.7 : 0.85
}

/** `MySecretPassword123!`: what people take for strong, and no example says so. */
const isMadeUp = (value: string): boolean =>
  value.length >= 10 &&
  kinds(value) === 4 &&
  /password|secret/i.test(value) &&
  !/your|example|change|replace|placeholder|sample|dummy|here|goes|test|insert|x{3}|[<>[\]{}_*.…]/i.test(value)

/** An identifier where the name does not say that it opens anything: a UUID, or `sess_…` of a session. */
function isUuidOf(value: string, named: string, nameBefore: string): boolean {
  // `NPM_TOKEN=…`: somebody's
  if (named === 'TOKEN' && /[A-Z]{2}_$/.test(nameBefore) && !/(?:REQUEST|TRACE|DEVICE|PAGE|SYNC)_$/.test(nameBefore))
    return false
  if (/^session_?id$/i.test(named) && /^[a-z]{2,10}[_-][A-Za-z0-9]{8,64}$/.test(value)) return true
  return (
    /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value) && /^(?:token|session_?id|credentials?)$/i.test(named)
  )
}

/** What more is put to, and places of a program: `application:`, `sites/passwords#update`. */
const unfinished = /[:=]$|^[A-Za-z]+[?!.]+$|^[a-z_]+(?:\/[a-z_]+)+(?:#[a-z_]+)?$/

/** How sure it is that what is called a password is one, 0 when it is none. */
export function passwordScore(
  value: string,
  how: Pick<Assigned, 'quoted' | 'plain' | 'prose' | 'listed' | 'called'>,
): number {
  if (value.length < 6 || value.length > 128) return 0
  if (!how.quoted && !how.prose && isName(value) && !/\d/.test(value)) return 0
  const kind = kinds(value)
  const digit = /\d/.test(value)
  const symbol = /[^A-Za-z0-9_.-]/.test(value)
  if (how.called === true && !(digit && (kind >= 3 || isRandom(value)))) return 0
  // `pass it to session.connect(…)`
  if (how.prose && /^[\w$]+(?:\.[\w$]+)+\(/.test(value)) return 0
  if (how.prose)
    return kind >= (how.listed === true ? 3 : 2) &&
      (how.listed !== true || /[A-Z]/.test(value)) &&
      (digit || symbol || isRandom(value)) &&
      value.length >= 6 &&
      !/^[a-z]+['’]/i.test(value) &&
      !/^\d+$/.test(value) &&
      !/^[\d.,-]+[a-z%]*$/i.test(value)
      ? 0.7
      : 0
  if (!how.quoted && !how.plain) return digit && kind >= 3 && !isName(value) && !/[()[\]{}<>]/.test(value) ? 0.6 : 0
  if (!/^[\x21-\x7e]+$/.test(value) || unfinished.test(value)) return 0
  if (!how.quoted && /[()[\]{}]/.test(value) && !(digit && kind >= 4)) return 0
  if (!how.quoted && /^[\w$]+(?:\.[\w$]+)*\(/.test(value)) return 0
  // `password: newPassword`, `"password": "new-password"`: a name of a field
  if (!digit && !symbol) return isRandom(value) ? 0.6 : 0
  if (/^[a-z]+(?:[-_.][a-z]+)*\d?$/i.test(value) && kind < 3 && !digit) return 0
  if (/^\d+$/.test(value)) return how.quoted && value.length >= 6 && value.length <= 12 ? 0.55 : 0
  return digit || kind >= 3 ? 0.85 : 0.6
}
