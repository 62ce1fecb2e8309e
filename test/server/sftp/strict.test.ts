/** Whose upload fails in a strict source, and whose does not, whatever happens meanwhile. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deliveryPath, newId } from '../../../importer/importer.ts'
import type { Delivery } from '../../../importer/types.ts'
import { createLog } from '../../../server/log.ts'
import { createExamine, type StrictDeps } from '../../../server/sftp/strict.ts'
import { openTestImporter, type TestImporter } from '../../support/importer.ts'

const GOOD = 'Employee Name,Email\nAnn Ames,ann@example.com\n'
const BAD = 'Canary,Canary\n1,2\n'

async function delivered(test: TestImporter, content: string): Promise<Delivery> {
  const delivery: Delivery = {
    ...{ id: newId(new Date()), accountId: test.accountId(), source: 'sftp', importType: 'partial' },
    ...{ mode: 'apply', fileName: 'staff.csv', size: content.length, sentBy: 'test' },
    receivedAt: new Date().toISOString(),
  }
  const path = deliveryPath(test.dataDir, delivery)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
  return delivery
}

function examineWith(test: TestImporter, deps: Partial<StrictDeps> = {}, lines: string[] = []) {
  const examine = createExamine({
    importer: test.importer,
    dataDir: test.dataDir,
    log: createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } }),
    patienceMs: 20_000,
    stopping: new AbortController().signal,
    ...deps,
  })
  const account = { id: test.accountId(), slug: 'acme' }
  return (delivery: Delivery, source = 'sftp') => examine({ account, source, sentBy: 'test' }, delivery)
}

test('only a fatally wrong file of a strict source is refused, by code and sentence and without its values', async () => {
  const desk = await openTestImporter('sqlite')
  const examine = examineWith(desk)
  const [good, bad] = [await delivered(desk, GOOD), await delivered(desk, BAD)]
  expect(await examine(bad)).toBeNull()
  await desk.importer.setSource('acme', 'sftp', { strict: true })
  expect(await examine(good)).toBeNull()
  const refusal = await examine(bad)
  expect(refusal?.message).toMatch(/^[A-Z]+_[A-Z_]+: \S/)
  expect(refusal?.message).not.toContain('1,2')
  // A source that nobody has heard of has the settings that every source begins with.
  expect(await examine(bad, 'another')).toBeNull()
})

test('a sender is not made to wait for longer than the patience, nor for a server that stops', async () => {
  const desk = await openTestImporter('sqlite')
  await desk.importer.setSource('acme', 'sftp', { strict: true })
  const bad = await delivered(desk, BAD)
  const lines: string[] = []
  expect(await examineWith(desk, { patienceMs: 1 }, lines)(bad)).toBeNull()
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const pending = examineWith(desk, { stopping: stop.signal }, lines)(bad)
  stop.abort()
  expect(await pending).toBeNull()
  expect(lines.filter((line) => line.includes('not checked in time'))).toHaveLength(2)
})

test('a check that fails is for the log; the sender of a file that is safe hears OK', async () => {
  const desk = await openTestImporter('sqlite')
  await desk.importer.setSource('acme', 'sftp', { strict: true })
  const bad = await delivered(desk, BAD)
  const lines: string[] = []
  const examine = examineWith(desk, {}, lines)
  expect(await examine({ ...bad, id: newId(new Date()) })).toBeNull()
  expect(lines.join('')).toContain('could not be checked')
})

test('many files at once are all checked', async () => {
  const desk = await openTestImporter('sqlite')
  await desk.importer.setSource('acme', 'sftp', { strict: true })
  const examine = examineWith(desk)
  const files = await Promise.all(
    Array.from({ length: 6 }, (_, index) => delivered(desk, index % 2 ? GOOD : BAD)),
  )
  const refusals = await Promise.all(files.map((one) => examine(one)))
  expect(refusals.map((one) => one !== null)).toEqual([true, false, true, false, true, false])
})
