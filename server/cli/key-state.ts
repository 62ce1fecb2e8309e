/** What a list says of a key, of whatever kind: whether it is of use now. */
import type { Colors } from './terminal.ts'

export function keyState(
  { revokedAt, expiresAt }: { readonly revokedAt: string | null; readonly expiresAt: string | null },
  now: string,
  colors: Colors,
): string {
  if (revokedAt !== null) return colors.red('revoked')
  if (expiresAt !== null && expiresAt <= now) return colors.yellow('expired')
  return colors.green('active')
}
