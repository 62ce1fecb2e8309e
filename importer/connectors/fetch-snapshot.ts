/**
 * Writes a connector's snapshot as a delivery: the whole of it, or nothing. The file gets its name only once the
 * connector said that it is complete and the disk has it; from there it is a file like every other.
 */
import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SnapshotNotes } from '../../schemas/delivery.ts'
import type { ConnectionSettings } from '../../schemas/hris/connection.ts'
import type { Clock } from '../clock.ts'
import { deliveryDir, deliveryPath, partPath, receiptPath } from '../files.ts'
import { newId } from '../id.ts'
import { csvLine } from '../report/csv-line.ts'
import type { Delivery } from '../types.ts'
import type { Connector, ConnectorContext, SnapshotFacts } from './connector.ts'

export interface SnapshotPlace {
  readonly dataDir: string
  readonly clock: Clock
}

export interface SnapshotRequest {
  readonly accountId: string
  /** Source of the account that the connection feeds. */
  readonly source: string
  readonly mode: Delivery['mode']
  /** Who asked for it, for the log and the report: a user's name, `schedule`. */
  readonly sentBy: string
  /** Version of the mapping that says what the fields become; none where the settings of the source say it. */
  readonly mapping?: number
}

export interface Snapshot {
  /** For `importer.receive()`. */
  readonly delivery: Delivery
  readonly sha256: string
  readonly facts: SnapshotFacts
}

/** Throws what the connector throws; then no file is left behind. */
export async function fetchSnapshot<Settings extends ConnectionSettings>(
  { dataDir, clock }: SnapshotPlace,
  { accountId, source, mode, sentBy, mapping }: SnapshotRequest,
  connector: Connector<Settings>,
  context: ConnectorContext<Settings>,
): Promise<Snapshot> {
  const now = clock.now()
  const id = newId(now)
  const part = partPath(dataDir, id)
  await mkdir(dirname(part), { recursive: true, mode: 0o700 })
  try {
    const written = await writeSnapshot(part, connector.snapshot(context))
    const delivery: Delivery = {
      ...{ id, accountId, source, importType: 'full', mode, size: written.size, sentBy },
      // What is known of people is what the HRIS said when it was asked, not when it had answered.
      ...{ fileName: `${connector.kind}-${stamp(now)}.csv`, receivedAt: now.toISOString() },
      ...(mapping === undefined ? {} : { snapshot: { mapping, notes: notesOf(written.facts) } }),
    }
    await settle(dataDir, delivery, part)
    return { delivery, sha256: written.sha256, facts: written.facts }
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

function notesOf({ notes }: SnapshotFacts): SnapshotNotes['notes'] {
  return notes.map((note) => ({ ...note, rows: [...note.rows] }))
}

interface Written {
  readonly size: number
  readonly sha256: string
  readonly facts: SnapshotFacts
}

async function writeSnapshot(path: string, snapshot: ReturnType<Connector['snapshot']>): Promise<Written> {
  await using file: FileHandle = await open(path, 'wx', 0o600)
  const hash = createHash('sha256')
  let size = 0
  for (;;) {
    const next = await snapshot.next()
    if (next.done) {
      await file.sync()
      return { size, sha256: hash.digest('hex'), facts: next.value }
    }
    const bytes = Buffer.from(next.value.map((cells) => csvLine(cells)).join(''))
    hash.update(bytes)
    size += bytes.length
    await file.write(bytes)
  }
}

async function settle(dataDir: string, delivery: Delivery, part: string): Promise<void> {
  const folder = deliveryDir(dataDir, delivery.accountId)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const receipt = receiptPath(dataDir, delivery)
  await writeFile(receipt, JSON.stringify(delivery), { mode: 0o600, flag: 'wx', flush: true })
  await rename(part, deliveryPath(dataDir, delivery))
  await using directory = await open(folder)
  await directory.sync()
}

/** `20261121-090000`: no colon, which is not allowed in names everywhere. */
function stamp(now: Date): string {
  return now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
}
