/** Files that other programs of the machine put into the drop folders. */
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { deliveryDir, deliveryPath } from '../../importer/importer.ts'
import { createIntake, dropDir, type Intake } from '../../server/intake.ts'
import { createLog } from '../../server/log.ts'
import { RecordingLedger, testAccount } from '../support/sftp-ledger.ts'
import { needProgram, runProgram } from '../support/sftp-programs.ts'
import { until } from '../support/sftp-server.ts'

interface Desk extends AsyncDisposable {
  readonly dataDir: string
  readonly inbox: string
  readonly ledger: RecordingLedger
  readonly intake: Intake
  readonly lines: string[]
}

const STABLE_MS = 60

/** Started, with the watcher running and the next regular sweep a day away. */
async function open(options: { stableMs?: number } = {}): Promise<Desk> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-drop-'))
  const ledger = new RecordingLedger([testAccount('acme')])
  const lines: string[] = []
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } })
  const settings = { stableMs: options.stableMs ?? STABLE_MS, sweepMs: 86_400_000 }
  const intake = createIntake({ dataDir, importer: ledger, log, now: () => new Date(), ...settings })
  await intake.start()
  const inbox = dropDir(dataDir, 'acme', 'inbox')
  return {
    dataDir,
    inbox,
    ledger,
    intake,
    lines,
    async [Symbol.asyncDispose]() {
      await intake.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Sweeps until a condition holds: files must stand still between two looks. */
async function sweepUntil(desk: Desk, isTrue: () => boolean, what: string): Promise<void> {
  await until(async () => {
    await desk.intake.sweep()
    return isTrue()
  }, what)
}

test('a file is taken soon after it was put there, with its name, and is gone from the folder', async () => {
  await using desk = await open()
  await writeFile(join(desk.inbox, 'people.csv'), 'Name\nA\n')
  await until(() => desk.ledger.deliveries.length === 1, 'the watcher to see it')
  const [delivery] = desk.ledger.deliveries
  if (!delivery) throw new Error('no delivery')
  expect(delivery).toMatchObject({
    fileName: 'people.csv',
    size: 7,
    source: 'sftp',
    importType: 'partial',
    mode: 'apply',
    sentBy: 'drop folder',
  })
  expect(await readFile(deliveryPath(desk.dataDir, delivery), 'utf8')).toBe('Name\nA\n')
  expect(await readdir(desk.inbox)).toEqual([])
})

test('a file in the test folder is a dry run', async () => {
  await using desk = await open()
  await writeFile(join(dropDir(desk.dataDir, 'acme', 'test'), 'people.csv'), 'Name\n')
  await until(() => desk.ledger.deliveries.length === 1, 'the delivery')
  expect(desk.ledger.deliveries[0]).toMatchObject({ mode: 'dry_run' })
})

test('a file that was there before the start is taken at the start when it has long been still', async () => {
  await using desk = await open()
  await desk.intake.stop()
  await writeFile(join(desk.inbox, 'early.csv'), 'Name\n')
  const { ctimeMs } = await lstat(join(desk.inbox, 'early.csv'))
  await until(() => Date.now() - ctimeMs > 2 * STABLE_MS + 20, 'it to be old enough')
  const again = createIntake({
    dataDir: desk.dataDir,
    importer: desk.ledger,
    log: createLog({ level: 'silent' }),
    now: () => new Date(),
    stableMs: STABLE_MS,
  })
  await again.start()
  expect(desk.ledger.deliveries).toHaveLength(1)
  await again.stop()
})

test('a file that is still growing is not taken, however old its own times say it is', async () => {
  await using desk = await open({ stableMs: 400 })
  const path = join(desk.inbox, 'growing.csv')
  let text = ''
  const until3 = performance.now() + 1_500
  while (performance.now() < until3) {
    text += 'Name,Email\n'
    await writeFile(path, text)
    // As `cp -p` and rsync leave it.
    await utimes(path, new Date(0), new Date(0))
    await desk.intake.sweep()
    expect(desk.ledger.deliveries).toEqual([])
  }
  await until(() => desk.ledger.deliveries.length === 1, 'it to be taken when it stands still')
  expect(desk.ledger.deliveries[0]).toMatchObject({ size: text.length })
})

test('watcher and sweep together take a file once', async () => {
  await using desk = await open()
  const names = Array.from({ length: 30 }, (_, index) => `${String(index).padStart(2, '0')}.csv`)
  await Promise.all(names.map((name) => writeFile(join(desk.inbox, name), `Name\n${name}\n`)))
  await sweepUntil(desk, () => desk.ledger.deliveries.length >= 30, 'all thirty')
  await Promise.all([desk.intake.sweep(), desk.intake.sweep()])
  expect(desk.ledger.deliveries.map((one) => one.fileName).sort()).toEqual(names)
})

test('a second file of the same name is a second delivery', async () => {
  await using desk = await open()
  for (const count of [1, 2]) {
    await writeFile(join(desk.inbox, 'daily.csv'), `Name\n${'x'.repeat(count)}\n`)
    await until(() => desk.ledger.deliveries.length === count, `delivery ${count}`)
  }
  expect(desk.ledger.deliveries.map((one) => one.size)).toEqual([7, 8])
})

test('a file under a temporary name is taken when it is renamed', async () => {
  await using desk = await open()
  const temporary = join(desk.inbox, 'people.csv.tmp')
  await writeFile(temporary, 'Name\n')
  await writeFile(join(desk.inbox, 'marker.csv'), 'Name\n')
  await sweepUntil(desk, () => desk.ledger.deliveries.length === 1, 'the marker')
  expect(desk.ledger.deliveries[0]).toMatchObject({ fileName: 'marker.csv' })
  await rename(temporary, join(desk.inbox, 'people.csv'))
  await until(() => desk.ledger.deliveries.length === 2, 'the renamed file')
})

describe('what is not a plain file is left alone, named once, and never followed', () => {
  test('a link, a second name, a folder and a pipe', async () => {
    await using desk = await open()
    const secret = join(desk.dataDir, 'secret.txt')
    await writeFile(secret, 'root:x:0:0')
    await symlink(secret, join(desk.inbox, 'link.csv'))
    await symlink('/nowhere', join(desk.inbox, 'dangling.csv'))
    await link(secret, join(desk.inbox, 'hard.csv'))
    await mkdir(join(desk.inbox, 'folder.csv'))
    const mkfifo = needProgram('mkfifo')
    if (mkfifo !== null) await runProgram(mkfifo, [join(desk.inbox, 'pipe.csv')])
    await writeFile(join(desk.inbox, 'plain.csv'), 'Name\n')
    await sweepUntil(desk, () => desk.ledger.deliveries.length === 1, 'the plain file')
    for (let round = 0; round < 3; round++) await desk.intake.sweep()
    expect(desk.ledger.deliveries.map((one) => one.fileName)).toEqual(['plain.csv'])
    expect((await readdir(desk.inbox)).length).toBe(mkfifo === null ? 4 : 5)
    expect(desk.lines.filter((line) => line.includes('it is a link'))).toHaveLength(2)
    const complaints = desk.lines.filter((line) => line.includes('left alone'))
    expect(complaints).toHaveLength(mkfifo === null ? 4 : 5)
    // Names are personal.
    expect(desk.lines.join('')).not.toMatch(/link\.csv|hard\.csv|plain\.csv/)
  })

  test('a name that is not UTF-8', async () => {
    await using desk = await open()
    const name = Buffer.concat([Buffer.from(`${desk.inbox}/M`), Buffer.from([0xfc]), Buffer.from('ller.csv')])
    await writeFile(name, 'Name\n')
    await writeFile(join(desk.inbox, 'plain.csv'), 'Name\n')
    await sweepUntil(desk, () => desk.ledger.deliveries.length === 1, 'the plain file')
    expect(desk.lines.filter((line) => line.includes('not UTF-8'))).toHaveLength(1)
  })

  test('a link that is put in the place of a file at the moment in which it is taken', async () => {
    await using desk = await open({ stableMs: 0 })
    const [secret, other, path] = ['secret.txt', 'other', 'drop/acme/inbox/swapped.csv'].map((name) =>
      join(desk.dataDir, name),
    ) as [string, string, string]
    await writeFile(secret, 'root:x:0:0')
    let isOver = false
    // Somebody on the machine who keeps trying: file, link, file, link.
    const swapper = (async () => {
      while (!isOver) {
        await writeFile(other, 'Name\n')
        await rename(other, path)
        await symlink(secret, other)
        await rename(other, path)
      }
    })()
    const deadline = performance.now() + 1_000
    while (performance.now() < deadline) await desk.intake.sweep()
    isOver = true
    await swapper
    const folder = deliveryDir(desk.dataDir, testAccount('acme').id)
    for (const name of await readdir(folder).catch(() => [])) {
      expect((await lstat(join(folder, name))).isSymbolicLink(), name).toBe(false)
    }
    for (const delivery of desk.ledger.deliveries) {
      expect(await readFile(deliveryPath(desk.dataDir, delivery), 'utf8')).toBe('Name\n')
    }
  })
})

test('a drop folder on another file system is copied from, and emptied', async () => {
  await using desk = await open()
  // The other file system is one that this machine has; where it has only one, a rename does and the promise holds.
  const elsewhere = await mkdtemp('/dev/shm/rollcall-drop-').catch(() =>
    mkdtemp(join(tmpdir(), 'rollcall-drop-')),
  )
  await rm(desk.inbox, { recursive: true })
  await symlink(elsewhere, desk.inbox)
  const text = 'Name,Email\n'.repeat(20_000)
  await writeFile(join(elsewhere, 'far.csv'), text)
  await sweepUntil(desk, () => desk.ledger.deliveries.length === 1, 'the file')
  const [delivery] = desk.ledger.deliveries
  if (!delivery) throw new Error('no delivery')
  expect(await readFile(deliveryPath(desk.dataDir, delivery), 'utf8')).toBe(text)
  expect(await readdir(elsewhere)).toEqual([])
  await rm(elsewhere, { recursive: true })
})

test('a new account gets its folders at once, or by the next sweep', async () => {
  await using desk = await open()
  const [now, later] = [testAccount('now'), testAccount('later')]
  await desk.intake.addAccount(now)
  desk.ledger.accounts.push(now, later)
  await writeFile(join(dropDir(desk.dataDir, 'now', 'inbox'), 'a.csv'), 'Name\n')
  await until(() => desk.ledger.deliveries.length === 1, 'the delivery')
  await desk.intake.sweep()
  expect(await readdir(join(desk.dataDir, 'drop', 'later'))).toEqual(['inbox', 'test'])
})

test('a delivered file is readable by its owner only, whoever put it there', async () => {
  await using desk = await open()
  const path = join(desk.inbox, 'open.csv')
  await writeFile(path, 'Name\n')
  await chmod(path, 0o666)
  await until(() => desk.ledger.deliveries.length === 1, 'the delivery')
  const [delivery] = desk.ledger.deliveries
  if (!delivery) throw new Error('no delivery')
  expect((await lstat(deliveryPath(desk.dataDir, delivery))).mode & 0o777).toBe(0o600)
})
