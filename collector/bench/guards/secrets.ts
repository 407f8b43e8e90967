/**
 * Secrets of every type in the places where people leave them, and what only looks like one: a labelled set that is
 * drawn anew from its seed. Rules were never derived from it.
 */
import { type GuardPolicy, guard } from '@outrider/policies/guards'
import { type Chance, createChance } from '../chance.ts'
import { type Credential, credentials } from './credential.ts'
import { naiveSecret } from './naive.ts'
import { count, f1, falseRate, precision, recall, type Tally, table, tally } from './tally.ts'

const SEED = 20_261_121
/** Texts of each type. */
const EACH = 6

type Carrier = (name: string, value: string, chance: Chance) => string

const camel = (name: string) => name.toLowerCase().replace(/[_.]+(\w)/g, (_, next: string) => next.toUpperCase())
const dashed = (name: string) => name.toLowerCase().replaceAll('_', '-')
const words = (name: string) => name.toLowerCase().replaceAll('_', ' ')
const json = (text: string) => JSON.stringify(text)

/** Places that say the name of what they hold. */
const naming: readonly Carrier[] = [
  (name, value) => `# production\nNODE_ENV=production\n${name}=${value}\nPORT=8080\n`,
  (name, value) => `export ${name}="${value}"\nnpm run deploy`,
  (name, value) => `{\n  "region": "eu-west-1",\n  ${json(camel(name))}: ${json(value)},\n  "retries": 3\n}`,
  (name, value) => `service:\n  replicas: 2\n  env:\n    - name: ${name}\n      value: ${json(value)}\n`,
  (name, value) => `config:\n  ${name.toLowerCase()}: '${value}'\n  timeout: 30s`,
  (name, value) => `import os\nos.environ["${name}"] = "${value}"\nclient = Client()`,
  (name, value) => `const ${camel(name)} = '${value}';\nexport default create({ ${camel(name)} });`,
  (name, value) => `var cfg = Config{\n\t${camel(name)}: ${json(value)},\n\tTimeout: 5 * time.Second,\n}`,
  (name, value) => `resource "app" "main" {\n  ${name.toLowerCase()} = ${json(value)}\n}`,
  (name, value) => `FROM node:22\nENV ${name}=${value}\nCMD ["node", "server.js"]`,
  (name, value) => `2026-11-20T08:14:03Z WARN config: ${name}=${value} is deprecated, use the vault`,
  (name, value) => `[default]\n${dashed(name)} = ${value}\nregion = us-east-1`,
  (name, value) => `app.${name.toLowerCase().replaceAll('_', '.')}=${value}`,
  (name, value) => `docker run -e ${name}=${value} -p 80:80 acme/api`,
  (name, value) => `Hi, the job fails with 401. Our ${words(name)} is ${value} – is that still valid?`,
  (name, value) => `I set ${name} to \`${value}\` as you said, and it still does not work.`,
  (name, value) => `UPDATE settings SET value = '${value}' WHERE name = '${name}'; -- ${name}: '${value}'`,
  (name, value) => `${json(JSON.stringify({ name: 'api', [name]: value }))}`,
  (name, value) => `System.setProperty("${name}", "${value}");`,
  (name, value) => `| name | value |\n|---|---|\n| ${name} | ${value} |\n`,
  (name, value) => `-e ${name.toLowerCase()}=${value}&debug=true`,
]

/** Places that say nothing: the value must speak for itself. */
const silent: readonly Carrier[] = [
  (_, value) => `use this one: ${value}`,
  (_, value) => `curl https://api.acme.com/v1/items -H "Authorization: Bearer ${value}"`,
  (_, value) => `const client = new Client("${value}")`,
  (_, value) => `Error: 401 for ${value}\n    at request (/app/index.js:10:5)`,
  (_, value) => `{"messages":[{"role":"user","content":"my key ${value} stopped working"}]}`,
  (_, value) => `GET /hook?k=${encodeURIComponent(value)} HTTP/1.1\nHost: acme.com`,
  (_, value) => `Voici la clé : ${value}. Merci de la supprimer.`,
  (_, value) => `| prod | ${value} | 2026 |`,
]

interface Labelled {
  readonly family: string
  readonly type: string
  readonly text: string
  readonly isSecret: boolean
}

export function labelled(): readonly Labelled[] {
  const chance = createChance(SEED)
  const leaks = credentials().flatMap((one) => leaksOf(one, chance))
  return [...leaks, ...harmless(chance)]
}

