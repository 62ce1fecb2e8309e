/**
 * The moment in which a file becomes a delivery: receipt on the disk, rename, directory on the disk. Before it
 * nobody may be told that the file has arrived; after it nothing that happens to this process can lose it.
 */
import { dirname } from 'node:path'
import { deliveryDir, deliveryPath, newId, receiptPath } from '../../importer/importer.ts'
import type { Delivery } from '../../importer/types.ts'
import { type DurableFs, makeDirectory, syncDirectory, writeDurably } from './durable-files.ts'

/** Whose file it is and what it is for. */
export interface Route {
  readonly account: { readonly id: string; readonly slug: string }
  /** Name of the source within the account. */
  readonly source: string
  readonly importType: Delivery['importType']
  readonly mode: Delivery['mode']
}

/** A finished file that has no id yet. */
export interface FinishedFile {
  readonly route: Route
  /** Where its bytes lie, already synced, in the same file system as the deliveries. */
  readonly path: string
  readonly size: number
  readonly fileName: string
  readonly sentBy: string
  /** Called with the bytes in their new place; if it rejects, everything is as it was before. */
  readonly verify?: (path: string) => Promise<void>
}

export interface Filing {
  /** Resolves when the delivery is durable. If it rejects there is no delivery, and the bytes lie at `path` again. */
  file(file: FinishedFile): Promise<Delivery>
  /** True while the files of this id are being put in place: the sweep must not look at them yet. */
  isUnderWay(id: string): boolean
}

export function createFiling(deps: { dataDir: string; fs: DurableFs; now: () => Date }): Filing {
  const { dataDir, fs, now } = deps
  const lastOfAccount = new Map<string, Promise<unknown>>()
  const underWay = new Set<string>()

  /** One after the other in an account, so that ids, receipts and answers come in one order. */
  function inTurn<T>(accountId: string, work: () => Promise<T>): Promise<T> {
    const before = lastOfAccount.get(accountId) ?? Promise.resolve()
    const mine = before.then(work, work)
    lastOfAccount.set(accountId, mine)
    const forget = () => {
      if (lastOfAccount.get(accountId) === mine) lastOfAccount.delete(accountId)
    }
    mine.then(forget, forget)
    return mine
  }

  return {
    file: (file) =>
      inTurn(file.route.account.id, async () => {
        const delivery = describe(file, now())
        underWay.add(delivery.id)
        try {
          await putInPlace(fs, dataDir, delivery, file)
        } finally {
          underWay.delete(delivery.id)
        }
        return delivery
      }),
    isUnderWay: (id) => underWay.has(id),
  }
}

function describe({ route, size, fileName, sentBy }: FinishedFile, at: Date): Delivery {
  return {
    id: newId(at),
    accountId: route.account.id,
    source: route.source,
    importType: route.importType,
    mode: route.mode,
    fileName,
    size,
    receivedAt: at.toISOString(),
    sentBy,
  }
}

async function putInPlace(
  fs: DurableFs,
  dataDir: string,
  delivery: Delivery,
  file: FinishedFile,
): Promise<void> {
  await makeDirectory(fs, deliveryDir(dataDir, delivery.accountId))
  const receipt = receiptPath(dataDir, delivery)
  try {
    await writeDurably(fs, receipt, JSON.stringify(delivery))
    await moveIn(fs, file, deliveryPath(dataDir, delivery))
  } catch (error) {
    // The sender is told that it failed, so nothing of it may turn up later.
    await fs.rm(receipt, { force: true }).catch(() => {})
    throw error
  }
}

async function moveIn(fs: DurableFs, file: FinishedFile, to: string): Promise<void> {
  await fs.rename(file.path, to)
  try {
    await file.verify?.(to)
    await syncDirectory(fs, dirname(to))
  } catch (error) {
    await fs.rename(to, file.path)
    throw error
  }
}
