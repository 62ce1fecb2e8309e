/**
 * Erases a person for good: from the roster, its history, plans, and the files that are kept. Not a run, since what is
 * erased must not be undone. What lies in backups, or with whoever was sent a report, is not within our reach.
 */
import { createReadStream } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openVault } from '../../keys/vault.ts'
import type { Erasure } from '../../schemas/erase.ts'
import type { Db } from '../db/open.ts'
import { ImportError } from '../errors.ts'
import { deliveryDir, receiptPath, resultsDir } from '../files.ts'
import { ID_PATTERN } from '../id.ts'
import { erasePeople, type Traces, tracesOf } from '../roster/erase.ts'
import { rosterView } from '../roster/past.ts'
import { findPerson } from '../roster/past-find.ts'
import type { Account } from '../types.ts'
import { mergedInto } from './employee.ts'
import { markErased } from './erased.ts'
import { withoutTrace } from './without-trace.ts'

export interface EraseContext {
  readonly db: Db
  readonly dataDir: string
  /** File with the master key of the vault. */
  readonly secretFile: string
  readonly now: Date
}

/** What there is of a person. Throws `EMPLOYEE_UNKNOWN`. */
export async function previewErase(context: EraseContext, account: Account, key: string): Promise<Erasure> {
  const found = await findTraces(context, account, key)
  return { ...found.erasure, isDone: false }
}

/** Erases it. Throws `EMPLOYEE_UNKNOWN`; and `ERASE_REFUSED` while a plan that may hold the person is not decided. */
export async function erase(context: EraseContext, account: Account, key: string): Promise<Erasure> {
  const { db, now } = context
  const { erasure, traces } = await findTraces(context, account, key)
  const { people } = erasure
  const vault = await openVault(context.secretFile, { mayCreate: true })
  await withoutTrace(db, {
    accountId: account.id,
    refusal: (run) => new ImportError('ERASE_REFUSED', { run }),
    async work(trx, position) {
      const { keys, labelled } = traces
      const of = { accountId: account.id, people, keys, labelled, at: now.toISOString() }
      await markErased(trx, vault, of)
      return await erasePeople(trx, of, position)
    },
  })
  for (const file of erasure.files) await removeFile(context, account, file)
  return { ...erasure, isDone: true }
}

async function findTraces(
  context: EraseContext,
  account: Account,
  key: string,
): Promise<{ erasure: Omit<Erasure, 'isDone'>; traces: Traces }> {
  const { db } = context
  const view = rosterView(db, account.id, null)
  const { row } = await findPerson(db, account, { key, position: null, view })
  const merged = await mergedInto(db, account.id, { person: row.id, position: null })
  const people = [row.id, ...merged.map(({ person }) => person.id)]
  const traces = await tracesOf(db, account.id, people)
  const { changes, planRows, reports } = traces
  const files = await searchFiles(context, account, traces)
  return { erasure: { account: account.slug, people, changes, planRows, reports, ...files }, traces }
}

async function searchFiles(
  { dataDir }: EraseContext,
  account: Account,
  { keys, names }: Traces,
): Promise<Pick<Erasure, 'files' | 'unsearched'>> {
  // An Employee Id alone may be a number that stands anywhere.
  const needles = [...keys.filter((key) => key.includes('@')), ...names].map((one) => one.toLowerCase())
  const [files, unsearched]: [string[], string[]] = [[], []]
  for (const folder of [deliveryDir(dataDir, account.id), resultsDir(dataDir, account.id)]) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (!entry.isFile()) continue
      const found = await namesAnyOf(join(folder, entry.name), needles)
      if (found === null) unsearched.push(entry.name)
      else if (found) files.push(entry.name)
    }
  }
  return { files: files.sort(), unsearched: unsearched.sort() }
}

/** Whether the file has one of these texts in it; null where it cannot be read as text. */
async function namesAnyOf(path: string, needles: readonly string[]): Promise<boolean | null> {
  const longest = Math.max(0, ...needles.map((needle) => needle.length))
  let tail = ''
  let isFirst = true
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (isFirst && isPacked(chunk)) return null
    isFirst = false
    // By single bytes as well: a file of another encoding has the same letters there.
    for (const text of [chunk.toString('utf8'), chunk.toString('latin1')].map((one) => one.toLowerCase())) {
      if (needles.some((needle) => (tail + text).includes(needle))) return true
    }
    tail = chunk.toString('utf8').toLowerCase().slice(-longest)
  }
  return false
}

const PACKED: readonly (readonly number[])[] = [
  [0x1f, 0x8b],
  [0x50, 0x4b],
  [0xff, 0xfe],
  [0xfe, 0xff],
  // "-----BEGIN PGP"
  [0x2d, 0x2d, 0x2d, 0x2d, 0x2d],
]

function isPacked(head: Buffer): boolean {
  const [first = 0] = head
  const isText = PACKED.every((magic) => magic.some((byte, at) => head[at] !== byte))
  // The first byte of every binary PGP message; in UTF-8 no text starts with a continuation.
  return !isText || (first >= 0x80 && first < 0xc2) || head.subarray(0, 512).includes(0)
}

async function removeFile({ dataDir }: EraseContext, account: Account, name: string): Promise<void> {
  const isDelivery = ID_PATTERN.test(name)
  const folder = isDelivery ? deliveryDir(dataDir, account.id) : resultsDir(dataDir, account.id)
  if (isDelivery) await rm(receiptPath(dataDir, { accountId: account.id, id: name }), { force: true })
  await rm(join(folder, name), { force: true })
}
