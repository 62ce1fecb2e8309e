/**
 * Redaction: from the moment of the setting a column is dropped unread, and what was stored of it is taken out in the
 * same commit; so there is nothing left that could be shown. Delivered files hold it still: they go, and those that
 * come later are kept no longer than their run needs them.
 */
import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { COLUMNS } from '../../schemas/columns.ts'
import { headerKey } from '../../schemas/headers.ts'
import {
  NEVER_REDACTED,
  type Redaction,
  type RedactionView,
  redactionSchema,
} from '../../schemas/redaction.ts'
import type { Db } from '../db/open.ts'
import type { RunRow, Tables } from '../db/tables.ts'
import { ImportError } from '../errors.ts'
import { deliveryDir, deliveryPath, receiptPath, resultsDir } from '../files.ts'
import { ID_PATTERN } from '../id.ts'
import { keysOfFact } from '../plan/ownership.ts'
import { demographicKey, type ValueKey } from '../plan/person.ts'
import { rosterLookup } from '../roster/lookup.ts'
import { redact, redactionTraces } from '../roster/redact.ts'
import { HeaderTable } from '../table/header-table.ts'
import type { Account } from '../types.ts'
import { addPolicy, type Policy, policyOf } from './account-policy.ts'
import { isEnd } from './state.ts'
import { withoutTrace } from './without-trace.ts'

export interface RedactContext {
  readonly db: Db
  readonly dataDir: string
  readonly now: Date
}

/** What an account has redacted. */
export async function redactionOf(db: Kysely<Tables>, accountId: string): Promise<Policy<Redaction>> {
  return await policyOf<Redaction>(db, accountId, { name: 'redaction', schema: redactionSchema, empty: [] })
}

/** What is redacted, and what there is of it; with `fields`, of these as well. Throws `REDACTION_REFUSED`. */
export async function previewRedaction(
  { db, dataDir }: Pick<RedactContext, 'db' | 'dataDir'>,
  account: Account,
  fields: readonly string[],
): Promise<RedactionView> {
  const names = namesWith((await redactionOf(db, account.id)).body, fields)
  const of = { accountId: account.id, keys: await keysOf(db, account.id, names) }
  const files = names.length === 0 ? [] : await filesOf({ db, dataDir }, account.id)
  const found = { ...(await redactionTraces(db, of)), files: files.length }
  return { account: account.slug, fields: names, found, isDone: false }
}

/**
 * Redacts these fields besides what is redacted, and takes out what is stored of all. Throws `REDACTION_REFUSED`; also
 * while a plan that may hold the values is not decided.
 */
export async function setRedaction(
  context: RedactContext,
  account: Account,
  { fields, by }: { readonly fields: readonly string[]; readonly by: string },
): Promise<RedactionView> {
  const { db, now } = context
  const preview = await previewRedaction(context, account, fields)
  await withoutTrace(db, {
    accountId: account.id,
    refusal: (run) => refused(`run ${run} is worked on or waits for a person, and its plan may hold them`),
    async work(trx, position) {
      const { version, body } = await redactionOf(trx, account.id)
      const names = namesWith(body, fields)
      const at = now.toISOString()
      if (names.length > body.length) {
        const policy = { name: 'redaction', version: version + 1, body: JSON.stringify(names), by, at }
        await addPolicy(trx, { ...policy, account_id: account.id })
      }
      const of = { accountId: account.id, keys: await keysOf(trx, account.id, names) }
      return of.keys.length === 0 ? position : await redact(trx, of, { position, at })
    },
  })
  for (const path of await filesOf(context, account.id)) await rm(path, { force: true })
  return { ...preview, isDone: true }
}

/** Lets columns be read again, from the next file on; nothing comes back. Throws `REDACTION_REFUSED`. */
export async function endRedaction(
  { db, dataDir, now }: RedactContext,
  account: Account,
  { fields, by }: { readonly fields: readonly string[]; readonly by: string },
): Promise<RedactionView> {
  await db.transaction().execute(async (trx) => {
    const { version, body } = await redactionOf(trx, account.id)
    const gone = fields.map((field) => headerKey(nameOf(field)))
    const names = body.filter((name) => !gone.includes(headerKey(name)))
    if (names.length === body.length) throw refused('none of this is redacted')
    const policy = { name: 'redaction', version: version + 1, body: JSON.stringify(names), by }
    await addPolicy(trx, { ...policy, account_id: account.id, at: now.toISOString() })
  })
  return await previewRedaction({ db, dataDir }, account, [])
}

