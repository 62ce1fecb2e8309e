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

export function createLedgerQueue(deps: { importer: Pick<Importer, 'receive'>; log: Logger }): LedgerQueue {
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
    for (let next = earliest(ofAccount); next !== undefined; next = earliest(ofAccount)) {
      if (!(await enter(next))) break
      ofAccount.delete(next.id)
    }
    if (ofAccount.size === 0) waiting.delete(accountId)
    working.delete(accountId)
  }

  /** True when the ledger has it, or never will. */
  async function enter(delivery: Delivery): Promise<boolean> {
    const facts = { run: delivery.id, accountId: delivery.accountId, source: delivery.source }
    try {
      await importer.receive(delivery)
      return true
    } catch (error) {
      if (error instanceof ImportError && error.code === 'ACCOUNT_UNKNOWN') {
        log.error({ ...facts, err: error }, 'a delivery belongs to no account; its file stays where it is')
        return true
      }
      log.error({ ...facts, err: error }, 'a delivery could not be entered; the sweep tries again')
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

function earliest(deliveries: Map<string, Delivery>): Delivery | undefined {
  const [id] = [...deliveries.keys()].sort()
  return id === undefined ? undefined : deliveries.get(id)
}
