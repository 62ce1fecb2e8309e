/** How long what is remembered. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createIntake, type Intake } from '../../../server/intake.ts'
import { createLog } from '../../../server/log.ts'
import { DEFAULT_LIMITS } from '../../../server/sftp/limits.ts'
import { canonicalPath, locate } from '../../../server/sftp/paths.ts'
import { createSpace } from '../../../server/sftp/space.ts'
import type { Upload, Uploader, UploadPlace } from '../../../server/sftp/upload.ts'
import { createUploads, type Uploads } from '../../../server/sftp/uploads.ts'
import { RecordingLedger, testAccount } from '../../support/sftp-ledger.ts'

const MINUTE = 60_000
const account = testAccount('acme')
const uploader: Uploader = { account, source: 'sftp', sentBy: 'SHA256:test' }

let dataDir: string
let intake: Intake
let uploads: Uploads
let nowMs: number

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-uploads-'))
  nowMs = Date.now()
  const now = () => new Date(nowMs)
  const log = createLog({ level: 'silent' })
  intake = createIntake({ dataDir, importer: new RecordingLedger([account]), log, now })
  await intake.start()
  const limits = { ...DEFAULT_LIMITS, cutMax: 3, cutBytesMax: 1_000 }
  const space = createSpace({ dataDir, log, limits })
  uploads = createUploads({ intake, space, now, limits, examine: async () => null })
})

afterEach(async () => {
  await uploads.stop()
  await intake.stop()
  await rm(dataDir, { recursive: true })
})

function placeOf(path: string): UploadPlace {
  const place = locate(canonicalPath(Buffer.from(path)))
  if (place.kind !== 'name' || place.folder === '/results')
    throw new Error(`${path} is no place for an upload`)
  return { ...place, folder: place.folder }
}

async function put(path: string): Promise<UploadPlace> {
  const upload = await uploads.begin(uploader, placeOf(path))
  await upload.close()
  return upload.place
}

/** An upload whose connection is lost after so many bytes. */
async function cut(path: string, bytes: number): Promise<Upload> {
  const upload = await uploads.begin(uploader, placeOf(path))
  await new Promise<unknown>((done) => {
    upload.write({ offset: 0, data: [Buffer.alloc(bytes)], length: bytes, done })
  })
  await upload.cut()
  return upload
}

const listed = () => uploads.list(uploader, '/inbox').map(({ place }) => place.name)

async function pass(minutes: number): Promise<void> {
  nowMs += minutes * MINUTE
  await uploads.expire()
}

test('a taken file is visible for ten minutes', async () => {
  const { key } = await put('/inbox/a.csv')
  await pass(10)
  expect(uploads.find(uploader, key)).toBeDefined()
  await pass(0.1)
  expect(uploads.find(uploader, key)).toBeUndefined()
  expect(uploads.list(uploader, '/inbox')).toEqual([])
})

test('a file under a temporary name waits for a day, then its bytes are removed', async () => {
  const { key } = await put('/inbox/a.csv.tmp')
  await pass(24 * 60)
  expect(uploads.find(uploader, key)).toBeDefined()
  await pass(1)
  expect(uploads.find(uploader, key)).toBeUndefined()
  expect(await readdir(join(dataDir, 'deliveries', '.partial'))).toEqual([])
})

test('a file that is still being written is never forgotten', async () => {
  const place = { folder: '/inbox', name: 'slow.csv', key: 'slow' } as const
  const upload = await uploads.begin(uploader, place)
  await pass(48 * 60)
  expect(uploads.find(uploader, 'slow')).toBe(upload)
  expect(uploads.underWay()).toEqual([upload])
  await upload.cut()
})

test('an upload that was cut off waits for a day, then its bytes are removed', async () => {
  await cut('/inbox/a.csv', 100)
  await pass(24 * 60)
  expect(listed()).toEqual(['a.csv'])
  await pass(1)
  expect(listed()).toEqual([])
  expect(await readdir(join(dataDir, 'deliveries', '.partial'))).toEqual([])
})

test('of many that were cut off the latest are kept, within a number and a sum of bytes', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await cut(`/inbox/${name}.csv`, 10)
  expect(listed().sort()).toEqual(['b.csv', 'c.csv', 'd.csv'])
  await cut('/inbox/large.csv', 990)
  expect(listed()).toEqual(['large.csv', 'd.csv'])
  await cut('/inbox/larger.csv', 1_002)
  expect(listed()).toEqual(['large.csv', 'd.csv'])
})

test('one that was cut off and begun anew meanwhile is not kept', async () => {
  const place = placeOf('/inbox/a.csv')
  const lost = await uploads.begin(uploader, place)
  await new Promise<unknown>((done) => lost.write({ offset: 0, data: [Buffer.from('old')], length: 3, done }))
  await put('/inbox/a.csv')
  await lost.cut()
  expect(lost.state).toBe('gone')
  expect(uploads.find(uploader, place.key)?.state).toBe('taken')
})
