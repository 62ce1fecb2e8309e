/**
 * What reading and typing a clean file costs, against csv-parse alone and against reading the bytes alone, in the
 * same minutes on the same machine: `node test/bench/read.bench.ts [rows …]`. Every measurement is a process of its
 * own, so that its memory is its own. Promised: at most 1.6 times csv-parse, and less than 150 MB for any file.
 */
import { execFileSync } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isMainThread, type ResourceLimits, Worker } from 'node:worker_threads'

const WAYS = {
  'bytes alone': bytesAlone,
  'csv-parse alone': csvParseAlone,
  'our records': ourRecords,
  'our typed rows': ourTypedRows,
} as const
type Way = keyof typeof WAYS

/** Few are enough for a look; the medians of seven are what is promised. */
const REPEATS = Number(process.env['BENCH_ROUNDS'] ?? 7)
const TIMES_MAX = 1.6
const MEGABYTES_MAX = 150

const [first = '', path = '', limits = ''] = process.argv.slice(2)
if (!(first in WAYS)) await bench(process.argv.slice(2).map(Number))
// Imports run in a worker thread whose heap is kept small; so does what is measured of them.
else if (first.startsWith('our') && isMainThread) startWorker()
else await measured(first as Way, path) // just looked up

function startWorker(): void {
  const resourceLimits = JSON.parse(limits) as ResourceLimits // as the bench wrote it
  new Worker(import.meta.filename, { argv: [first, path], resourceLimits })
}

async function bench(sizes: readonly number[]): Promise<void> {
  for (const rows of sizes.length > 0 ? sizes : [100_000, 1_000_000]) await benchOf(rows)
}

interface Measure {
  readonly ms: number
  readonly megabytes: number
  readonly rows: number
}

async function benchOf(rows: number): Promise<void> {
  const file = await peopleFile(rows)
  const { MEMORY } = await import('../../importer/run/workers.ts')
  const measures = new Map<Way, Measure[]>()
  for (let round = 0; round < REPEATS; round++) {
    for (const way of Object.keys(WAYS) as Way[]) {
      const said = execFileSync(process.execPath, [import.meta.filename, way, file, JSON.stringify(MEMORY)], {
        encoding: 'utf8',
      })
      measures.set(way, [...(measures.get(way) ?? []), JSON.parse(said) as Measure]) // our own line
    }
  }
  const floor = median((measures.get('csv-parse alone') ?? []).map(({ ms }) => ms))
  process.stdout.write(`\n${rows} rows, ${(statSync(file).size / 1e6).toFixed(0)} MB, ${REPEATS} rounds\n`)
  for (const [way, all] of measures) {
    const ms = all.map((one) => one.ms)
    const peak = Math.max(...all.map(({ megabytes }) => megabytes))
    const spread = `${Math.min(...ms).toFixed(0)} / ${median(ms).toFixed(0)} / ${Math.max(...ms).toFixed(0)} ms`
    const share = (median(ms) / floor).toFixed(2)
    process.stdout.write(
      `${way.padEnd(16)} min/median/max ${spread}, ${share} x csv-parse, peak ${peak.toFixed(0)} MB\n`,
    )
    if (all.some((one) => one.rows !== rows && way !== 'bytes alone')) throw new Error(`${way} lost rows`)
    if (way === 'our typed rows' && (Number(share) > TIMES_MAX || peak > MEGABYTES_MAX)) process.exitCode = 1
  }
}

async function measured(way: Way, file: string): Promise<void> {
  const work = await WAYS[way]()
  const started = performance.now()
  const rows = await work(file)
  const ms = performance.now() - started
  const megabytes = process.resourceUsage().maxRSS / 1_024
  process.stdout.write(JSON.stringify({ ms, megabytes, rows } satisfies Measure))
}

/** Each loads only what it measures, before the clock starts. */
type Work = (file: string) => Promise<number>

async function bytesAlone(): Promise<Work> {
  return async (file) => {
    let bytes = 0
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) bytes += chunk.length
    return bytes
  }
}

/** The fastest way that reads these files rightly: arrays, no casts, one known line end. */
async function csvParseAlone(): Promise<Work> {
  const { parse } = await import('csv-parse')
  return async (file) => {
    let records = 0
    const parser = parse({ delimiter: ',', record_delimiter: '\n' })
    parser.on('data', () => records++)
    await pipeline(createReadStream(file), parser)
    return records - 1
  }
}

async function ourRecords(): Promise<Work> {
  const { DEFAULT_LIMITS, readRecords } = await import('../../importer/table/records.ts')
  const { IssueList } = await import('../../importer/table/issue-list.ts')
  return async (path) => {
    let records = 0
    const batches = readRecords({ path, name: 'people.csv' }, DEFAULT_LIMITS, new IssueList())
    for await (const batch of batches) records += batch.length
    return records - 1
  }
}

async function ourTypedRows(): Promise<Work> {
  const { DEFAULT_LIMITS, readRecords } = await import('../../importer/table/records.ts')
  const { IssueList } = await import('../../importer/table/issue-list.ts')
  const { mapHeaders } = await import('../../importer/table/mapping.ts')
  const { RowReader } = await import('../../importer/table/rows.ts')
  const { sourceSettingsSchema } = await import('../../schemas/account.ts')
  return async (path) => {
    const issues = new IssueList()
    const policy = sourceSettingsSchema.parse({})
    let reader: InstanceType<typeof RowReader> | null = null
    let rows = 0
    for await (const batch of readRecords({ path, name: 'people.csv' }, DEFAULT_LIMITS, issues)) {
      if (reader === null) {
        const header = batch.shift()
        const mapping = mapHeaders(header?.cells ?? [], 1, issues)
        reader = new RowReader(mapping, issues, {
          cellMax: DEFAULT_LIMITS.cellMax,
          today: '2026-11-21',
          policy,
        })
      }
      for (const record of batch) if (reader.read(record).outcome === 'typed') rows++
      issues.take()
    }
    return rows
  }
}

async function peopleFile(rows: number): Promise<string> {
  const { peopleCsvChunks } = await import('../support/people.ts')
  const file = join(tmpdir(), `rollcall-bench-${rows}.csv`)
  const chunks = peopleCsvChunks({ seed: 1, count: rows })
  if (!existsSync(file)) await pipeline(Readable.from(chunks), createWriteStream(file))
  return file
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
