import { expect, test } from 'vitest'
import { clean } from './clean.ts'
import { sensitiveIn } from './sensitive.ts'

const base64 = (text: string) => btoa(text)
const github = `ghp_${'9Xq2Lr7Vn4Tz8Kd3Wm6Yb1Hc5Jf0Ga2Se4R7'}`
const found = (text: string) => sensitiveIn(clean(text), { pii: false, secrets: true, threshold: 0.5 })

test.each([
  ['of a cluster', `data:\n  token: ${base64(github)}\n`, base64(github)],
  ['alone', base64(github), base64(github)],
  [
    'with words around',
    `x ${base64(`{"user":"ann","token":"${github}"}`)} y`,
    base64(`{"user":"ann","token":"${github}"}`),
  ],
])('a secret in base64 %s is found where it was written', (_, text, run) => {
  const [one] = found(text)
  expect(one).toMatchObject({ guard: 'secret', type: 'SECRET' })
  const start = text.indexOf(run)
  expect(text.slice(one?.start, one?.end)).toContain(run.replace(/=+$/, ''))
  expect(one?.start).toBe(start)
})
test('says how it was written', () => {
  expect(found(`note ${base64(github)} end`)[0]).toMatchObject({ view: 'base64', rule: 'secret/github-pat' })
})
test.each([
  base64('All is well with the order that you asked about, thank you.'),
  base64('password = your-password-here, key: example'),
  'd2hhdCBhIGxvdmVseSBkYXkgaXQgaXMgaW4gdGhlIHBhcms',
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk',
])('other base64 is none: %s', (text) => expect(found(text)).toEqual([]))
