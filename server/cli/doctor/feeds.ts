/** Whether every source sends what it should, and whether what is to be told gets out. */
import type { Door } from '../../control/door.ts'
import type { Config } from '../../settings.ts'
import { printable } from '../terminal.ts'
import type { Finding } from './examine.ts'

export async function feedChecks(door: Pick<Door, 'lifecycle'>): Promise<Finding[]> {
  const feeds = await door.lifecycle.feeds(null)
  return feeds.flatMap(({ account, source, warnings }) =>
    warnings.map(({ message, fix }) => ({
      ...{ mark: 'warn' as const, check: 'Sources', fix },
      found: `${source} of ${account}: ${printable(message)}`,
    })),
  )
}

export async function messageChecks(door: Pick<Door, 'outbox'>, { smtpUrl }: Config): Promise<Finding[]> {
  const check = 'Messages'
  const dead = await door.outbox.messages({ state: 'dead', limit: 1 })
  const waiting = await door.outbox.messages({ state: 'waiting', limit: 50 })
  const findings: Finding[] = []
  if (smtpUrl === null && waiting.some(({ channel }) => channel === 'mail')) {
    const fix = 'Set ROLLCALL_SMTP_URL and ROLLCALL_MAIL_FROM, or take the addresses away.'
    findings.push({ mark: 'warn', check, found: 'mails wait, and no mail server is set', fix })
  }
  if (dead.length > 0) {
    const fix = 'See why with `rollcall outbox list --state dead`; `rollcall outbox retry <id>` tries again.'
    findings.push({ mark: 'warn', check, found: 'some were given up', fix })
  }
  return findings
}
