/** SDKs of providers put the answer's status in front of the message: `429 Rate limit reached`, behind names of errors. */
const status = /^(?:[\w.]{1,64}: ){0,3}([45]\d\d)\b/

/** The HTTP status that an error's message begins with; `null` where it does not. */
export function errorStatus(message: string): string | null {
  return status.exec(message)?.[1] ?? null
}
