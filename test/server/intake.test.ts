import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { deliveryDir, deliveryPath, newId, partPath, receiptPath } from '../../importer/importer.ts'
import type { Delivery } from '../../importer/types.ts'
import { createIntake, type Intake, isTemporaryName, type PartFile } from '../../server/intake.ts'
import { createLog } from '../../server/log.ts'
import { RecordingLedger, testAccount } from '../support/sftp-ledger.ts'
import { until } from '../support/sftp-server.ts'

interface Desk extends AsyncDisposable {
  readonly dataDir: string
  readonly ledger: RecordingLedger
  readonly intake: Intake
  readonly lines: string[]
  /** Another process on the same data directory. */
  readonly restart: () => Intake
}

async function open(): Promise<Desk> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-intake-'))
  const ledger = new RecordingLedger([testAccount('acme'), testAccount('globex')])
  const lines: string[] = []
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } })
  const started: Intake[] = []
  const restart = () => {
    const intake = createIntake({ dataDir, importer: ledger, log, now: () => new Date() })
    started.push(intake)
    return intake
  }
  return {
    dataDir,
    ledger,
    lines,
    restart,
    intake: restart(),
    async [Symbol.asyncDispose]() {
      for (const intake of started) await intake.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function begin(intake: Intake, text: string, slug = 'acme'): Promise<PartFile> {
  const { id } = testAccount(slug)
  const part = await intake.begin({
    account: { id, slug },
    source: 'sftp',
    importType: 'partial',
    mode: 'apply',
  })
  await part.handle.write(text)
  return part
}

async function deliver(intake: Intake, name: string, slug = 'acme'): Promise<Delivery> {
  return intake.complete(await begin(intake, 'Name\n', slug), name, 'test')
}

describe('a finished file', () => {
  test('reaches the ledger without its sender waiting for it', async () => {
    await using desk = await open()
    await desk.intake.start()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const enter = desk.ledger.enter.bind(desk.ledger)
    desk.ledger.enter = async (deliveries) => {
      await held
      return enter(deliveries)
    }
    const delivery = await deliver(desk.intake, 'a.csv')
    expect(desk.ledger.deliveries).toEqual([])
    release()
    await until(() => desk.ledger.deliveries.length === 1, 'the delivery')
    expect(desk.ledger.deliveries).toEqual([delivery])
  })

  test('that the ledger could not take is entered by the next sweep, and later ones wait for it', async () => {
    await using desk = await open()
    await desk.intake.start()
    desk.ledger.failures.push(new Error('the database is away'), new Error('still away'))
    const first = await deliver(desk.intake, 'first.csv')
    await until(() => desk.ledger.calls === 1, 'the first try')
    const second = await deliver(desk.intake, 'second.csv')
    await until(() => desk.ledger.calls === 2, 'the second try')
    expect(desk.ledger.deliveries).toEqual([])
    const elsewhere = await deliver(desk.intake, 'x.csv', 'globex')
    await until(() => desk.ledger.deliveries.length === 1, 'the other account, which waits for nobody')
    await desk.intake.sweep()
    expect(desk.ledger.deliveries).toEqual([elsewhere, first, second])
  })

  test('takes the earlier one along that the ledger could not take, and goes behind it', async () => {
    await using desk = await open()
    await desk.intake.start()
    desk.ledger.failures.push(new Error('the database is away'))
    const first = await deliver(desk.intake, 'first.csv')
    await until(() => desk.ledger.calls === 1, 'the first try')
    const second = await deliver(desk.intake, 'second.csv')
    await until(() => desk.ledger.deliveries.length === 2, 'both')
    expect(desk.ledger.deliveries).toEqual([first, second])
  })

  test('whose source could not be asked about holds back the later ones of its account', async () => {
    await using desk = await open()
    await desk.intake.start()
    const rules = desk.ledger.deliveryRules.bind(desk.ledger)
    let isAway = true
    desk.ledger.deliveryRules = async (delivery) => {
      if (isAway && delivery.accountId === testAccount('acme').id) throw new Error('the database is away')
      return rules(delivery)
    }
    const first = await deliver(desk.intake, 'first.csv')
    const second = await deliver(desk.intake, 'second.csv')
    const elsewhere = await deliver(desk.intake, 'x.csv', 'globex')
    await until(() => desk.ledger.deliveries.length === 1, 'the other account, which waits for nobody')
    isAway = false
    await desk.intake.sweep()
    expect(desk.ledger.deliveries).toEqual([elsewhere, first, second])
  })

  test('has an id behind those of all files that were there before', async () => {
    await using desk = await open()
    await desk.intake.start()
    const early = await begin(desk.intake, 'begun first, finished last')
    const quick = await deliver(desk.intake, 'quick.csv')
    const slow = await desk.intake.complete(early, 'slow.csv', 'test')
    expect(slow.id > quick.id).toBe(true)
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, index) => deliver(desk.intake, `${index}.csv`)),
    )
    await until(() => desk.ledger.deliveries.length === 22, 'all of them')
    const ids = desk.ledger.deliveries.map((one) => one.id)
    expect(ids).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(22)
    expect(many.every((one) => ids.includes(one.id))).toBe(true)
  })

  test('that was abandoned is nowhere', async () => {
    await using desk = await open()
    await desk.intake.start()
    const part = await begin(desk.intake, 'x')
    const paused = await desk.intake.pause(await begin(desk.intake, 'y'))
    await desk.intake.abandon(part)
    await desk.intake.abandon(paused)
    expect(await readdir(join(desk.dataDir, 'deliveries', '.partial'))).toEqual([])
    await desk.intake.sweep()
    expect(desk.ledger.calls).toBe(0)
  })
})