function leaksOf({ family, type, names, isTelling, value }: Credential, chance: Chance): readonly Labelled[] {
  return Array.from({ length: EACH }, (_, at) => {
    const carriers = isTelling && at % 2 === 1 ? silent : naming
    const plain = chance.pick(names)
    const name = chance.below(4) === 0 ? `${chance.pick(['PROD', 'MY', 'STAGING', 'ACME'])}_${plain}` : plain
    return { family, type, text: chance.pick(carriers)(name, value(chance), chance), isSecret: true }
  })
}

const draw = (chance: Chance, set: string, length: number) =>
  Array.from({ length }, () => chance.pick([...set])).join('')
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const ALNUM = `${LOWER}${LOWER.toUpperCase()}0123456789`
const HEX = '0123456789abcdef'
const variable = (name: string) => `\${${name}}`
const uuid = (chance: Chance) => [8, 4, 4, 4, 12].map((size) => draw(chance, HEX, size)).join('-')

/** What is no secret and looks like one, by kind. */
const lookalikes: Readonly<Record<string, readonly ((chance: Chance) => string)[]>> = {
  identifiers: [
    (c) => `{"id":"${uuid(c)}","sessionId":"${uuid(c)}","tenant":"acme"}`,
    (c) => `request_id=${uuid(c)} user_id=${uuid(c)} status=200`,
    (c) => `traceparent: 00-${draw(c, HEX, 32)}-${draw(c, HEX, 16)}-01`,
    (c) => `trace ${draw(c, HEX, 32)} span ${draw(c, HEX, 16)} took 12 ms`,
    (c) => `{"id":"chatcmpl-${draw(c, ALNUM, 29)}","object":"chat.completion"}`,
    (c) => `{"id":"msg_01${draw(c, ALNUM, 22)}","tool_use_id":"toolu_01${draw(c, ALNUM, 22)}"}`,
    (c) => `call_${draw(c, ALNUM, 24)} -> resp_${draw(c, HEX, 48)}`,
    (c) => `thread_${draw(c, ALNUM, 24)} run_${draw(c, ALNUM, 24)} asst_${draw(c, ALNUM, 24)}`,
    (c) => `arn:aws:iam::${draw(c, '0123456789', 12)}:role/deploy-${draw(c, ALNUM, 8)}`,
    (c) => `customer cus_${draw(c, ALNUM, 14)} paid in_1${draw(c, ALNUM, 23)} with pm_1${draw(c, ALNUM, 23)}`,
    (c) => `pod/api-${draw(c, HEX, 10)}-${draw(c, LOWER, 5)} restarted; node ip-10-0-3-17.ec2.internal`,
    (c) => `x-amzn-requestid: ${uuid(c)}\nx-request-id: ${draw(c, ALNUM, 26)}\ncf-ray: ${draw(c, HEX, 16)}-FRA`,
    (c) => `client_id: ${draw(c, '0123456789', 12)}-${draw(c, `${LOWER}0123456789`, 32)}.apps.googleusercontent.com`,
    (c) => `AZURE_TENANT_ID=${uuid(c)}\nAZURE_CLIENT_ID=${uuid(c)}\nAZURE_SUBSCRIPTION_ID=${uuid(c)}`,
    (c) => `https://${draw(c, HEX, 32)}@o${draw(c, '0123456789', 6)}.ingest.sentry.io/${draw(c, '0123456789', 7)}`,
    (c) => `tx 0x${draw(c, HEX, 64)} from 0x${draw(c, HEX, 40)}`,
    (c) => `NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY=pk_live_${draw(c, ALNUM, 24)}`,
    (c) => `next_page_token: "${draw(c, ALNUM, 44)}", total_tokens: 1204`,
    (c) => `idempotency-key: ${uuid(c)}\ncontinuation_token=${draw(c, ALNUM, 32)}`,
  ],
  hashes: [
    (c) => `commit ${draw(c, HEX, 40)}\nAuthor: Ann <ann@acme.com>`,
    (c) => `index ${draw(c, HEX, 7)}..${draw(c, HEX, 7)} 100644\n+++ b/src/token.ts`,
    (c) => `image: acme/api@sha256:${draw(c, HEX, 64)}`,
    (c) => `"integrity": "sha512-${draw(c, `${ALNUM}+/`, 86)}=="`,
    (c) => `<script src="/a.js" integrity="sha384-${draw(c, `${ALNUM}+/`, 64)}" crossorigin></script>`,
    (c) => `etag: "${draw(c, HEX, 32)}"\nx-checksum-sha1: ${draw(c, HEX, 40)}`,
    (c) => `${draw(c, HEX, 64)}  outrider-1.2.0.tar.gz`,
    (c) => `requests==2.32.3 --hash=sha256:${draw(c, HEX, 64)}`,
    (c) => `h1:${draw(c, `${ALNUM}+/`, 43)}=\ngolang.org/x/sys v0.29.0 h1:${draw(c, `${ALNUM}+/`, 43)}=`,
    (c) => `SHA256 fingerprint: ${Array.from({ length: 16 }, () => draw(c, HEX, 2)).join(':')}`,
    (c) => `main.${draw(c, HEX, 20)}.chunk.js 412 kB\nvendor-${draw(c, ALNUM, 8)}.css`,
    (c) => `cache_key=${draw(c, HEX, 32)} hit=true`,
    (c) => `password_hash: ${draw(c, HEX, 64)}`,
    (c) => `script-src 'nonce-${draw(c, `${ALNUM}+/`, 22)}=='`,
  ],
  placeholders: [
    () => 'OPENAI_API_KEY=sk-your-key-here\nANTHROPIC_API_KEY=your_anthropic_key',
    () => 'export GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    () => 'Set `HF_TOKEN` to `hf_...` and `STRIPE_SECRET_KEY` to `sk_test_...`.',
    () => 'api_key: <YOUR_API_KEY>\nsecret: "<insert secret here>"',
    () => 'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    () => 'postgres://user:password@localhost:5432/app\nredis://:changeme@redis:6379',
    () => 'Authorization: Bearer YOUR_ACCESS_TOKEN',
    () => 'password: "********"\ntoken: "[REDACTED]"',
    () => 'the key begins with sk-ant-api03- and ends with AA; ours is sk-ant-…wxyz',
    () => 'SLACK_BOT_TOKEN=xoxb-your-token\nSLACK_SIGNING_SECRET=changeme',
    () => 'DATADOG_API_KEY=00000000000000000000000000000000',
    () => 'client_secret = "REPLACE_WITH_YOUR_CLIENT_SECRET"',
    () => 'Bearer <token>, or X-API-Key: {api_key}',
    () => 'password=dummy-password-for-tests user=test',
  ],
  references: [
    () => `const key = process.env.OPENAI_API_KEY\nif (!key) throw new Error('OPENAI_API_KEY is missing')`,
    () => `api_key=os.environ["ANTHROPIC_API_KEY"], secret=settings.STRIPE_SECRET_KEY`,
    () => ['GITHUB_TOKEN', 'NPM_TOKEN'].map((name) => `  ${name}: ${variable(`{ secrets.${name} }`)}`).join('\n'),
    () => `DATABASE_URL=postgres://${variable('DB_USER')}:${variable('DB_PASSWORD')}@${variable('DB_HOST')}/app`,
    () => 'password: {{ .Values.db.password | quote }}\ntoken: {{ vault "kv/app#token" }}',
    () => 'secretKeyRef:\n  name: db-credentials\n  key: password',
    () => 'PASSWORD=$(aws secretsmanager get-secret-value --secret-id prod/db)',
    () => 'token = await getToken(user.id)\nconst secret = loadSecret("billing")',
    () => 'apiKey: config.get("stripe.apiKey"), password: req.body.password,',
    () => 'OP_TOKEN="op://vault/item/field"\nDB_PASSWORD=file:/run/secrets/db',
    () => 'password: credentials.password ?? defaultPassword',
    () => 'headers = {"Authorization": f"Bearer {token}", "X-Api-Key": API_KEY}',
  ],
  prose: [
    () => 'The password must have at least 12 characters, one digit and one symbol.',
    () => 'Please rotate the API key every 90 days; the token expires after an hour.',
    () => 'I forgot my password and the reset link says the token is invalid.',
    () => 'Das Passwort ist abgelaufen, bitte setzen Sie ein neues.',
    () => 'Le mot de passe est incorrect. La clé API est introuvable.',
    () => 'A secret is mounted at /var/run/secrets/kubernetes.io/serviceaccount/token.',
    () => 'The access token is a JWT with three parts, the secret is shared by both sides.',
    () => 'max_tokens: 4096, token_count: 1832, tokens_per_minute: 90000',
    () => 'keyboard_key=Enter monkey=banana hotkey: ctrl+shift+p',
    () => 'Basic knowledge of tokenizers helps; bearer of this letter may enter.',
    () => '<input type="password" name="password" autocomplete="current-password" placeholder="Password">',
    () => 'passwordResetExpiry: 3600, passwordMinLength: 12, tokenType: "Bearer"',
    () => 'secretName: tls-cert-2026\nserviceAccountName: builder',
  ],
  data: [
    (c) => `data:image/png;base64,iVBORw0KGgo${draw(c, `${ALNUM}+/`, 600)}=`,
    (c) => `.a{background:url(data:font/woff2;base64,d09GMgABAAAAA${draw(c, `${ALNUM}+/`, 400)})}`,
    (c) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${draw(c, `${ALNUM}+/`, 43)} ann@laptop`,
    (c) =>
      `-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A${draw(c, `${ALNUM}+/`, 32)}\n-----END PUBLIC KEY-----`,
    (c) => `-----BEGIN CERTIFICATE-----\nMIID${draw(c, `${ALNUM}+/`, 60)}\n-----END CERTIFICATE-----`,
    (c) =>
      `function ${draw(c, LOWER, 1)}(e,t){return e.key===t.key?${draw(c, LOWER, 2)}(e):null}var _0x${draw(c, HEX, 4)}=["${draw(c, ALNUM, 12)}"]`,
    (c) => `{"lat":52.5200066,"lng":13.404954,"hash":"u33${draw(c, `${LOWER}0123456789`, 9)}"}`,
    (c) => `"resolved": "https://registry.example/left-pad/-/left-pad-1.3.0.tgz", "shasum": "${draw(c, HEX, 40)}"`,
    (c) => `ipfs://Qm${draw(c, ALNUM.replace(/[0OIl]/g, ''), 44)}`,
    (c) => `https://youtu.be/${draw(c, ALNUM, 11)}?si=${draw(c, ALNUM, 16)}`,
    (c) => `https://docs.acme.com/d/${draw(c, ALNUM, 44)}/edit?usp=sharing`,
    (c) => `Message-ID: <${draw(c, ALNUM, 28)}@mail.acme.com>`,
    (c) => `FLAG_${draw(c, LOWER.toUpperCase(), 6)}=enabled KEY_COUNT=12 TOKEN_LIMIT=8000`,
    (c) => `public_key: ${draw(c, HEX, 64)}\nfingerprint: ${draw(c, HEX, 40)}`,
  ],
}

