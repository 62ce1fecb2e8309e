/** How long what is remembered. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createIntake, type Intake } from '../../../server/intake.ts'
import { createLog } from '../../../server/log.ts'
import { DEFAULT_LIMITS } from '../../../server/sftp/limits.ts'
import { canonicalPath, locate } from '../../../server/sftp/paths.ts'
import type { Uploader, UploadPlace } from '../../../server/sftp/upload.ts'
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
  intake = createIntake({
    dataDir,
    importer: new RecordingLedger([account]),
    log: createLog({ level: 'silent' }),
    now,
  })
  await intake.start()
  uploads = createUploads({ intake, now, limits: DEFAULT_LIMITS })
})

afterEach(async () => {
  await uploads.abandonAll()
  await intake.stop()
  await rm(dataDir, { recursive: true })
})

async function put(path: string): Promise<UploadPlace> {
  const place = locate(canonicalPath(Buffer.from(path)))
  if (place.kind !== 'name' || place.folder === '/results')
    throw new Error(`${path} is no place for an upload`)
  const upload = await uploads.begin(uploader, { ...place, folder: place.folder })
  await upload.close()
  return upload.place
}

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
  await upload.abandon()
})
