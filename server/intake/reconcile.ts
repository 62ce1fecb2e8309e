/**
 * Finds finished files that the ledger does not know: files whose row never came, because the process died or the
 * database was away. The files are the truth; the ledger follows them.
 */
import { readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { deliveryDir, ID_PATTERN, receiptPath } from '../../importer/importer.ts'
import type { Delivery, Importer } from '../../importer/types.ts'
import { deliverySchema } from '../../schemas/delivery.ts'
import type { Logger } from '../log.ts'

export interface Reconcile {
  /** Deliveries without a row in the ledger, in the order of their ids. Each is returned once in a process' life. */
  unknown(): Promise<Delivery[]>
  /** Removes receipts whose file never got its name: the sender was never told OK. Only before the first upload. */
  removeLoneReceipts(): Promise<void>
}

interface Found {
  readonly accountId: string
  readonly files: ReadonlySet<string>
  readonly receipts: ReadonlySet<string>
}

const ASK_AT_ONCE = 500

export function createReconcile(deps: {
  dataDir: string
  importer: Pick<Importer, 'unknownDeliveries'>
  log: Logger
  /** True while the files of this id are being put in place. */
  isUnderWay: (id: string) => boolean
}): Reconcile {
  const { dataDir, importer, log, isUnderWay } = deps
  /** Looked at before: the folder grows for years, the questions must not. */
  const seen = new Set<string>()

  async function readReceipt(accountId: string, id: string): Promise<Delivery | null> {
    const facts = { run: id, accountId }
    const text = await readFile(receiptPath(dataDir, { accountId, id }), 'utf8').catch(() => null)
    if (text === null) {
      log.error(facts, 'a delivered file has no receipt; it is left where it is and not imported')
      return null
    }
    const receipt = deliverySchema.safeParse(parseJson(text))
    if (!receipt.success || receipt.data.id !== id || receipt.data.accountId !== accountId) {
      log.error(
        facts,
        'the receipt of a delivered file is damaged; the file is left where it is and not imported',
      )
      return null
    }
    return receipt.data
  }

  async function unknownOf(ids: readonly string[]): Promise<Set<string>> {
    const unknown = new Set<string>()
    for (let at = 0; at < ids.length; at += ASK_AT_ONCE) {
      for (const id of await importer.unknownDeliveries(ids.slice(at, at + ASK_AT_ONCE))) unknown.add(id)
    }
    return unknown
  }

  return {
    async unknown() {
      const deliveries: Delivery[] = []
      for (const { accountId, files } of await findAll(dataDir)) {
        const fresh = [...files].filter((id) => !seen.has(id) && !isUnderWay(id)).sort()
        const unknown = await unknownOf(fresh)
        for (const id of fresh) {
          const delivery = unknown.has(id) ? await readReceipt(accountId, id) : null
          if (delivery) deliveries.push(delivery)
          seen.add(id)
        }
      }
      return deliveries.sort((a, b) => (a.id < b.id ? -1 : 1))
    },

    async removeLoneReceipts() {
      for (const { accountId, files, receipts } of await findAll(dataDir)) {
        const lone = [...receipts].filter((id) => !files.has(id))
        // A receipt that the ledger knows belongs to a file that was removed when its time had come.
        for (const id of await unknownOf(lone)) {
          log.warn({ run: id, accountId }, 'a receipt without its file was removed: that upload was cut off')
          await rm(receiptPath(dataDir, { accountId, id }), { force: true })
        }
      }
    },
  }
}

async function findAll(dataDir: string): Promise<Found[]> {
  const root = dirname(deliveryDir(dataDir, 'any'))
  const entries = await readdir(root, { withFileTypes: true })
  // The hidden folder holds unfinished files.
  const accounts = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  return Promise.all(accounts.map(({ name }) => findOf(join(root, name), name)))
}

async function findOf(directory: string, accountId: string): Promise<Found> {
  const files = new Set<string>()
  const receipts = new Set<string>()
  for (const name of await readdir(directory)) {
    if (ID_PATTERN.test(name)) files.add(name)
    else if (name.endsWith('.json') && ID_PATTERN.test(name.slice(0, -5))) receipts.add(name.slice(0, -5))
  }
  return { accountId, files, receipts }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
