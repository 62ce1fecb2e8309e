/**
 * Carries finished files into the ledger, for each account strictly in the order of their ids. A file that cannot
 * be entered now holds back the later ones of its account: an older list must never be applied over a newer one.
 */
import { ImportError } from '../../importer/errors.ts'
import type { Delivery, Importer } from '../../importer/types.ts'
import type { Logger } from '../log.ts'

export interface LedgerQueue {
  /** Takes over a delivery; again is the same as once. */
  add(delivery: Delivery): void
  /** Tries what waits, once more. Resolves when every account has nothing left or met an error. */
  drain(): Promise<void>
}

export function createLedgerQueue(deps: { importer: Pick<Importer, 'enter'>; log: Logger }): LedgerQueue {
  const { importer, log } = deps
  const waiting = new Map<string, Map<string, Delivery>>()
  const working = new Map<string, Promise<void>>()

  function work(accountId: string): Promise<void> {
    const current = working.get(accountId)
    if (current !== undefined) return current
    // Not before the entry below is made: `enterAll` removes it as its last act.
    const mine = Promise.resolve().then(() => enterAll(accountId))
    working.set(accountId, mine)
    return mine
  }

  async function enterAll(accountId: string): Promise<void> {
    const ofAccount = waiting.get(accountId) ?? new Map<string, Delivery>()
    while (ofAccount.size > 0) {
      const next = earliest(ofAccount)
      if (!(await enter(next))) break
      for (const { id } of next) ofAccount.delete(id)
    }
    if (ofAccount.size === 0) waiting.delete(accountId)
    working.delete(accountId)
  }

  /** True when the ledger has all of them, or never will. */
  async function enter(deliveries: readonly Delivery[]): Promise<boolean> {
    const [first] = deliveries
    const facts = { run: first?.id, accountId: first?.accountId, deliveries: deliveries.length }
    try {
      await importer.enter(deliveries)
      return true
    } catch (error) {
      if (error instanceof ImportError && error.code === 'ACCOUNT_UNKNOWN') {
        log.error(
          { ...facts, err: error },
          'deliveries belong to no account; their files stay where they are',
        )
        return true
      }
      log.error({ ...facts, err: error }, 'deliveries could not be entered; the sweep tries again')
      return false
    }
  }

  return {
    add(delivery) {
      const ofAccount = waiting.get(delivery.accountId) ?? new Map<string, Delivery>()
      ofAccount.set(delivery.id, delivery)
      waiting.set(delivery.accountId, ofAccount)
      void work(delivery.accountId)
    },
    async drain() {
      await Promise.all([...waiting.keys()].map(work))
    },
  }
}

/** What came while the disk was busy goes in one commit; bounded, as statements are. */
const AT_ONCE = 100

function earliest(deliveries: ReadonlyMap<string, Delivery>): Delivery[] {
  return [...deliveries.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, AT_ONCE)
}
