import { describe, expect, test } from 'vitest'
import { clean } from '../clean.ts'
import { sensitiveIn } from '../sensitive.ts'
import { namedRules, prefixRules, shapeRules } from './rule.ts'
import { secretRules } from './secret.ts'

const rules = (text: string, wide = false) =>
  sensitiveIn(clean(text), { pii: false, secrets: true, threshold: 0.5, wide }).map(
    (one) => `${one.rule} ${text.slice(one.start, one.end)}`,
  )

/** Numbers that look random and are always the same. */
function dice(seed: number) {
  let state = seed
  return (below: number) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}

/** A random text of an expression made of classes, groups, alternatives and counts. */
function sample(source: string, roll: (below: number) => number): string {
  let at = 0
  const choice = (): string => {
    const options: string[] = ['']
    while (at < source.length && source[at] !== ')') {
      if (source[at] === '|') {
        options.push('')
        at++
      } else options.push((options.pop() as string) + repeated())
    }
    return options[roll(options.length)] as string
  }
  const repeated = (): string => {
    const from = at
    const first = atom()
    const count = /^(?:\{(\d+)(?:,(\d+))?\}|\?)/.exec(source.slice(at))
    if (count === null) return first
    const after = at + count[0].length
    const least = count[0] === '?' ? 0 : Number(count[1])
    const most = count[0] === '?' ? 1 : Number(count[2] ?? count[1])
    let all = least === 0 && most === 0 ? '' : ''
    for (let n = least + roll(Math.min(most - least, 12) + 1); n > 0; n--) {
      at = from
      all += atom()
    }
    at = after
    return all
  }
  const atom = (): string => {
    const char = source[at++] as string
    if (char === '(') {
      if (source.startsWith('?:', at)) at += 2
      const inner = choice()
      at++
      return inner
    }
    if (char === '[') {
      const end = source.indexOf(']', at)
      const set = source.slice(at, end).replace(/\\w/g, 'a-zA-Z0-9_').replace(/\\d/g, '0-9').replace(/\\/g, '')
      at = end + 1
      const chars = set.startsWith('^')
        ? 'abcXYZ019'
        : set.replace(/(\w)-(\w)/g, (_, a: string, b: string) => {
            return Array.from({ length: b.charCodeAt(0) - a.charCodeAt(0) + 1 }, (_, i) =>
              String.fromCharCode(a.charCodeAt(0) + i),
            ).join('')
          })
      return chars[roll(chars.length)] as string
    }
    if (char !== '\\') return char === '^' || char === '$' ? '' : char
    const escaped = source[at++] as string
    if (escaped === 'd') return String(roll(10))
    if (escaped !== 'x') return escaped
    at += 2
    return String.fromCharCode(Number.parseInt(source.slice(at - 2, at), 16))
  }
  return choice()
}

test('at least 150 kinds, each by a name of its own', () => {
  expect(new Set(secretRules).size).toBe(secretRules.length)
  expect(prefixRules.length).toBeGreaterThan(150)
  expect(shapeRules.length).toBeGreaterThan(15)
})

describe('each kind finds its own', () => {
  test.each(prefixRules)('$id', ({ shape }) => {
    const roll = dice(7)
    let seen = 0
    for (let i = 0; i < 20; i++) {
      const text = `key: ${sample(shape.source, roll)}\n`
      if (rules(text).length > 0) seen++
    }
    expect(seen).toBeGreaterThanOrEqual(15)
  })
  test.each(namedRules)('$id', ({ shape, anchors }) => {
    const roll = dice(11)
    let seen = 0
    for (let i = 0; i < 20; i++) {
      const value = sample(shape.source, roll)
      const name = (anchors[0] as string).replaceAll(/[- ]/g, '_')
      if (rules(`${name.toUpperCase()}_API_KEY=${value}\n`).length > 0) seen++
      if (rules(`{"${name}_token": "${value}"}`).length > 0) seen++
    }
    expect(seen).toBeGreaterThanOrEqual(26)
  })
})