function harmless(chance: Chance): readonly Labelled[] {
  return Object.entries(lookalikes).flatMap(([family, makers]) =>
    makers.flatMap((make, at) =>
      Array.from({ length: 4 }, () => ({ family, type: `${family} ${at}`, text: make(chance), isSecret: false })),
    ),
  )
}

/** @param everyday texts that hold none, of the packages installed here */
export function ownSecretTable(everyday: readonly string[], policy: GuardPolicy): string {
  const rows = new Map<string, { ours: Tally; theirs: Tally }>()
  const missed = new Map<string, number>()
  const add = (family: string, isSecret: boolean, text: string) => {
    const row = rows.get(family) ?? { ours: tally(), theirs: tally() }
    rows.set(family, row)
    const isFound = guard(text, 'input', policy).findings.some((one) => one.guard === 'secret')
    count(row.ours, isSecret, isFound)
    count(row.theirs, isSecret, naiveSecret(text))
    return isFound
  }
  const set = labelled()
  for (const { family, type, text, isSecret } of set) {
    if (isSecret !== add(family, isSecret, text)) missed.set(type, (missed.get(type) ?? 0) + 1)
  }
  for (const text of everyday) add('everyday: installed packages', false, text)
  const whole = (of: 'ours' | 'theirs') => {
    const all = tally()
    for (const row of rows.values()) for (const key of ['tp', 'fp', 'fn', 'tn'] as const) all[key] += row[of][key]
    return all
  }
  const line = (name: string, ours: Tally, theirs: Tally) => {
    const figures = [precision(ours), recall(ours), f1(ours), falseRate(ours), recall(theirs), falseRate(theirs)]
    return [name, String(ours.tp + ours.fn), String(ours.fp + ours.tn), ...figures]
  }
  const lines = [...rows].map(([family, { ours, theirs }]) => line(family, ours, theirs))
  lines.push(line('**all**', whole('ours'), whole('theirs')))
  const types = new Set(set.filter(({ isSecret }) => isSecret).map(({ type }) => type)).size
  const worst = [...missed].sort((a, b) => b[1] - a[1]).slice(0, 30)
  return [
    `Secrets, ${types} types and what looks like them, drawn from the issuers' forms`,
    table(
      ['family', 'secrets', 'others', 'precision', 'recall', 'F1', 'false alarms', 'naive recall', 'naive false'],
      lines,
    ),
    `Told wrong most often: ${worst.map(([type, times]) => `${type} ${times}`).join(', ') || 'none'}`,
  ].join('\n\n')
}
