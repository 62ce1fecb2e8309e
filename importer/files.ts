/**
 * Where files lie under the data directory. A sender's file name never becomes a path: files are named by the
 * delivery's id, and what the sender called it is written in the receipt beside it.
 */
import { join } from 'node:path'

/** An unfinished upload; swept at start, never read by the importer. */
export function partPath(dataDir: string, id: string): string {
  return join(dataDir, 'deliveries', '.partial', id)
}

/** Folder of an account's finished files; one `fsync` of it makes a rename into it durable. */
export function deliveryDir(dataDir: string, accountId: string): string {
  return join(dataDir, 'deliveries', accountId)
}

/** The bytes of a finished file. */
export function deliveryPath(dataDir: string, delivery: { accountId: string; id: string }): string {
  return join(deliveryDir(dataDir, delivery.accountId), delivery.id)
}

/** The receipt: the `Delivery` as JSON, written before the file gets its final name. */
export function receiptPath(dataDir: string, delivery: { accountId: string; id: string }): string {
  return `${deliveryPath(dataDir, delivery)}.json`
}

/** What an account may read back over SFTP. */
export function resultsDir(dataDir: string, accountId: string): string {
  return join(dataDir, 'results', accountId)
}