describe('told', () => {
  test.each([
    ['my password is hunter2!', 'hunter2!'],
    ['password: Tr0ub4dor&3', 'Tr0ub4dor&3'],
    ['{"password":"P@ssw0rd2024!"}', 'P@ssw0rd2024!'],
    ['{"a":"{\\"password\\":\\"P@ssw0rd2024!\\"}"}', 'P@ssw0rd2024!'],
    ['postgres://admin:xK9#mPq2vL@db.prod.internal:5432/app', 'admin:xK9#mPq2vL'],
    ['curl -u admin:Zx81kLmQ https://x.io', 'Zx81kLmQ'],
    ['Authorization: Bearer 8f3KdL29xQpZ7vRt51NwYcBh', '8f3KdL29xQpZ7vRt51NwYcBh'],
    ['Authorization: Basic dXNlcjpwYXNzd29yZA==', 'dXNlcjpwYXNzd29yZA=='],
    ['Authorization: token 9f8Kd02LmQx7Zt4VbN1c9f8K', '9f8Kd02LmQx7Zt4VbN1c9f8K'],
    ["const apiKey = 'aB3kLm92xZqPw7RtYvN4cD8e'", 'aB3kLm92xZqPw7RtYvN4cD8e'],
    ['the api key for staging is 9f8Kd02LmQx7Zt4VbN1c', '9f8Kd02LmQx7Zt4VbN1c'],
    ['Server=x;User Id=sa;Password=xK9!mPq2vL;', 'xK9!mPq2vL'],
    ['<password>xK9!mPq2vL</password>', 'xK9!mPq2vL'],
    ["identified by 'Gr33nT34!'", 'Gr33nT34!'],
    ['Here is the password for prod: X9$kLq!2', 'X9$kLq!2'],
    ['jdbc:mysql://h/db?user=root&password=xK9mPq2vL', 'xK9mPq2vL'],
    ['JWT_SECRET=9f8Kd02LmQx7Zt4VbN1c', '9f8Kd02LmQx7Zt4VbN1c'],
    ['- name: DD_API_KEY\n  value: "d48c3cac5f44538f5e124cee93ad1eb5"', 'd48c3cac5f44538f5e124cee93ad1eb5'],
    ['{"name": "DB_PASSWORD", "value": "xK9!mPq2vL"}', 'xK9!mPq2vL'],
    ['app.honeycomb.api.key=s64gx1u6o9uwsrqaoq47xjapxrm8ct83', 's64gx1u6o9uwsrqaoq47xjapxrm8ct83'],
    ['our travis token is IFLhjDxkoqEyMJqvrETkZF1', 'IFLhjDxkoqEyMJqvrETkZF1'],
    ['I set SNYK_TOKEN to `76b92931-29a4-55db-4fb3-9e370b13186a`', '76b92931-29a4-55db-4fb3-9e370b13186a'],
    ['encryptionKey: "o3Gi8dygD1Sxpw2ax/b41PsYO1yo8uTAib="', 'o3Gi8dygD1Sxpw2ax/b41PsYO1yo8uTAib='],
    ['ENCRYPTION_KEY=/byWi9x38TkE+bvVbowUJ/oKyd7KDPyuYuWhf+GE53P=', '/byWi9x38TkE+bvVbowUJ/oKyd7KDPyuYuWhf+GE53P='],
    ['SESSION_SECRET=XSGEdWtapnTCtafRgdkGxOrSQrZehymXwtC5XacQ', 'XSGEdWtapnTCtafRgdkGxOrSQrZehymXwtC5XacQ'],
    ['railwayToken: "d98e3a16-fd96-8708-3a90-88402bec76a4"', 'd98e3a16-fd96-8708-3a90-88402bec76a4'],
    [
      `see ${'7hQ2'.repeat(13)}JQQJ99BCACYeBjFXJ3w3AAABACOGPAKx`,
      `${'7hQ2'.repeat(13)}JQQJ99BCACYeBjFXJ3w3AAABACOGPAKx`,
    ],
    ['la clé : hMy8Q~NG21f26NSGPPHT1V5p73i4Q8HD-IC1_r7i', 'hMy8Q~NG21f26NSGPPHT1V5p73i4Q8HD-IC1_r7i'],
    [
      "client.login('MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs')",
      'MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs',
    ],
    [
      'GET /hook?k=mysql%3A%2F%2Froot%3ANVoT9hMoYQ1G%4010.0.0.4%2Forders HTTP/1.1',
      'mysql%3A%2F%2Froot%3ANVoT9hMoYQ1G%4010.0.0.4%2Forders',
    ],
    ['System.setProperty("API_KEY", "aB3kLm92xZqPw7RtYvN4cD8e");', 'aB3kLm92xZqPw7RtYvN4cD8e'],
    ['| API_KEY | aB3kLm92xZqPw7RtYvN4cD8e |', 'aB3kLm92xZqPw7RtYvN4cD8e'],
    ['LDAP password   ----  H7IKC85R#@4', 'H7IKC85R#@4'],
    ["the password for user 'ann' is 'adm1n77' now", 'adm1n77'],
    ['new NetworkCredential("ann@acme.com", "vzihlaquknriqlht")', 'vzihlaquknriqlht'],
    ['psexec \\\\10.0.0.7 -u ACME\\ann -p br4ksha shutdown', 'br4ksha'],
    ['Server=a;User ID=b;Password=#gets0m3;Trusted=False', '#gets0m3'],
    [
      "SECRET_KEY = 'django-insecure-_du9e^cmago!%(^+=gr@cu@v9-v7ulhbk'",
      'django-insecure-_du9e^cmago!%(^+=gr@cu@v9-v7ulhbk',
    ],
    ['Authorization: SSWS 00QCjAl4MlV-WPXM-7HDEKGHIZKL-0HmjFx', '00QCjAl4MlV-WPXM-7HDEKGHIZKL-0HmjFx'],
    ['variable "api_token" {\n  default = "4EWTpRQT9HJtG7nL5agxacgz"\n}', '4EWTpRQT9HJtG7nL5agxacgz'],
    ['fbApiKey:            "171e84fd57f430fc59afa8fad3dbda2a",', '171e84fd57f430fc59afa8fad3dbda2a'],
    // by a word of another language
    ['Das Passwort lautet violet_falcon76', 'violet_falcon76'],
    ['Mi contraseña es anchor78', 'anchor78'],
    ['mot de passe : Harbor@898', 'Harbor@898'],
    ['мой пароль — Z0MnMmqc4k%39', 'Z0MnMmqc4k%39'],
    ['数据库密码为Ts5909qY0z#75，请勿外传', 'Ts5909qY0z#75'],
    ['パスワードはCopper9794!です', 'Copper9794!'],
    ['كلمة المرور: Winter@802', 'Winter@802'],
    // by people who write one down
    ['**Password:** Tiger7896!', 'Tiger7896!'],
    ["the admin password's Anchor3372!", 'Anchor3372!'],
    ['Password for the staging box (root): P@anchor79', 'P@anchor79'],
    ['user/pass: admin / Copper@458pickle', 'Copper@458pickle'],
    ['here are the creds - admin:WhNT5WeP89%01', 'WhNT5WeP89%01'],
    ['name,username,password\nBob,bob,Falcon@521summer', 'Falcon@521summer'],
    ['| user | password |\n|---|---|\n| bob | Sunny5864! |', 'Sunny5864!'],
    ['curl https://h -u "k7Hq2Zp9Lm4Wx:"', 'k7Hq2Zp9Lm4Wx'],
    ['const password = "MySecretPassword123!"', 'MySecretPassword123!'],
    ['use sk_car_Jk9Lm2Np3Qr4St5Uv6Wx for voices', 'sk_car_Jk9Lm2Np3Qr4St5Uv6Wx'],
    ["curl --user kevin:'pRf7vG2h1L8nQkW9' -iX PATCH", 'pRf7vG2h1L8nQkW9'],
    ['curl -u ":d2LkV78zLx!t" https://h:9200', 'd2LkV78zLx!t'],
    ["--header 'Authorization:  5eb4223e-5008-46e5-be67-c7b8f2732305'", '5eb4223e-5008-46e5-be67-c7b8f2732305'],
    ['kind: Secret\ndata:\n  # in base64\n  key: bXlwYXNzd29yZA==', 'bXlwYXNzd29yZA=='],
    // in programs
    [
      '{"a":"{\\"b\\":\\"{\\\\\\"api_key\\\\\\":\\\\\\"6df45aa4608816f43ab0fe7fa549bfe6\\\\\\"}\\"}"}',
      '6df45aa4608816f43ab0fe7fa549bfe6',
    ],
    ['const dbPassword: string = "P@violet86";', 'P@violet86'],
    ['let api_key: &str = "ea84357ae110517ef74f99e9783eac11";', 'ea84357ae110517ef74f99e9783eac11'],
    ['ds.setPassword("Tiger8540!");', 'Tiger8540!'],
    ['new AzureKeyCredential("f768ab0de2bdebc4c34b9eb3a213b0d4")', 'f768ab0de2bdebc4c34b9eb3a213b0d4'],
    ['req.SetBasicAuth("bob", "Pickle@355harbor")', 'Pickle@355harbor'],
    ["new mysqli('localhost', 'root', 'wRpGHcH5LS?27', 'shop')", 'wRpGHcH5LS?27'],
    ['ConvertTo-SecureString "Rocket9800!" -AsPlainText', 'Rocket9800!'],
    ["CREATE USER app WITH PASSWORD 'Hunter@162';", 'Hunter@162'],
    ['<key>ApiKey</key>\n<string>a19d248e4810dbdd63dde3a3affcb330</string>', 'a19d248e4810dbdd63dde3a3affcb330'],
    ['export STORMGLASS_KEY=ff948291cf47342cee8314aa8a74e07d', 'ff948291cf47342cee8314aa8a74e07d'],
    ['ZENHUB_TOKEN: f064c981-e5fc-c110-5c4b-b9417af92971', 'f064c981-e5fc-c110-5c4b-b9417af92971'],
    ['mySecretString=aNCTVT3L0oRapQUxoBrHptjNqakQrE', 'aNCTVT3L0oRapQUxoBrHptjNqakQrE'],
    // in commands and addresses
    ['redis-cli -h cache -a Hunter@602anchor ping', 'Hunter@602anchor'],
    ['http --auth deploy:zt8PVan4n8Sw4i2k https://x.corp.net', 'zt8PVan4n8Sw4i2k'],
    ["echo 'deploy:Rocket2194!' | chpasswd", 'Rocket2194!'],
    ['enable password MyS3cretP@ss', 'MyS3cretP@ss'],
    ['jdbc:oracle:thin:scott/13MLJGaPU3XBX34G@//db:1521/orcl', '13MLJGaPU3XBX34G'],
    ['https://maps.corp.net/tile?x=1&key=5jU0YtsQgQE3jyxgKfJHsyVkiYJONU37', '5jU0YtsQgQE3jyxgKfJHsyVkiYJONU37'],
    ['/b/k?X-Amz-Signature=72e09754eb63bdc160c9bc8e7faf8fc2', '72e09754eb63bdc160c9bc8e7faf8fc2'],
    ['Set-Cookie: connect.sid=s%3AGE1bE0ovat1KeKcVwIEaxQHtN2FEZze1; Path=/', 's%3AGE1bE0ovat1KeKcVwIEaxQHtN2FEZze1'],
    ['we use sk_voz_Jk9Lm2Np3Qr4St5Uv6Wx for voices', 'sk_car_Jk9Lm2Np3Qr4St5Uv6Wx'.slice(7)],
    // a word of four letters stands in a long one by chance
    [`xoxe-1-${'7Hq2mockLr9Vn4Tz8Kd3'.repeat(7)}`, `xoxe-1-${'7Hq2mockLr9Vn4Tz8Kd3'.repeat(7)}`],
  ])('%s', (text, value) => expect(rules(text).map((one) => one.slice(one.indexOf(' ') + 1))).toEqual([value]))
})

