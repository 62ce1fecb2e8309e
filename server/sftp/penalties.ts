/**
 * What an address has to wait after it misbehaved: nothing at first, then ever longer. Kept by address and never by
 * user name, or a stranger could lock a customer out by trying that customer's name. A login with a key forgives all,
 * and an address from which somebody logged in lately keeps a small budget of its own, whatever its neighbours behind the same
 * address do.
 */
import { isWithin } from '../../keys/networks.ts'
import { networkOf } from './strangers.ts'

/**
 * `login`: left after failed attempts. `garbage`: did not speak SSH. `grace`: sat there until its time was over.
 * `probe`: exchanged keys, which costs us most, and left without trying to log in.
 */
export type Offence = 'login' | 'garbage' | 'grace' | 'probe'

interface Rule {
  /** So many within the window cost nothing: people mistype, monitors look in. */
  readonly free: number
  readonly windowMs: number
  /** What the first one beyond that costs; each further one doubles it. */
  readonly baseMs: number
}

const HOUR_MS = 60 * 60_000

const RULES: Readonly<Record<Offence, Rule>> = {
  login: { free: 5, windowMs: HOUR_MS, baseMs: 5_000 },
  garbage: { free: 5, windowMs: HOUR_MS, baseMs: 10_000 },
  grace: { free: 5, windowMs: HOUR_MS, baseMs: 10_000 },
  probe: { free: 60, windowMs: 60_000, baseMs: 1_000 },
}

const PENALTY_MAX_MS = 10 * 60_000
/** How long a login speaks for its address. */
const KNOWN_MS = 30 * 24 * HOUR_MS
/** Connections that a known address may begin although it is shut out: so many at once, and one more each so often. */
const BUDGET = 10
const BUDGET_STEP_MS = 3_000
/** Networks that are remembered. Beyond that the ones not heard of for longest are forgotten. */
const NETWORKS_MAX = 20_000

interface History {
  readonly counts: Map<Offence, { count: number; sinceMs: number }>
  untilMs: number
}

interface Known {
  untilMs: number
  budget: number
  budgetAtMs: number
}

export interface Penalties {
  /** Whether a new connection from there may begin. */
  mayCome(address: string): boolean
  /** Writes an offence down; returns for how long the address is shut out because of it, 0 for not at all. */
  punish(address: string, offence: Offence): number
  /** A login came from there. One with a key also forgives what was before. */
  welcome(address: string, credential: 'key' | 'password'): void
  /** Whether a login came from there lately. */
  isKnown(address: string): boolean
  /** Networks remembered. */
  readonly size: number
}

export interface PenaltiesDeps {
  /** Addresses that many share, such as a proxy's: never shut out. */
  readonly sharedAddresses: readonly string[]
  readonly nowMs: () => number
}

export function createPenalties({ sharedAddresses, nowMs }: PenaltiesDeps): Penalties {
  const records = new Map<string, History>()
  const known = new Map<string, Known>()

  function spend(network: string): boolean {
    const entry = known.get(network)
    if (!entry || entry.untilMs < nowMs()) return false
    const earned = Math.floor((nowMs() - entry.budgetAtMs) / BUDGET_STEP_MS)
    if (earned > 0) {
      entry.budget = Math.min(BUDGET, entry.budget + earned)
      entry.budgetAtMs = nowMs()
    }
    if (entry.budget === 0) return false
    entry.budget -= 1
    return true
  }

  return {
    mayCome(address) {
      const network = networkOf(address)
      const record = records.get(network)
      if (record === undefined || record.untilMs <= nowMs()) return true
      return spend(network)
    },

    punish(address, offence) {
      if (isShared(sharedAddresses, address)) return 0
      const network = networkOf(address)
      const record = records.get(network) ?? { counts: new Map(), untilMs: 0 }
      const penaltyMs = penaltyOf(RULES[offence], countOf(record, offence, nowMs()))
      record.untilMs = Math.max(record.untilMs, nowMs() + penaltyMs)
      remember(records, network, record)
      return penaltyMs
    },

    welcome(address, credential) {
      const network = networkOf(address)
      // A password may have been guessed, one after the other.
      if (credential === 'key') records.delete(network)
      const { budget = BUDGET, budgetAtMs = nowMs() } = known.get(network) ?? {}
      remember(known, network, { untilMs: nowMs() + KNOWN_MS, budget, budgetAtMs })
    },

    isKnown(address) {
      const entry = known.get(networkOf(address))
      return entry !== undefined && entry.untilMs >= nowMs()
    },

    get size() {
      return records.size + known.size
    },
  }
}

function isShared(networks: readonly string[], address: string): boolean {
  return networks.length > 0 && isWithin(networks, address)
}

/** With this one. What lies before the window is forgotten. */
function countOf(record: History, offence: Offence, nowMs: number): number {
  const before = record.counts.get(offence)
  const isFresh = before !== undefined && nowMs - before.sinceMs < RULES[offence].windowMs
  const counted = { count: isFresh ? before.count + 1 : 1, sinceMs: isFresh ? before.sinceMs : nowMs }
  record.counts.set(offence, counted)
  return counted.count
}

function penaltyOf({ free, baseMs }: Rule, count: number): number {
  if (count <= free) return 0
  return Math.min(PENALTY_MAX_MS, baseMs * 2 ** Math.min(count - free - 1, 20))
}

/** Sets it as the latest, and forgets the oldest where there are too many. */
function remember<Value>(map: Map<string, Value>, network: string, value: Value): void {
  map.delete(network)
  map.set(network, value)
  const [oldest] = map.keys()
  if (map.size > NETWORKS_MAX && oldest !== undefined) map.delete(oldest)
}
