/** What joins a command line and the functions that do the work. */
import type { Command } from 'commander'
import type { SettingKey } from '../settings.ts'
import type { Context } from './context.ts'
import type { Terminal } from './terminal.ts'

/** What a command's action may use. */
export interface Invocation {
  /** As quiet as it was asked to be. */
  readonly terminal: Terminal
  /** Whether the answer is for a script. */
  readonly json: boolean
  /** Settings given as flags. */
  readonly flags: Partial<Record<SettingKey, string>>
  /** The configuration; says warnings. Throws `CONFIG_INVALID`. */
  context(): Context
}

/** Turns a function into a commander action and keeps the exit code it answers. */
export type Act = <Given extends unknown[]>(
  work: (invocation: Invocation, ...given: Given) => Promise<number>,
) => (this: Command, ...given: Given) => Promise<void>

/** Examples come first in a command's help: most people need no more. */
export function withExamples(command: Command, ...examples: string[]): Command {
  const lines = examples.map((example) => `  ${example}`)
  return command.addHelpText('before', `Examples:\n${lines.join('\n')}\n`)
}
