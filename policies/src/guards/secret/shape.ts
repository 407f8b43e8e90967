/** Shapes that say what they are without a name, by words that lead to them. `%A` and the like as in prefixed.ts. */
export interface Shape {
  readonly id: string
  readonly anchors: readonly string[]
  /** The secret is the last group. */
  readonly source: string
  /** @default 0 */
  readonly back?: number
  /** @default 'any' */
  readonly look?: ShapeLook
}

/** `password`: two kinds of signs and a digit or a symbol; `strong`: three; `random`: as machines make them. */
export type ShapeLook = 'any' | 'password' | 'strong' | 'random'

const shape = (id: string, anchor: string, source: string, back = 0, look: ShapeLook = 'any'): Shape => ({
  id,
  anchors: anchor.split('|'),
  source,
  back,
  look,
})

export const shapes: readonly Shape[] = [
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
  shape(
    'curl-user',
    'curl ',
    'curl (?:[^\\n]|\\\\\\n){0,200}?(?:-u|-U|--user|--proxy-user)[ =]{1,4}["\']?[^\\s:"\'<$]{0,64}["\']?:["\']?([^\\s"\'$<>{[]{4,128})(?![^\\s"\']*[>\\]])',
  ),
  shape(
    'curl-user',
    'curl ',
    'curl (?:[^\\n]|\\\\\\n){0,200}?(?:-u|--user)[ =]{1,4}["\']?([^\\s:"\'$<{[]{10,128}):["\']?(?=\\s|$)',
    0,
    'strong',
  ),
  shape('mysql-password', 'mysql', 'mysql(?:dump|admin)? [^\\n]{0,120}? -p([^\\s"\'$<-][^\\s"\']{5,64})'),
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
  // a manifest of a cluster: the values are in base64
  shape(
    'kubernetes-secret',
    'kind: secret|kind: "secret|kind: \'secret',
    'kind: ["\']?secret["\']?(?=\\s)[^]{0,300}?\\n[ \\t]{0,4}data:[ \\t]{0,4}\\n(?:[ \\t]{1,8}#[^\\n]{0,120}\\n)?[ \\t]{1,8}[\\w.-]{1,64}:[ \\t]{0,2}(?:[|>][-+]?\\s{1,12})?["\']?([A-Za-z0-9+/]{10,4096}={0,2})["\']?(?![^\\s])',
  ),
  // a user and a password are handed over
  shape(
    'call-credentials',
    'basicauth(|basic_auth(|auth=(|credentials(|credential(|mysqli(|mysql_connect(|login(|authenticate(|connect(',
    '\\w{4,11}=?\\(\\s{0,8}["\'][^"\'\\n]{1,100}["\']\\s{0,8},\\s{0,20}(?:["\'][^"\'\\n]{1,64}["\']\\s{0,8},\\s{0,20})?["\']([^"\'\\s]{6,128})["\']',
    0,
    'strong',
  ),
  shape('secure-string', 'securestring ', 'securestring (?:-string )?["\']([^"\'\\s$]{6,128})["\']', 0, 'password'),
  // commands
  shape(
    'redis-auth',
    'redis-cli',
    'redis-cli [^\\n]{0,120}?(?:-a|--pass) ["\']?([^\\s"\'$<-][^\\s"\']{5,127})',
    0,
    'password',
  ),
  shape(
    'openssl-key',
    'openssl ',
    'openssl [^\\n]{0,120}?(?:-k |-pass(?:in|out)? pass:|-passin pass:)["\']?([^\\s"\'$<-][^\\s"\']{5,127})',
    0,
    'password',
  ),
  shape(
    'http-auth',
    'http ',
    'https? [^\\n]{0,80}?(?:-a|--auth)[ =]["\']?[^\\s:"\']{1,64}:([^\\s"\'$<{]{6,128})',
    0,
    'password',
  ),
  shape(
    'net-use',
    'net use ',
    'net use [^\\s]{1,80} (?:\\\\\\\\[^\\s]{3,100} )?([^\\s/*$%][^\\s]{5,127}) /user:',
    0,
    'password',
  ),
  shape('net-user', 'net user ', 'net user [\\w.-]{1,64} ([^\\s/*$%][^\\s]{5,127})(?: /add)?', 0, 'strong'),
  shape(
    'chpasswd',
    'echo ',
    'echo ["\']?[\\w.-]{1,32}:([^\\s"\'$]{6,128})["\']? \\| ?(?:sudo )?chpasswd',
    0,
    'password',
  ),
  shape(
    'cisco-secret',
    'enable |username |tacacs-server |radius-server |snmp-server |pac key ',
    '(?:enable (?:password|secret)|username \\S{1,40} (?:privilege \\d{1,2} )?(?:password|secret)|(?:tacacs|radius)-server [^\\n]{0,60}?key|snmp-server community|pac key)(?: level \\d{1,2})?(?: [0-9])? ([^\\s"\']{6,128})',
    0,
    'strong',
  ),
  // addresses
  shape(
    'query-key',
    '?key=|&key=|?appid=|&appid=|?app_key=|&app_key=|?apikey=|&apikey=|?sig=|?auth=|&auth=|?hash_key=|?code=|&code=',
    '[?&](?:key|appid|app_key|apikey|sig|auth|code)=([\\w.~%+-]{20,400})',
    0,
    'random',
  ),
  shape('signed-url', 'signature=', '(?:x-amz-|x-goog-|[?&])signature=([\\w~%+/=-]{32,1024})', 8, 'random'),
  shape('oracle-credentials', 'oracle:thin:', 'oracle:thin:[\\w$#]{1,30}/([^\\s@"\']{6,64})@', 0, 'password'),
  shape('wifi-code', 'wifi:', 'wifi:(?:[tsh]:[^;]{0,64};){1,3}p:([^;\\s]{6,64});', 0, 'password'),
  shape('otp-secret', 'otpauth://', 'otpauth://[^\\s?"\']{1,120}\\?(?:[^\\s"\']{1,120}&)?secret=([A-Z2-7]{16,64})'),
  // cookies of a session
  shape(
    'session-cookie',
    'cookie',
    'cookie["\']?[:=] ?["\']?(?:[^\\n"\']{0,300}?[; ])?(?:[\\w.-]{0,24}(?:sess|session|sid|auth|token|jwt|remember_me)[\\w.-]{0,12})=((?:s%3A)?[\\w.%+/=:-]{20,400})',
    0,
    'random',
  ),
  // files with their own order
  shape('pgpass', ':5432:', ':5432:[\\w*-]{1,40}:[\\w-]{1,40}:([^\\s:"\']{6,128})', 0, 'password'),
  shape('input-value', 'type="password"', 'type="password"[^>\\n]{0,120}? value="([^"\\s]{6,128})"', 0, 'password'),
  // as people write them down
  shape(
    'written-down',
    '/pass|/ pass|/pw',
    '/ ?(?:pass(?:word|wd)?|pw)["\'*`]{0,2} ?(?:[:=]|is|are) ?["\'`]?[\\w.@-]{1,64} ?(?:/|:|,|and|\\|) ?["\'`]?([^\\s"\'`]{6,64})',
    0,
    'strong',
  ),
  shape(
    'written-down',
    'creds|credentials|logins',
    '(?<![\\w.])(?:creds|credentials|logins)[\\s:=–-]{1,4}(?:(?:are|is|for [\\w.-]{1,32})[\\s:=–-]{1,3})?["\'`]?[a-z][\\w.@-]{1,63} ?[:/] ?([^\\s"\'`/]{6,64})',
    0,
    'strong',
  ),
  // a vendor's mark, what it opens, and what a machine drew
  shape(
    'prefixed-token',
    '_api_|_live_|_test_|_pat_|_secret_|_token_|_key_|_sk_|_prod_|sk_|pat_|tok_',
    '(?!pk_|pub|anon)(?:[a-z][a-z0-9]{1,15}_){0,2}(?:api|live|test|pat|sk|tok|secret|token|key|prod|dev)_(?:[a-z]{2,5}_)?(%A{20,90})(?![A-Za-z0-9_-])',
    17,
    'random',
  ),
]
