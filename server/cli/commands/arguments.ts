/** What several commands make of what they are given. */
import { InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { UsageError } from '../failure.ts'

/** Not a mandatory option of commander, which would complain of it before it sees that `--acount` was a slip. */
export function named(account: string | undefined): string {
  if (account !== undefined) return account
  throw new UsageError(
    'Whose people? --account is missing.',
    '`rollcall account list` shows all; add --account <slug>.',
  )
}

export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Use a whole number from 1 on.')
}

export function day(text: string): string {
  if (z.iso.date().safeParse(text).success) return text
  throw new InvalidArgumentError('Write a day as YYYY-MM-DD.')
}
