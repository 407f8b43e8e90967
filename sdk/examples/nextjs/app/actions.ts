'use server'

import { ask } from '../ask'

/** A server action: what the form's button calls. */
export async function answer(_: string, form: FormData): Promise<string> {
  return await ask(String(form.get('question')), 'u-42')
}
