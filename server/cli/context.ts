/** What every command is given. */
import { userInfo } from 'node:os'
import type { Config } from '../settings.ts'
import type { Terminal } from './terminal.ts'

export interface Context {
  readonly terminal: Terminal
  readonly config: Config
}

/** The name under which a person's decisions and deliveries are written down. */
export function whoAmI(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a number that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

/** One JSON document. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
