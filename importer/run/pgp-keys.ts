/** The keys by which a source's encrypted files are read, opened only where its settings say that such may come. */
import { createPgpKeyring } from '../../keys/pgp-keyring.ts'
import { openVault } from '../../keys/vault.ts'
import type { SourceSettings } from '../../schemas/account.ts'
import type { Db } from '../db/open.ts'
import type { PgpOptions } from '../table/records.ts'

export interface PgpKeysRequest {
  readonly db: Db
  readonly accountId: string
  readonly settings: SourceSettings
  /** File with the master key of the vault. */
  readonly secretFile: string
  readonly now: () => Date
}

/** Nothing where the source takes no encrypted files. Throws `SECRET_UNREADABLE`. */
export async function pgpKeysOf(request: PgpKeysRequest): Promise<{ readonly pgp?: PgpOptions }> {
  const { db, accountId, settings, secretFile, now } = request
  if (settings.pgp === 'off') return {}
  const vault = () => openVault(secretFile, { mayCreate: false })
  const keys = await createPgpKeyring({ db, vault, now }).forReading(accountId)
  return { pgp: { policy: settings.pgp, signature: settings.pgpSignature, ...keys, now: now() } }
}
