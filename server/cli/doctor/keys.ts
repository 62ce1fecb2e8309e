/** Keys that end soon: customers' and the server's own. */
import type { SftpKey } from '../../../keys/keyring.ts'
import type { Door } from '../../control/door.ts'
import { lastDayBefore } from '../day.ts'
import type { Finding } from './examine.ts'

const DAY_MS = 24 * 60 * 60_000
/** Time enough for a customer to make a new one. */
const WARNING_MS = 14 * DAY_MS

export async function keyChecks(door: Pick<Door, 'listKeys' | 'hostKeys'>, now: Date): Promise<Finding[]> {
  const keys = await door.listKeys(null)
  const ending = keys.filter((key) => isEnding(key, now) && !hasSuccessor(key, keys))
  return [...ending.map(endingFinding), ...(await hostKeyChange(door, now))]
}

function isEnding({ revokedAt, expiresAt }: SftpKey, now: Date): boolean {
  if (revokedAt !== null || expiresAt === null) return false
  const leftMs = Date.parse(expiresAt) - now.getTime()
  return leftMs > 0 && leftMs < WARNING_MS
}

/** A key of the same account that lasts longer: then the change is under way. */
function hasSuccessor(key: SftpKey, keys: readonly SftpKey[]): boolean {
  return keys.some(
    (other) =>
      other.accountId === key.accountId &&
      other.revokedAt === null &&
      (other.expiresAt === null || other.expiresAt > (key.expiresAt ?? '')),
  )
}

function endingFinding({ slug, fingerprint, expiresAt }: SftpKey): Finding {
  return {
    mark: 'warn',
    check: 'Customer key',
    found: `the last key of ${slug}, ${fingerprint}, ends with ${lastDayBefore(expiresAt ?? '')}`,
    fix: `Ask for a new one and add it with \`rollcall key add --account ${slug} <file.pub>\`; both work until then.`,
  }
}

async function hostKeyChange(door: Pick<Door, 'hostKeys'>, now: Date): Promise<Finding[]> {
  const { next } = await door.hostKeys()
  if (next === null) return []
  const check = 'Next host key'
  const found = `${next.fingerprint}, planned for ${next.plannedFor}`
  if (next.plannedFor > now.toISOString().slice(0, 10)) return [{ mark: 'ok', check, found, fix: null }]
  return [{ mark: 'warn', check, found, fix: 'The day has come: run `rollcall key host rotate`.' }]
}
