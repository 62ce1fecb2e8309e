/**
 * A wish about the roster itself (undo a run, merge two people) as a delivery: a small file with its receipt, on the
 * disk before anybody is told, so that it is kept, waits its turn, and survives a crash like every other.
 */
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { RunRow } from '../db/tables.ts'
import { deliveryDir, deliveryPath, partPath, receiptPath } from '../files.ts'
import { newId } from '../id.ts'
import type { Delivery } from '../types.ts'

export interface OwnRequest {
  readonly accountId: string
  /** One of the sources that nobody sets. */
  readonly source: string
  readonly fileName: string
  readonly sentBy: string
  /** What the file says. */
  readonly body: unknown
}

export async function fileOwnRequest(
  { dataDir, clock }: { readonly dataDir: string; readonly clock: Clock },
  { accountId, source, fileName, sentBy, body }: OwnRequest,
): Promise<Delivery> {
  const now = clock.now()
  const text = `${JSON.stringify(body)}\n`
  const delivery: Delivery = {
    ...{ id: newId(now), accountId, source, fileName, sentBy },
    ...{ importType: 'partial', mode: 'apply', size: Buffer.byteLength(text), receivedAt: now.toISOString() },
  }
  const folder = deliveryDir(dataDir, accountId)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const part = partPath(dataDir, delivery.id)
  await mkdir(dirname(part), { recursive: true, mode: 0o700 })
  const options = { mode: 0o600, flag: 'wx', flush: true } as const
  await writeFile(part, text, options)
  await writeFile(receiptPath(dataDir, delivery), JSON.stringify(delivery), options)
  await rename(part, deliveryPath(dataDir, delivery))
  await using directory = await open(folder)
  await directory.sync()
  return delivery
}

/** What the file of such a run asks for, as it was filed. */
export async function readOwnRequest<T>(
  { dataDir }: { readonly dataDir: string },
  run: Pick<RunRow, 'account_id' | 'id'>,
  schema: z.ZodType<T>,
): Promise<T> {
  const path = deliveryPath(dataDir, { accountId: run.account_id, id: run.id })
  return schema.parse(JSON.parse(await readFile(path, 'utf8')))
}
