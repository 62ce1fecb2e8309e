/** Which source owns which field of an account: shown, tried, and set. */
import type { Kysely } from 'kysely'
import {
  fieldOwnershipSchema,
  type OwnedField,
  type Ownership,
  type OwnershipChange,
  type OwnershipView,
} from '../../schemas/ownership.ts'
import { dayIn } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import { keysOfFact, rightOf } from '../plan/ownership.ts'
import { isDemographicKey, type ValueKey } from '../plan/person.ts'
import { fillOf } from '../roster/demographics.ts'
import { COLUMN_OF } from '../roster/employee.ts'
import type { Account } from '../types.ts'
import { addPolicy, type Policy } from './account-policy.ts'
import { fieldOf, namesOfFields } from './fields.ts'
import { heardOf, ownershipOf, silenceOf } from './write-policy.ts'

/** What is set, with what every source may do now. */
export async function ownershipView(db: Db, account: Account, now: Date): Promise<OwnershipView> {
  return await viewOf(db, account, await ownershipOf(db, account.id), now)
}

/** What would be set. Writes nothing. Throws `FIELD_UNKNOWN`, `OWNERSHIP_INVALID`, `SOURCE_UNKNOWN`. */
export async function previewOwnership(
  db: Db,
  account: Account,
  change: OwnershipChange,
  now: Date,
): Promise<OwnershipView> {
  const policy = await ownershipOf(db, account.id)
  const body = await changed(db, account, policy.body, change)
  return await viewOf(db, account, { ...policy, body }, now)
}

/** Sets it, from the next file on. Throws `FIELD_UNKNOWN`, `OWNERSHIP_INVALID`, `SOURCE_UNKNOWN`. */
export async function setOwnership(
  db: Db,
  account: Account,
  change: OwnershipChange,
  { by, now }: { readonly by: string; readonly now: Date },
): Promise<OwnershipView> {
  await db.transaction().execute(async (trx) => {
    // Of two changes at a time none may be lost: the account's row is taken until the commit.
    await trx
      .updateTable('account')
      .set(({ ref }) => ({ position: ref('position') }))
      .where('id', '=', account.id)
      .execute()
    const { version, body } = await ownershipOf(trx, account.id)
    const next = await changed(trx, account, body, change)
    const policy = { name: 'ownership', version: version + 1, body: JSON.stringify(next) }
    await addPolicy(trx, { ...policy, account_id: account.id, by, at: now.toISOString() })
  })
  return await ownershipView(db, account, now)
}

async function changed(
  db: Db,
  account: Account,
  before: Ownership,
  { field, ownership }: OwnershipChange,
): Promise<Ownership> {
  const keys = keysOfFact(await fieldOf(db, account.id, field))
  const others = Object.entries(before).filter(([key]) => !keys.includes(key as ValueKey)) // compared as text
  if (ownership === null) return Object.fromEntries(others)
  const parsed = fieldOwnershipSchema.safeParse(ownership)
  if (!parsed.success) {
    const [first] = parsed.error.issues
    const problem = `${first?.path.join('.') ?? ''}: ${first?.message ?? 'not valid'}`
    throw new ImportError('OWNERSHIP_INVALID', { problem })
  }
  const known = await sourcesOf(db, account.id)
  const unknown = parsed.data.sources.find(({ source }) => !known.includes(source))
  if (unknown !== undefined)
    throw new ImportError('SOURCE_UNKNOWN', { slug: account.slug, name: unknown.source })
  return Object.fromEntries([...others, ...keys.map((key) => [key, parsed.data])])
}

async function sourcesOf(db: Kysely<Tables>, accountId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('source')
    .select('name')
    .where('account_id', '=', accountId)
    .orderBy('name')
    .execute()
  return rows.map(({ name }) => name)
}

async function viewOf(
  db: Db,
  account: Account,
  { version, body, by, at }: Policy<Ownership>,
  now: Date,
): Promise<OwnershipView> {
  const keys = Object.keys(body) as ValueKey[] // checked when they were set
  const nameOf = await namesOfFields(db, account.id)
  const heard = await heardOf(db, account.id)
  const isSilent = silenceOf(heard, { at }, now)
  const sources = await sourcesOf(db, account.id)
  const people = await peopleWith(db, account, keys, now)
  const fields = Object.entries(body).map(([key, ownership]): OwnedField => {
    const { silentDays } = ownership
    const rights = sources.map((source) => ({
      source,
      right: rightOf(source, ownership, isSilent).right,
      lastHeard: heard.get(source) ?? null,
      isSilent: silentDays !== null && isSilent(source, silentDays),
    }))
    return { field: nameOf(key as ValueKey), ownership, people: people.get(key) ?? 0, rights } // one of `keys`
  })
  return { account: account.slug, version, setBy: by, setAt: at, fields }
}

/** How many people have a value in each of these fields. */
async function peopleWith(
  db: Db,
  { id, timezone }: Account,
  keys: readonly ValueKey[],
  now: Date,
): Promise<Map<string, number>> {
  const people = new Map<string, number>()
  if (keys.some(isDemographicKey)) {
    const { filled, others } = await fillOf(db, id, dayIn(timezone, now))
    for (const [number, count] of filled) people.set(`d${number}`, count + (others.get(number) ?? 0))
    for (const [number, count] of others) if (!filled.has(number)) people.set(`d${number}`, count)
  }
  for (const key of keys) {
    if (isDemographicKey(key)) continue
    const { count } = await db
      .selectFrom('employee')
      .select((of) => of.fn.count<number>(COLUMN_OF[key]).as('count'))
      .where('account_id', '=', id)
      .executeTakeFirstOrThrow()
    people.set(key, Number(count))
  }
  return people
}
