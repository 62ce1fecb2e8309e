/** The far side of the intake's port: a ledger in memory that remembers what it was given, and can be made to fail. */
import { ImportError } from '../../importer/errors.ts'
import type { Account, Delivery, DeliveryRules, SidecarVerdict } from '../../importer/types.ts'
import type { IntakeDeps } from '../../server/intake.ts'

type Ledger = IntakeDeps['importer']

export class RecordingLedger implements Ledger {
  /** In the order in which they were entered. */
  readonly deliveries: Delivery[] = []
  readonly accounts: Account[]
  /** What every source demands of its files. */
  rules: DeliveryRules | null = null
  /** Thrown by the next calls of `enter`, one each. */
  readonly failures: Error[] = []
  /** Calls of `enter`, failed ones and repetitions included. */
  calls = 0

  constructor(accounts: readonly Account[]) {
    this.accounts = [...accounts]
  }

  async enter(deliveries: readonly Delivery[]): Promise<null> {
    this.calls += 1
    const failure = this.failures.shift()
    if (failure) throw failure
    const stranger = deliveries.find((one) => !this.accounts.some(({ id }) => id === one.accountId))
    if (stranger) throw new ImportError('ACCOUNT_UNKNOWN', { slug: stranger.accountId })
    const known = new Set(this.deliveries.map(({ id }) => id))
    this.deliveries.push(...deliveries.filter(({ id }) => !known.has(id)))
    return null
  }

  async unknownDeliveries(ids: readonly string[]): Promise<string[]> {
    return ids.filter((id) => !this.deliveries.some((one) => one.id === id))
  }

  /** Of sources that demand no proof of completeness. */
  async deliveryRules(_of: Pick<Delivery, 'accountId' | 'source'>): Promise<DeliveryRules | null> {
    return this.rules
  }

  /** No file was ever taken that a late proof could speak for. */
  async checkSidecar(): Promise<SidecarVerdict> {
    return 'unknown'
  }

  async listAccounts(): Promise<Account[]> {
    return [...this.accounts]
  }
}

/** An account as the importer would give it. */
export function testAccount(slug: string): Account {
  const id = `acc0000000${slug
    .replace(/[^a-z0-9]/g, '')
    .padEnd(6, '0')
    .slice(0, 6)}`
  return { id, slug, name: slug, timezone: 'UTC', createdAt: '2026-01-01T00:00:00.000Z' }
}
