import { describe, expect, test } from 'vitest'
import { LANGUAGES, languageIn } from './language.ts'

const texts: Readonly<Record<string, string>> = {
  en: 'Your refund was sent yesterday, and it should arrive on your account within three working days.',
  de: 'Ihre Erstattung wurde gestern veranlasst und sollte in drei Werktagen auf Ihrem Konto eingehen.',
  fr: 'Votre remboursement a été envoyé hier et devrait arriver sur votre compte sous trois jours ouvrables.',
  es: 'Su reembolso se envió ayer y debería llegar a su cuenta en un plazo de tres días laborables.',
  ru: 'Ваш возврат был отправлен вчера и должен поступить на ваш счет в течение трех рабочих дней.',
  zh: '您的退款已于昨天发出,应该会在三个工作日内到达您的账户,请您耐心等待,如有任何问题请随时与我们联系,我们会尽快为您处理,谢谢您的理解和支持。',
}
describe('a text in', () => {
  test.each(Object.entries(texts))('%s is what is expected, and nothing else', (code, text) => {
    expect(languageIn(text, [code])).toEqual([])
    const others = Object.keys(texts).filter((other) => other !== code)
    expect(languageIn(text, others)).toMatchObject([{ guard: 'language', rule: 'language/other', start: 0 }])
    expect(languageIn(text, ['en', code])).toEqual([])
  })
})
test.each([
  ['short', 'Danke sehr!'],
  ['code', `\`\`\`\n${'const x = warum(und, wieso) // nicht\n'.repeat(20)}\`\`\``],
  ['numbers', '1234 5678 '.repeat(20)],
  ['empty', ''],
])('%s texts are not judged', (_, text) => expect(languageIn(text, ['en'])).toEqual([]))
test('is told in words that say nothing of the text', () => {
  const [one] = languageIn(texts.de as string, ['en', 'fr'])
  expect(one?.why).toBe('Reads as de; en, fr is expected.')
  expect(LANGUAGES).toContain('uk')
})
