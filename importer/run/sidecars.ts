/** Proofs of completeness against the files that were taken: what came late, or without having been asked for. */
import { checkSha256Sidecar, type SidecarKind } from '../../schemas/sidecar.ts'
import type { Db } from '../db/open.ts'
import { deliveryPath } from '../files.ts'
import type { Delivery, SidecarVerdict } from '../types.ts'
import { hashFile } from './hash-file.ts'

/** How long after a file its proof may still come; later it speaks for the next file of that name. */
const LATE_MS = 24 * 3_600_000

/** Compares a sidecar with the last file of that name from the same source. */
export async function checkAgainstRuns(
  { db, dataDir }: { readonly db: Db; readonly dataDir: string },
  delivery: Pick<Delivery, 'accountId' | 'source' | 'mode' | 'receivedAt'>,
  sidecar: { readonly kind: SidecarKind; readonly fileName: string; readonly text: string },
): Promise<SidecarVerdict> {
  const since = new Date(Date.parse(delivery.receivedAt) - LATE_MS).toISOString()
  const run = await db
    .selectFrom('run')
    .select(['id', 'sha256'])
    .where('account_id', '=', delivery.accountId)
    .where('source', '=', delivery.source)
    .where('mode', '=', delivery.mode)
    .where('file_name', '=', sidecar.fileName)
    .where('received_at', '>=', since)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!run) return 'unknown'
  if (sidecar.kind === '.done') return 'fits'
  const sha256 = run.sha256 ?? (await hashFile(deliveryPath(dataDir, { ...delivery, id: run.id })))
  return checkSha256Sidecar(sidecar.text, sha256, sidecar.fileName).fits ? 'fits' : 'differs'
}
