#!/usr/bin/env node
/** The `outrider` command as a process: arguments, signals, pipes, exit code. */
import { CommanderError } from 'commander'
import { CommandFailure, exitCode } from './failure.ts'
import { plain } from './plain.ts'
import { createProgram } from './program.ts'

// `outrider runs | head`: the reader has what it wanted
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(exitCode.done)
  })
}

const program = createProgram(process.env, process.stdout, process.stderr)
program.hook('preAction', (_program, action) => {
  // the collector stops by itself, after storing what it accepted
  if (action.name() !== 'up') process.on('SIGINT', () => process.exit(exitCode.interrupted))
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = say(error)
}

function say(error: unknown): number {
  // commander has printed its own
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage
  if (!(error instanceof CommandFailure)) {
    process.stderr.write(
      `outrider: unexpected failure: ${plain(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
    )
    return exitCode.failed
  }
  process.stderr.write(`outrider: ${plain(error.message)}\n`)
  if (error.hint !== undefined) process.stderr.write(`${plain(error.hint)}\n`)
  return error.exitCode
}
