/** Proofs of completeness against the files that were taken: what came late, or without having been asked for. */
import { type Proof, proofSchema } from '../../schemas/delivery.ts'
import { checkSha256Sidecar, type SidecarKind } from '../../schemas/sidecar.ts'
import type { Db } from '../db/open.ts'
import { ImportError } from '../errors.ts'
import { deliveryPath } from '../files.ts'
import type { Delivery, SidecarVerdict } from '../types.ts'
import { hashFile } from './hash-file.ts'

/**
 * How long after a file its proof may still come; later it speaks for the next file of that name. A `.done` fits every
 * file, so one that is sent before a daily file must not be taken for that of the day before.
 */
const LATE_MS: Readonly<Record<SidecarKind, number>> = { '.sha256': 24 * 3_600_000, '.done': 3_600_000 }

/** Compares a sidecar with the last file of that name from the same source. */
export async function checkAgainstRuns(
  { db, dataDir }: { readonly db: Db; readonly dataDir: string },
  delivery: Pick<Delivery, 'accountId' | 'source' | 'mode' | 'receivedAt'>,
  sidecar: { readonly kind: SidecarKind; readonly fileName: string; readonly text: string },
): Promise<SidecarVerdict> {
  const since = new Date(Date.parse(delivery.receivedAt) - LATE_MS[sidecar.kind]).toISOString()
  const run = await db
    .selectFrom('run')
    .select(['id', 'sha256', 'proof'])
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
  const sha256 = run.sha256 ?? (await sumOf(deliveryPath(dataDir, { ...delivery, id: run.id })))
  if (sha256 === null) return 'unknown'
  if (checkSha256Sidecar(sidecar.text, sha256, sidecar.fileName).fits) return 'fits'
  // That file has had a checksum: another one comes before its own file.
  return proofOf(run.proof)?.kind === 'sha256' ? 'unknown' : 'differs'
}

/** Null where the file is gone: then there is nothing to compare with, now or later. */
async function sumOf(path: string): Promise<string | null> {
  try {
    return await hashFile(path)
  } catch (error) {
    if (error instanceof ImportError && error.code === 'FILE_UNREADABLE') return null
    throw error
  }
}

function proofOf(json: string | null): Proof | null {
  return json === null ? null : proofSchema.parse(JSON.parse(json))
}
