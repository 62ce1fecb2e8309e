/**
 * Mutated files through the reader and through `validate`: whatever the bytes, the answer is a list of issues and a
 * count in which every row stands once. Nothing is thrown, nothing hangs, no byte of a readable file is lost.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import { createMessage, encrypt, generateKey } from 'openpgp'
import { validateFile } from '../../importer/run/validate.ts'
import { IssueList } from '../../importer/table/issue-list.ts'
import {
  DEFAULT_LIMITS,
  type RawRecord,
  type ReadingOptions,
  readRecords,
} from '../../importer/table/records.ts'
import { isBlank } from '../../schemas/cell-text.ts'
import { workbookOf, zipOf } from '../support/archives.ts'
import { type Draw, drawing } from '../support/draw.ts'
import { peopleCsvChunks } from '../support/people.ts'
import { mutated } from './mutate.ts'

export interface FuzzOptions {
  readonly seed: number
  readonly files: number
  readonly onProgress?: (result: FuzzResult) => void
}

export interface FuzzResult {
  files: number
  rows: number
  /** Files that were read to the end. */
  read: number
  refused: number
  slowestMs: number
  /** Number of the file that took longest. */
  slowest: number
  readonly codes: Map<string, number>
}

interface Base {
  readonly name: string
  readonly bytes: Buffer
  readonly options?: ReadingOptions
}

/** Runs; throws with the number of the file and leaves its bytes behind where a promise is broken. */
export async function fuzz({ seed, files, onProgress }: FuzzOptions): Promise<FuzzResult> {
  const bases = await basesOf()
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-fuzz-'))
  const result: FuzzResult = {
    files: 0,
    rows: 0,
    read: 0,
    refused: 0,
    slowestMs: 0,
    slowest: -1,
    codes: new Map(),
  }
  const path = join(folder, 'delivered')
  await using watchdog = watchFor(`a file hangs, kept at ${path}`)
  for (let number = 0; number < files; number++) {
    watchdog.feed()
    // Of its number alone, so that one file can be tried again without those before it.
    const draw = drawing(seed * 1_000_003 + number)
    const base = pickBase(bases, draw)
    writeFileSync(path, mutated(base.bytes, draw))
    const started = performance.now()
    try {
      await tryFile(path, base, result)
    } catch (error) {
      throw new Error(`file ${number} of seed ${seed} (${base.name}), kept at ${path}`, { cause: error })
    }
    const ms = performance.now() - started
    if (ms > result.slowestMs) Object.assign(result, { slowestMs: ms, slowest: number })
    result.files++
    if (result.files % 5_000 === 0) onProgress?.(result)
  }
  rmSync(folder, { recursive: true })
  return result
}

const HANGS_AFTER_MS = 30_000

/** Ends the process when it has not been fed for long: whatever hangs would keep a timer of its own from running. */
function watchFor(message: string): AsyncDisposable & { feed(): void } {
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const guard = new Worker(
    `const { workerData: { beats, ms, message } } = require('node:worker_threads')
     let seen = 0
     setInterval(() => {
       if (beats[0] !== seen) { seen = beats[0]; return }
       require('node:fs').writeSync(2, message + '\\n')
       process.kill(process.pid, 'SIGKILL')
     }, ms)`,
    { eval: true, workerData: { beats, ms: HANGS_AFTER_MS, message } },
  )
  return {
    feed: () => void Atomics.add(beats, 0, 1),
    [Symbol.asyncDispose]: async () => void (await guard.terminate()),
  }
}

