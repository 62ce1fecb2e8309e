/** What a run must leave alone at this moment: from who owns which field, who was heard last, and what is pinned. */
import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { type Ownership, ownershipSchema } from '../../schemas/ownership.ts'
import type { RunState } from '../../schemas/run.ts'
import type { Tables } from '../db/tables.ts'
import { type IsSilent, rulesFor, type WritePolicy } from '../plan/ownership.ts'
import { type Policy, policyOf } from './account-policy.ts'
import { pinsInForce } from './pins.ts'

export interface Asker {
  readonly accountId: string
  readonly source: string
  readonly now: Date
  /** In the account's time zone. */
  readonly today: string
}

/** Undefined where nothing is set: then nothing is asked of any row. */
export async function writePolicyOf(db: Kysely<Tables>, asker: Asker): Promise<WritePolicy | undefined> {
  const { accountId, source, now, today } = asker
  const ownership = await ownershipOf(db, accountId)
  const pins = await pinsInForce(db, accountId, today)
  const isOwned = Object.keys(ownership.body).length > 0
  if (!isOwned && pins.size === 0) return undefined
  const rules = isOwned
    ? rulesFor(source, ownership.body, silenceOf(await heardOf(db, accountId), ownership, now))
    : new Map()
  return { rules, pins }
}

/** Who owns which field. */
export async function ownershipOf(db: Kysely<Tables>, accountId: string): Promise<Policy<Ownership>> {
  return await policyOf<Ownership>(db, accountId, { name: 'ownership', schema: ownershipSchema, empty: {} })
}

const DAY_MS = 86_400_000

/** A source that was never heard has been silent since somebody named it. */
export function silenceOf(
  heard: ReadonlyMap<string, string>,
  { at }: Pick<Policy<Ownership>, 'at'>,
  now: Date,
): IsSilent {
  return (source, days) => {
    const last = heard.get(source) ?? at
    return last !== null && now.getTime() - Date.parse(last) >= days * DAY_MS
  }
}

/** A file that cannot be read, or that somebody put away, is no word of its source. */
const HEARD: readonly RunState[] = [
  ...(['held', 'approved', 'applied', 'reported', 'succeeded', 'succeeded_with_errors'] as const),
  'duplicate',
]

/** When each source was last heard: ISO 8601, UTC. */
export async function heardOf(db: Kysely<Tables>, accountId: string): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('run')
    .select((of) => ['source' as const, of.fn.max('received_at').as('at')])
    .where('account_id', '=', accountId)
    .where('mode', '=', 'apply')
    .where('state', 'in', HEARD)
    .groupBy('source')
    .execute()
  return new Map(rows.map(({ source, at }) => [source, at]))
}

/**
 * Tells rules apart: the same bytes may mean something else under others. Pins are not in it: they change what becomes of
 * single people, and a row of theirs that was refused is a row with a remark.
 */
export function rulesDigest(policy: WritePolicy | undefined, redacted: readonly string[]): string {
  const rules = [...(policy?.rules ?? [])].sort(([one], [other]) => (one < other ? -1 : 1))
  return rules.length === 0 && redacted.length === 0 ? '' : hash([rules, [...redacted].sort()])
}

/** Tells pins apart. */
export function pinsDigest(policy: WritePolicy | undefined): string {
  if (policy === undefined || policy.pins.size === 0) return ''
  return hash([...policy.pins].map(([person, fields]) => [person, [...fields.keys()]]))
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32)
}
