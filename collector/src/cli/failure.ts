/** How a command can end. Part of the contract with scripts. */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  configuration: 3,
  unreachable: 4,
  refused: 5,
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** Ends the command: `message` and `hint` are said on standard error. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: ExitCode
  readonly hint: string | undefined

  constructor(code: ExitCode, message: string, hint?: string) {
    super(message)
    this.exitCode = code
    this.hint = hint
  }
}