describe('not told', () => {
  test.each([
    'max_tokens=4096',
    "argon2d('password', 'salt1234', { t: 1 })",
    'docker run -u 1000 -p 8080:80 acme/api',
    'usernameLabel:"User:",passwordLabel:"Password:",rememberMeLabel:"Remember me:"',
    `echo 'export PASSWORD="'$OTHER_PASSWORD'"' >> .env`,
    'this.addPassword = "#add-password";',
    "['email', 'password', 'required|min:8']",
    '| password | string | required |',
    "{ session_id: 'sesn_011CZkZAtmR3yMPDzynEDxu7' }",
    'NewPasswordChallengeV2TriggerEvent = BasePreTokenGenerationV2TriggerEvent<',
    '- name: PASSWORD_FILE\n  value: /run/secrets/db',
    'next=https%3A%2F%2Facme.com%2Fa%2Fb%3Fpage%3D2',
    'token_count: 12345678901234',
    'public_key = "aB3kLm92xZqPw7RtYvN4cD8e"',
    'monkey: banana2000, keyword=foo123bar456, bypass=true1234',
    'OPENAI_API_KEY=sk-your-key-here',
    'api_key = os.environ["API_KEY"]',
    'password = getpass()',
    'password: string',
    'const token = req.headers.authorization',
    'integrity: sha512-Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVGR0hJSktMTU5PUFE==',
    'commit 7c9e6679f7425040de944be07fc1f9097c9e6679',
    'id: 7c9e6679-7425-40de-944b-e07fc1f90ae7, key: 550e8400-e29b-41d4-a716-446655440000',
    'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxx, AKIAIOSFODNN7EXAMPLE',
    'password: ********, api_key: <YOUR_API_KEY>, token: $TOKEN',
    'Authorization: Bearer YOUR_TOKEN',
    'postgres://user:password@localhost/db',
    'the password must contain 8 characters',
    'msg_01XFDUDYJgAACzvnptvVoYEL call_9f8Kd02LmQx7Zt4VbN1c chatcmpl-9f86d081884c7d659a2feaa0c55ad015',
    'token = tokens[i2]',
    'password_hash = bcrypt.hash(pw, 12)',
    'image: repo@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'basic understanding of the bearer of this letter',
    'sk-loading-indicator-circle-big-and-round',
    'googleCredentials: OAuth2Client',
    'Das Passwort ist 8-stellig und läuft bald ab',
    'Passwort: vergessen?',
    'const password: string = input',
    'password("Enter your password")',
    "['minVersion',\n 'passphrase',\n 'pfx2A',\n]",
    'email,password,name\nfill in the form,please,thanks',
    'constructor(credentials: CallCredentials, options: ChannelOptions)',
    'String usernamePassword = "application:" + appKey',
    "put '/forgot-password' => 'cms/sites/passwords#update'",
    'master-keying:x64-uwp=fail',
    "write_key: 's3://{bucket}/events/dt={date}'",
    'mysqladmin create $DB --user="$USER" --password="$PASS"',
    'CACHE_KEY=9f8Kd02LmQx7Zt4VbN1cYw6R',
    'Create a token and pass it to `session.connect(...)`.',
    'curl -u <user:password> https://h, curl --user user:pass --digest',
    'Authorization: AWS4-HMAC-SHA256 SignedHeaders=host;date',
    'kind: ExternalSecret\ndata:\n  - key: MySecretManagerKey',
    'createValidToken("partial-custom-token-2")',
    'my_test_someFunctionNameThatGoesOnForLong',
    'app.js?key=main&v=20260102',
    '[TypeScript Community Discord](https://discord.gg/typescript2)',
  ])('%s', (text) => expect(rules(text)).toEqual([]))
})

test('a store hides examples too', () => {
  const text = 'use AKIAIOSFODNN7EXAMPLE'
  expect(rules(text)).toEqual([])
  expect(rules(text, true)).toEqual(['secret/aws-access-key AKIAIOSFODNN7EXAMPLE'])
})

test('a private key is told to its end, or as far as it goes', () => {
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\nq2w3e4r5==\n-----END RSA PRIVATE KEY-----'
  expect(rules(`x ${key} y`)).toEqual([`secret/private-key ${key}`])
  expect(rules('-----BEGIN PRIVATE KEY----- is how it starts')).toEqual([
    'secret/private-key -----BEGIN PRIVATE KEY-----',
  ])
})

test('a megabyte of anything that leads to a secret comes to an end', () => {
  for (const unit of [
    'sk-',
    'eyJaaaaaaaaaa.',
    'bearer ',
    'password=',
    'token: "',
    '-----BEGIN PRIVATE KEY-----\n',
    '-us',
    'curl ',
    'basic aaaa',
    '\\"',
    'pass is ',
  ]) {
    rules(unit.repeat(500_000 / unit.length))
  }
})
