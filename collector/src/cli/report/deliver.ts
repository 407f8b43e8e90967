/** Where a report goes besides standard output: a file, a webhook, a mailbox. */
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createTransport } from 'nodemailer'
import { Webhook } from 'standardwebhooks'
import { CommandFailure, exitCode } from '../failure.ts'

const TIMEOUT_MS = 15_000

export function save(file: string, content: string): void {
  try {
    writeFileSync(file, content)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new CommandFailure(
      exitCode.failed,
      `Cannot write ${file} (${code}).`,
      'Give --out a file in a folder that exists.',
    )
  }
}

/** Standard Webhooks, signed where there is a secret: `{type: 'report.daily', timestamp, data: report}`. */
export async function callWebhook(
  url: string,
  secretFile: string | undefined,
  type: string,
  data: object,
): Promise<void> {
  const id = `report_${randomUUID()}`
  const at = new Date()
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data })
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  }
  if (secretFile !== undefined) headers['webhook-signature'] = new Webhook(secretOf(secretFile)).sign(id, at, body)
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch {
    throw new CommandFailure(
      exitCode.unreachable,
      'The webhook could not be reached.',
      'Check --webhook; redirects are not followed.',
    )
  }
  if (!response.ok) throw new CommandFailure(exitCode.failed, `The webhook answered ${response.status}.`)
}

export interface Mail {
  readonly from: string
  readonly to: readonly string[]
  readonly smtpUrlFile: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export async function mail({ smtpUrlFile, to, ...message }: Mail): Promise<void> {
  const transport = createTransport(secretOf(smtpUrlFile))
  try {
    await transport.sendMail({ ...message, to: [...to] })
  } catch (cause) {
    const { responseCode, code } = cause as { responseCode?: number; code?: string }
    throw new CommandFailure(exitCode.failed, `The mail server did not take it (${responseCode ?? code ?? 'failure'}).`)
  } finally {
    transport.close()
  }
}

function secretOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new CommandFailure(exitCode.usage, `Cannot read ${file} (${(cause as NodeJS.ErrnoException).code}).`)
  }
}