/** Of an account that has redacted something no delivered file is kept beyond its run: it may hold the columns. */
export async function dropDelivery(
  { db, dataDir }: Pick<RedactContext, 'db' | 'dataDir'>,
  run: RunRow,
): Promise<void> {
  if (!isEnd(run.state) || (await redactionOf(db, run.account_id)).body.length === 0) return
  const file = { accountId: run.account_id, id: run.id }
  if (!existsSync(deliveryPath(dataDir, file))) return
  for (const path of [receiptPath(dataDir, file), deliveryPath(dataDir, file)])
    await rm(path, { force: true })
}

function refused(problem: string): ImportError {
  return new ImportError('REDACTION_REFUSED', { problem })
}

function namesWith(before: Redaction, fields: readonly string[]): string[] {
  const names = [...before]
  for (const field of fields.flatMap((one) => factOf(nameOf(one)))) {
    if (!names.some((name) => headerKey(name) === headerKey(field))) names.push(field)
  }
  return names
}

/** Header of a column, by any of its names; or the label as it is, whether there is such a demographic or not. */
function nameOf(field: string): string {
  const target = new HeaderTable({}).targetOf(field)
  if (target.kind === 'dropped') throw refused('this is the name of no column that is ever read')
  if (target.kind === 'demographic') return target.label
  const isCore = COLUMNS.some((column) => column === target.column && column.field in REDACTABLE)
  if (!isCore) throw refused(`without ${target.column.header} people could not be told apart`)
  return target.column.header
}

const REDACTABLE: Readonly<Record<string, true>> = Object.fromEntries(
  COLUMNS.map(({ field }) => field)
    .filter((field) => !['firstName', 'lastName', 'exclude', ...NEVER_REDACTED].includes(field))
    .map((field) => [field, true]),
)

/** A reporting line is one fact with two possible keys. */
function factOf(name: string): readonly string[] {
  const column = COLUMNS.find(({ header }) => header === name)
  if (column === undefined) return [name]
  const keys = keysOfFact(column.field as ValueKey) // the others were refused
  return COLUMNS.filter(({ field }) => (keys as readonly string[]).includes(field)).map(
    ({ header }) => header,
  )
}

/** The keys under which values of these columns are stored, if any can be. */
async function keysOf(db: Db, accountId: string, names: readonly string[]): Promise<ValueKey[]> {
  const keys = names.map(headerKey)
  const core = COLUMNS.filter(({ header }) => keys.includes(headerKey(header))).map(
    ({ field }) => field as ValueKey,
  )
  const labels = [...(await rosterLookup(db, accountId).demographics())]
  return [
    ...core,
    ...labels.filter(([label]) => keys.includes(headerKey(label))).map(([, id]) => demographicKey(id)),
  ]
}

/** Delivered files of runs that are over, and the rows that were given back. */
async function filesOf(
  { db, dataDir }: Pick<RedactContext, 'db' | 'dataDir'>,
  accountId: string,
): Promise<string[]> {
  const entries = async (folder: string) => await readdir(folder).catch(() => [])
  const over = await db
    .selectFrom('run')
    .select(['id', 'state'])
    .where('account_id', '=', accountId)
    .execute()
  const ended = new Set(over.filter(({ state }) => isEnd(state)).map(({ id }) => id))
  const deliveries = (await entries(deliveryDir(dataDir, accountId))).filter((name) => ended.has(idOf(name)))
  const rejects = (await entries(resultsDir(dataDir, accountId))).filter((name) =>
    name.endsWith('.rejected.csv'),
  )
  return [
    ...deliveries.map((name) => join(deliveryDir(dataDir, accountId), name)),
    ...rejects.map((name) => join(resultsDir(dataDir, accountId), name)),
  ]
}

/** A delivery, or its receipt. */
function idOf(name: string): string {
  const [id = ''] = name.split('.')
  return ID_PATTERN.test(id) ? id : ''
}