async function tryFile(path: string, { name, options = {} }: Base, result: FuzzResult): Promise<void> {
  const issues = new IssueList()
  const records: RawRecord[] = []
  for await (const batch of readRecords({ path, name }, DEFAULT_LIMITS, issues, {
    ...options,
    keepRaw: true,
  })) {
    records.push(...batch)
  }
  if (!issues.isFatal && /\.(csv|tsv|txt)$/i.test(name)) expectEveryByte(readFileSync(path), records)
  const run = await validateFile({
    path,
    fileName: name,
    today: '2026-11-21',
    now: '2026-11-21T09:00:00.000Z',
  })
  const { read, blank, rejected, excluded, held, created, updated, unchanged } = run.counts
  const sum = blank + rejected + excluded + held + created + updated + unchanged
  expectSame(read, sum, 'every row ends in one place')
  const isRefused = run.state === 'rejected'
  expectSame(isRefused || run.state === 'dry_run', true, `the state is ${run.state}`)
  const severities = run.issues.map(({ severity }) => severity)
  if (isRefused) expectSame(severities.includes('fatal'), true, 'a refusal has a reason')
  // With keys of its own, what `validate` cannot open is read above all the same.
  else expectSame(read, records.length - 1, 'every record is a row')
  result.rows += read
  result[isRefused ? 'refused' : 'read']++
  for (const [code, count] of Object.entries(run.issueCounts)) {
    result.codes.set(code, (result.codes.get(code) ?? 0) + count)
  }
}

/** The records and the line ends between them are the text, from its first byte to its last. */
function expectEveryByte(bytes: Buffer, records: readonly RawRecord[]): void {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe
  const text = isWide ? bytes.toString('utf16le') : bytes.toString('utf8')
  const rest = text.replace(/^\ufeff/, '').replace(/^"?sep=[,;\t|]"?(?:\r\n|\n|\r)/i, '')
  const first = records[0]?.raw?.toString() ?? ''
  // Blank records above the header are passed over.
  let at = rest.indexOf(first)
  const isNothing = rest
    .slice(0, at)
    .split(/[,;\t|"\r\n]/)
    .every(isBlank)
  expectSame(isNothing, true, 'nothing stands above the header')
  for (const { raw } of records) {
    const cells = raw?.toString() ?? ''
    expectSame(rest.startsWith(cells, at), true, `the record at ${at} is what stands there`)
    at += cells.length
    at += rest.startsWith('\r\n', at) ? 2 : /[\r\n]/.test(rest.charAt(at)) ? 1 : 0
  }
  expectSame(at, rest.length, 'no byte is left over')
}

function expectSame(found: unknown, wanted: unknown, promise: string): void {
  if (found !== wanted) throw new Error(`${promise}: expected ${String(wanted)}, found ${String(found)}`)
}

function pickBase(bases: readonly (readonly Base[])[], draw: Draw): Base {
  // Mostly texts; packed files are refused at the first byte that is not right.
  const [texts = [], packed = []] = bases
  return draw.pick(draw.isLucky(0.92) ? texts : packed)
}

async function basesOf(): Promise<Base[][]> {
  const folder = join(import.meta.dirname, '..', '..', 'fixtures')
  const fixtures = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /input\.(csv|tsv|txt)$/i.test(file))
    .map((file) => ({ name: 'people.csv', bytes: readFileSync(join(folder, file)) }))
    .filter(({ bytes }) => bytes.length < 8_192)
  const people = [',', ';', '\t', '|'].map((delimiter) => {
    const chunks = [...peopleCsvChunks({ seed: 3, count: 12 }, { delimiter, bom: delimiter === ';' })]
    return { name: 'people.csv', bytes: Buffer.from(chunks.join('')) }
  })
  const text = people[0]?.bytes ?? Buffer.alloc(0)
  const rows = text
    .toString()
    .split('\n')
    .slice(0, 6)
    .map((line) => line.split(','))
  return [
    [...fixtures, ...people],
    [
      { name: 'people.csv.gz', bytes: gzipSync(text) },
      { name: 'people.zip', bytes: await zipOf([['people.csv', text]]) },
      { name: 'people.xlsx', bytes: await workbookOf({ rows, formats: ['yyyy-mm-dd'] }) },
      ...(await encryptedBases(text)),
    ],
  ]
}

async function encryptedBases(text: Buffer): Promise<Base[]> {
  const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: 'server' }], format: 'object' })
  const armoredKey = privateKey.armor()
  const message = await createMessage({ binary: text })
  const bytes = Buffer.from(
    (await encrypt({ message, encryptionKeys: publicKey, format: 'binary' })) as Uint8Array,
  ) // format: binary
  const now = new Date(Date.now() + 60_000)
  const keys = { decryptionKeys: [armoredKey], verificationKeys: [], now }
  return [
    {
      name: 'people.csv.pgp',
      bytes,
      options: { pgp: { policy: 'required', signature: 'ignored', ...keys } },
    },
  ]
}