describe('after a restart', () => {
  test('files without a row are entered in the order of their ids, exactly once', async () => {
    await using desk = await open()
    await desk.intake.start()
    desk.ledger.failures.push(...Array.from({ length: 9 }, () => new Error('the database is away')))
    const deliveries = [await deliver(desk.intake, 'a.csv'), await deliver(desk.intake, 'b.csv')]
    await desk.intake.stop()
    expect(desk.ledger.deliveries).toEqual([])
    desk.ledger.failures.length = 0
    const second = desk.restart()
    await second.start()
    expect(desk.ledger.deliveries).toEqual(deliveries)
    const calls = desk.ledger.calls
    await second.sweep()
    await desk.restart().start()
    expect(desk.ledger.calls).toBe(calls)
  })

  test('unfinished uploads of the former process are removed', async () => {
    await using desk = await open()
    const path = partPath(desk.dataDir, newId(new Date()))
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, 'half a na')
    await desk.intake.start()
    expect(await readdir(join(path, '..'))).toEqual([])
    expect(desk.ledger.calls).toBe(0)
  })

  test('a receipt whose file never came is removed; one that the ledger knows is kept', async () => {
    await using desk = await open()
    await desk.intake.start()
    const known = await deliver(desk.intake, 'known.csv')
    await until(() => desk.ledger.deliveries.length === 1, 'the delivery')
    await desk.intake.stop()
    // Its time had come: only the bytes are removed by retention.
    await rm(deliveryPath(desk.dataDir, known))
    const cut = { ...known, id: newId(new Date()) }
    await writeFile(receiptPath(desk.dataDir, cut), JSON.stringify(cut))
    await desk.restart().start()
    expect(await readdir(deliveryDir(desk.dataDir, known.accountId))).toEqual([`${known.id}.json`])
    expect(desk.ledger.deliveries).toHaveLength(1)
  })

  test.each([
    ['no receipt', null],
    ['a receipt that is no JSON', '{"id":'],
    ['an empty receipt', ''],
    ['a receipt of another delivery', 'other'],
    ['a receipt of another account', 'account'],
  ])(
    'a file with %s is left alone, named once in the log, and holds nothing else up',
    async (_what, kind) => {
      await using desk = await open()
      await desk.intake.start()
      const good = await deliver(desk.intake, 'good.csv')
      await desk.intake.stop()
      const stray = { ...good, id: newId(new Date()) }
      const receipts: Record<string, string> = {
        other: JSON.stringify(good),
        account: JSON.stringify({ ...stray, accountId: testAccount('globex').id }),
      }
      await writeFile(deliveryPath(desk.dataDir, stray), 'Name\n')
      if (kind !== null) await writeFile(receiptPath(desk.dataDir, stray), receipts[kind] ?? kind)
      desk.ledger.deliveries.length = 0
      const second = desk.restart()
      await second.start()
      await second.sweep()
      expect(desk.ledger.deliveries).toEqual([good])
      expect(desk.lines.filter((line) => line.includes(stray.id))).toHaveLength(1)
      expect(await readdir(deliveryDir(desk.dataDir, good.accountId))).toContain(stray.id)
    },
  )

  test('a delivery of an account that is gone does not hold up the others', async () => {
    await using desk = await open()
    await desk.intake.start()
    await deliver(desk.intake, 'a.csv', 'globex')
    await until(() => desk.ledger.deliveries.length === 1, 'the delivery')
    await desk.intake.stop()
    desk.ledger.deliveries.length = 0
    desk.ledger.accounts.pop()
    const second = desk.restart()
    await second.start()
    const delivery = await deliver(second, 'b.csv')
    await until(() => desk.ledger.deliveries.length === 1, 'the delivery')
    expect(desk.ledger.deliveries).toEqual([delivery])
    await second.sweep()
    await second.sweep()
    expect(desk.lines.filter((line) => line.includes('ACCOUNT_UNKNOWN'))).toHaveLength(1)
  })
})

describe('a temporary name', () => {
  test.each([
    '.hidden',
    '.in.people.csv',
    '~$people.csv',
    'people.csv.filepart',
    'people.csv.FilePart',
    'people.csv.part',
    'people.csv.PART',
    'people.csv.tmp',
    'people.tmp',
    'people.csv.partial',
    'people.csv.crdownload',
    'people.csv.ocTransferId1234567890.part',
    'people.csv.ocTransferId42',
    'people.csv.OCTRANSFERID42',
  ])('%s waits for its rename', (name) => {
    expect(isTemporaryName(name)).toBe(true)
  })

  test.each([
    'people.csv',
    'part.csv',
    'tmp',
    'people.part.csv',
    'a~$b.csv',
    'people.csv.gz',
    'people.parts',
    '...csv '.trim(),
  ])('%s is final unless it begins with a dot', (name) => {
    expect(isTemporaryName(name)).toBe(name.startsWith('.'))
  })
})
