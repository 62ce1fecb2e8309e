/** What the fields of an API become: the versions of it, none of which is ever changed. */
import type { Kysely } from 'kysely'
import { headerOf } from '../../schemas/columns.ts'
import {
  type ConnectionMapping,
  connectionMappingSchema,
  type MappingChange,
  type MappingVersion,
} from '../../schemas/connection-mapping.ts'
import type { MappedTarget } from '../../schemas/mapping.ts'
import type { Connector } from '../connectors/connector.ts'
import type { Tables } from '../db/tables.ts'
import { ImportError } from '../errors.ts'

export interface MappingPlace {
  readonly accountId: string
  readonly source: string
}

export interface NewVersion {
  readonly mapping: ConnectionMapping
  readonly by: string
  readonly reason: string | null
  readonly revertsTo?: number
  /** ISO 8601, UTC. */
  readonly at: string
}

/** The tables of the vendors' own documents. */
export function automaticMapping(connector: Connector): ConnectionMapping {
  return {
    fields: Object.fromEntries(connector.automaticMapping.map(({ field, target }) => [field, target])),
    values: {},
  }
}

/** Keeps a version, which is not in force by that, and answers its number. */
export async function addVersion(
  db: Kysely<Tables>,
  { accountId, source }: MappingPlace,
  { mapping, by, reason, revertsTo, at }: NewVersion,
): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    const { last } = await trx
      .selectFrom('mapping_version')
      .select((of) => of.fn.max('version').as('last'))
      .where('account_id', '=', accountId)
      .where('source', '=', source)
      .executeTakeFirstOrThrow()
    const version = Number(last ?? 0) + 1
    await trx
      .insertInto('mapping_version')
      .values({
        ...{ account_id: accountId, source, version, by, reason, at },
        mapping: JSON.stringify(connectionMappingSchema.parse(mapping)),
        reverts_to: revertsTo ?? null,
      })
      .execute()
    return version
  })
}

/** Throws `MAPPING_INVALID` where there is no such version. */
export async function mappingOf(
  db: Kysely<Tables>,
  { accountId, source }: MappingPlace,
  version: number,
): Promise<ConnectionMapping> {
  const row = await db
    .selectFrom('mapping_version')
    .select('mapping')
    .where('account_id', '=', accountId)
    .where('source', '=', source)
    .where('version', '=', version)
    .executeTakeFirst()
  if (!row) throw new ImportError('MAPPING_INVALID', { problem: `there is no version ${version} of it` })
  return connectionMappingSchema.parse(JSON.parse(row.mapping))
}

/** Newest first. */
export async function mappingVersions(
  db: Kysely<Tables>,
  { accountId, source }: MappingPlace,
  current: number,
): Promise<MappingVersion[]> {
  const rows = await db
    .selectFrom('mapping_version')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('source', '=', source)
    .orderBy('version', 'desc')
    .execute()
  return rows.map(({ version, mapping, by, reason, reverts_to, at }) => ({
    ...{ version, by, reason, at, revertsTo: reverts_to, isCurrent: version === current },
    mapping: connectionMappingSchema.parse(JSON.parse(mapping)),
  }))
}

/** Throws `MAPPING_INVALID`. */
export function changedMapping(before: ConnectionMapping, change: MappingChange): ConnectionMapping {
  const values = { ...before.values }
  for (const [column, map] of Object.entries(change.values ?? {})) {
    const merged = withChanges(values[column] ?? {}, map)
    if (Object.keys(merged).length === 0) delete values[column]
    else values[column] = merged
  }
  const parsed = connectionMappingSchema.safeParse({
    fields: withChanges(before.fields, change.fields ?? {}),
    values,
  })
  if (!parsed.success)
    throw new ImportError('MAPPING_INVALID', { problem: firstProblem(parsed.error.issues) })
  const twice = targetedTwice(parsed.data)
  if (twice !== null)
    throw new ImportError('MAPPING_INVALID', {
      problem: `two fields become "${twice}": "${twice}" can have one`,
    })
  return parsed.data
}

function withChanges<T>(before: Readonly<Record<string, T>>, change: Readonly<Record<string, T | null>>) {
  const after: Record<string, T> = { ...before }
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete after[name]
    else after[name] = value
  }
  return after
}

/** With the field's name; never a value. */
function firstProblem(issues: readonly { readonly path: PropertyKey[]; readonly message: string }[]): string {
  const [first] = issues
  if (first === undefined) return 'not valid'
  const at = first.path.slice(1).map(String).join('.')
  return at === '' ? first.message : `${at}: ${first.message}`
}

function targetedTwice({ fields }: ConnectionMapping): string | null {
  const seen = new Set<string>()
  for (const target of Object.values(fields)) {
    const name = targetName(target)
    if (name === null) continue
    if (seen.has(name)) return name
    seen.add(name)
  }
  return null
}

/** What a target is called; null where it is dropped. */
export function targetName(target: MappedTarget): string | null {
  if (target.kind === 'ignore') return null
  return target.kind === 'field' ? headerOf(target.field) : target.label
}

/** The fields that are read: nothing else is ever asked for or kept. */
export function fieldsRead({ fields }: ConnectionMapping): string[] {
  return Object.entries(fields)
    .filter(([, target]) => target.kind !== 'ignore')
    .map(([field]) => field)
}
