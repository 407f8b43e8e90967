/** Answers that must be JSON of a form. One that is not goes back to its model with what is wrong. */
import { DeniedError } from '@outrider/sdk'
import { ask, type Question } from './ask.ts'

export interface Fitting {
  /** What the schema says. */
  readonly value: unknown
  /** What was wrong with the answers before. */
  readonly problems: readonly string[]
}

const REPAIRS = 2

/** Rejects with the DeniedError of the last answer where none fits. */
export async function askFitting(question: Question & Required<Pick<Question, 'schema'>>): Promise<Fitting> {
  const messages = [...question.messages]
  const problems: string[] = []
  for (let repair = 0; ; repair += 1) {
    try {
      const { text } = await ask({ ...question, messages })
      return { value: JSON.parse(text), problems }
    } catch (error) {
      const wrong = problemsOf(error)
      if (wrong.length === 0 || repair === REPAIRS) throw error
      problems.push(...wrong)
      messages.push({ role: 'user', content: `Your answer does not fit: ${wrong.join(' ')} Answer again, corrected.` })
    }
  }
}

/** Of the schema only: what else is denied is for nobody to repair. */
function problemsOf(error: unknown): string[] {
  if (!(error instanceof DeniedError) || error.code !== 'GUARD_BLOCKED') return []
  const ofSchema = error.reasons.filter(({ rule }) => rule.startsWith('schema/'))
  return ofSchema.length === error.reasons.length ? ofSchema.map(({ message }) => message) : []
}
