/**
 * What another mapping would do: a dry run under it, of the people that were read last where these have every field it
 * needs, and otherwise of people who are read for it.
 */
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, open, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { ConnectionMapping, MappingImpact } from '../../schemas/connection-mapping.ts'
import { snapshotSchema } from '../../schemas/delivery.ts'
import { deliveryDir, deliveryPath, partPath, receiptPath } from '../files.ts'
import { newId } from '../id.ts'
import type { Delivery } from '../types.ts'
import type { ConnectionContext } from './context.ts'
import { fieldsRead, mappingOf, targetName } from './mapping.ts'
import { readPeople } from './reading.ts'
import type { Kept } from './store.ts'

/** Enters the dry run; `settled` waits until it is planned. */
export async function previewMapping(
  context: ConnectionContext,
  kept: Kept,
  { version, by, signal }: { readonly version: number; readonly by: string; readonly signal: AbortSignal },
): Promise<MappingImpact> {
  const at = { accountId: kept.account.id, source: kept.row.source }
  const [before, after] = [
    await mappingOf(context.db, at, kept.row.mapping_version),
    await mappingOf(context.db, at, version),
  ]
  const last = await lastSnapshot(context, kept, fieldsRead(after))
  const request = { mode: 'dry_run', sentBy: by, mapping: version, signal } as const
  const run =
    last === null
      ? await readPeople(context, kept, request)
      : await context.receive(await copyOf(context, last, version, by))
  const [had, has] = [columnsOf(before), columnsOf(after)]
  return {
    version,
    run: await context.settled(run.id),
    isFresh: last === null,
    gained: has.filter((name) => !had.includes(name)),
    lost: had.filter((name) => !has.includes(name)),
  }
}

function columnsOf({ fields }: ConnectionMapping): string[] {
  return Object.values(fields).flatMap((target) => targetName(target) ?? [])
}

/** The run whose file is the newest that was read whole and is still kept, if it has all the fields. */
async function lastSnapshot({ db, dataDir }: ConnectionContext, kept: Kept, fields: readonly string[]) {
  const run = await db
    .selectFrom('run')
    .selectAll()
    .where('account_id', '=', kept.account.id)
    .where('source', '=', kept.row.source)
    .where('snapshot', 'is not', null)
    .where('state', 'in', ['held', 'succeeded', 'succeeded_with_errors', 'dry_run', 'duplicate'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (run === undefined) return null
  const header = await headerOfFile(deliveryPath(dataDir, { accountId: kept.account.id, id: run.id }))
  return header !== null && fields.every((field) => header.includes(field)) ? run : null
}

/** The fields that a snapshot has; its own header, so names without quotes or commas. Null where it is not kept. */
async function headerOfFile(path: string): Promise<string[] | null> {
  const stream = createReadStream(path)
  try {
    for await (const line of createInterface(stream))
      return line.split(',').map((cell) => cell.replace(/^"(.*)"$/, '$1').replaceAll('""', '"'))
    return null
  } catch {
    return null
  } finally {
    stream.destroy()
  }
}

/** The same people once more, as a file of their own that is planned under another mapping. */
async function copyOf(
  { dataDir, clock }: ConnectionContext,
  run: {
    id: string
    account_id: string
    source: string
    file_name: string
    size: number
    snapshot: string | null
  },
  mapping: number,
  sentBy: string,
): Promise<Delivery> {
  const now = clock.now()
  const { notes } = snapshotSchema.parse(JSON.parse(run.snapshot ?? ''))
  const delivery: Delivery = {
    ...{ id: newId(now), accountId: run.account_id, source: run.source, importType: 'full', mode: 'dry_run' },
    ...{ fileName: run.file_name, size: run.size, receivedAt: now.toISOString(), sentBy },
    snapshot: { mapping, notes },
  }
  const folder = deliveryDir(dataDir, delivery.accountId)
  const part = partPath(dataDir, delivery.id)
  await mkdir(dirname(part), { recursive: true, mode: 0o700 })
  await copyFile(deliveryPath(dataDir, { accountId: run.account_id, id: run.id }), part)
  await using file = await open(part, 'r')
  await file.sync()
  await writeFile(receiptPath(dataDir, delivery), JSON.stringify(delivery), {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  })
  await rename(part, deliveryPath(dataDir, delivery))
  await using directory = await open(folder)
  await directory.sync()
  return delivery
}
