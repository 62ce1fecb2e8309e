/** `node test/bench/reading/ways.ts <way> <file> <memory>`: reads a file in one way and says what it cost. */
import { createReadStream } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { pipeline } from 'node:stream/promises'
import { isMainThread, type ResourceLimits, Worker } from 'node:worker_threads'
import { tellMeasure } from '../harness/tell.ts'

export const WAYS = {
  'bytes alone': bytesAlone,
  'csv-parse alone': csvParseAlone,
  'our records': ourRecords,
  'our typed rows': ourTypedRows,
  validate,
} as const
type Way = keyof typeof WAYS

/** Each loads only what it measures, before the clock starts. */
type Work = (file: string) => Promise<number>

if (process.argv[1] === import.meta.filename) {
  // As server/rollcall.mjs does: without it, every thread loads the compiler that takes the types out.
  enableCompileCache()
  await main()
}

async function main(): Promise<void> {
  const [way = '', file = '', memory = '{}'] = process.argv.slice(2)
  // Imports run in a worker thread whose heap is kept small; so does what is measured of them. Validating starts its own.
  if (way.startsWith('our') && isMainThread) {
    const resourceLimits = JSON.parse(memory) as ResourceLimits // as the bench wrote it
    new Worker(import.meta.filename, { argv: [way, file], resourceLimits })
    return
  }
  const work = await WAYS[way as Way]() // named by the bench
  await tellMeasure(async () => ({ rows: await work(file) }))
}

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
  const { DEFAULT_LIMITS, readRecords } = await import('../../../importer/table/records.ts')
  const { IssueList } = await import('../../../importer/table/issue-list.ts')
  return async (path) => {
    let records = 0
    const batches = readRecords({ path, name: 'people.csv' }, DEFAULT_LIMITS, new IssueList())
    for await (const batch of batches) records += batch.length
    return records - 1
  }
}

async function ourTypedRows(): Promise<Work> {
  const { DEFAULT_LIMITS, readRecords } = await import('../../../importer/table/records.ts')
  const { IssueList } = await import('../../../importer/table/issue-list.ts')
  const { mapHeaders } = await import('../../../importer/table/mapping.ts')
  const { RowReader } = await import('../../../importer/table/rows.ts')
  const { sourceSettingsSchema } = await import('../../../schemas/account.ts')
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

async function validate(): Promise<Work> {
  const { validateAlone } = await import('../../../importer/importer.ts')
  return async (path) => {
    const run = await validateAlone({
      path,
      fileName: 'people.csv',
      today: '2026-11-21',
      now: new Date().toISOString(),
    })
    return run.counts.read
  }
}
