/** Files whose sender says in a second one that they are complete: a real importer behind a real intake. */
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { deliveryDir } from '../../importer/importer.ts'
import type { Run } from '../../importer/types.ts'
import type { SettingsChange } from '../../schemas/account.ts'
import { createIntake, type Intake } from '../../server/intake.ts'
import { createLog } from '../../server/log.ts'
import { openTestImporter, type TestImporter } from '../support/importer.ts'

const PEOPLE = 'Name,Email\nAda,ada@x.io\n'
const MORE = 'Name,Email\nBob,bob@x.io\n'

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

class Desk {
  readonly of: TestImporter
  intake: Intake

  constructor(of: TestImporter) {
    this.of = of
    this.intake = this.#open()
    onTestFinished(() => this.intake.stop())
  }

  static async open(settings: SettingsChange = {}): Promise<Desk> {
    const of = await openTestImporter('sqlite')
    await of.importer.setSource('acme', 'sftp', settings)
    const desk = new Desk(of)
    await desk.intake.start()
    return desk
  }

  #open(): Intake {
    const { dataDir, importer, clock } = this.of
    const log = createLog({ level: 'silent', destination: { write: () => {} } })
    return createIntake({ dataDir, importer, log, now: () => clock.now(), sweepMs: null })
  }

  /** Another process on the same data directory. */
  async restart(): Promise<void> {
    await this.intake.stop()
    this.intake = this.#open()
    await this.intake.start()
  }

  async put(name: string, text: string, source = 'sftp'): Promise<void> {
    const account = await this.of.importer.account('acme')
    const part = await this.intake.begin({ account, source, importType: 'partial', mode: 'apply' })
    await part.handle.write(text)
    await this.intake.complete(part, name, 'test')
    await this.intake.sweep()
  }

  async later(minutes: number): Promise<void> {
    this.of.clock.current = new Date(this.of.clock.current.getTime() + minutes * 60_000)
    await this.intake.sweep()
  }

  /** What the ledger has, oldest first, worked off. */
  async runs(): Promise<Pick<Run, 'fileName' | 'state' | 'issueCounts'>[]> {
    await this.of.work()
    const runs = await this.of.importer.runs({ account: 'acme' })
    return runs.reverse().map(({ fileName, state, issueCounts }) => ({ fileName, state, issueCounts }))
  }

  async kept(): Promise<string[]> {
    return await readdir(deliveryDir(this.of.dataDir, this.of.accountId('acme')))
  }
}

const IMPORTED = { fileName: 'a.csv', state: 'succeeded', issueCounts: expect.anything() }

describe('a source that demands a checksum', () => {
  test.each([
    ['the checksum alone', sha256(PEOPLE)],
    ['as sha256sum writes it', `${sha256(PEOPLE)}  a.csv\n`],
    ['in capitals, with a mark', `\ufeff${sha256(PEOPLE).toUpperCase()} *out/a.csv\r\n`],
  ])('imports when it has come and fits: %s', async (_, text) => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE)
    expect(await desk.runs()).toEqual([])
    await desk.put('a.csv.sha256', text)
    expect(await desk.runs()).toEqual([IMPORTED])
    expect(await desk.kept()).toHaveLength(2)
  })

  test('takes it before its file as well', async () => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv.sha256', sha256(PEOPLE))
    expect(await desk.runs()).toEqual([])
    await desk.put('a.csv', PEOPLE)
    expect(await desk.runs()).toEqual([IMPORTED])
  })

  test('rejects a file that it does not fit, and changes nobody', async () => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE)
    await desk.put('a.csv.sha256', sha256(`${PEOPLE} `))
    expect(await desk.runs()).toEqual([
      { fileName: 'a.csv', state: 'rejected', issueCounts: { FILE_CHECKSUM: 1 } },
    ])
    expect(await desk.of.roster()).toEqual([])
  })

  test('rejects a file whose proof did not come in time, with what was waited for', async () => {
    const desk = await Desk.open({ sidecar: 'sha256', sidecarMinutes: 10 })
    await desk.put('a.csv', PEOPLE)
    await desk.later(9)
    expect(await desk.runs()).toEqual([])
    await desk.later(1)
    expect(await desk.runs()).toEqual([
      { fileName: 'a.csv', state: 'rejected', issueCounts: { FILE_SIDECAR_TIMEOUT: 1 } },
    ])
    const [run] = await desk.of.importer.runs({})
    expect(run?.issues[0]?.message).toMatch(/\.sha256 file.*10 minutes/)
  })

  test('goes on waiting after a restart, for what came before it and after it', async () => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE)
    await desk.put('b.csv.sha256', sha256(MORE))
    await desk.restart()
    await desk.put('b.csv', MORE)
    expect(await desk.runs()).toEqual([])
    await desk.put('a.csv.sha256', sha256(PEOPLE))
    expect(await desk.runs()).toMatchObject([
      { fileName: 'a.csv', state: 'succeeded' },
      { fileName: 'b.csv', state: 'succeeded' },
    ])
  })

  test('keeps the order of arrival, whichever is proved first', async () => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE)
    await desk.put('b.csv', MORE)
    await desk.put('b.csv.sha256', sha256(MORE))
    expect(await desk.runs()).toEqual([])
    await desk.put('a.csv.sha256', sha256(PEOPLE))
    expect((await desk.runs()).map(({ fileName }) => fileName)).toEqual(['a.csv', 'b.csv'])
  })

  test('is not content with .done', async () => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE)
    await desk.put('a.csv.done', '')
    expect(await desk.runs()).toEqual([])
  })

  test('does not hold up what a person hands in', async () => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE, 'manual')
    expect(await desk.runs()).toEqual([IMPORTED])
  })
})

test.each(['done', 'either'])('a source that demands %s is content with .done', async (sidecar) => {
  const desk = await Desk.open({ sidecar })
  await desk.put('a.csv', PEOPLE)
  await desk.put('a.csv.DONE', '')
  expect(await desk.runs()).toEqual([IMPORTED])
})

describe('a source that demands nothing', () => {
  test('takes a checksum that fits for what it is, without a run of its own', async () => {
    const desk = await Desk.open()
    await desk.put('a.csv', PEOPLE)
    await desk.put('a.csv.sha256', sha256(PEOPLE))
    await desk.put('a.csv.done', '')
    expect(await desk.runs()).toEqual([IMPORTED])
    expect(await desk.kept()).toHaveLength(2)
  })

  test('says so in a run when a checksum does not fit the file that was taken', async () => {
    const desk = await Desk.open()
    await desk.put('a.csv', PEOPLE)
    await desk.put('a.csv.sha256', sha256(MORE))
    expect(await desk.runs()).toEqual([
      IMPORTED,
      { fileName: 'a.csv.sha256', state: 'rejected', issueCounts: { FILE_CHECKSUM: 1 } },
    ])
  })

  test('uses one that came first, so that a damaged file is not imported', async () => {
    const desk = await Desk.open()
    await desk.put('a.csv.sha256', sha256(PEOPLE))
    await desk.put('a.csv', MORE)
    expect(await desk.runs()).toMatchObject([{ fileName: 'a.csv', state: 'rejected' }])
  })

  test('says in a run, after the time, that no file came for it', async () => {
    const desk = await Desk.open()
    await desk.put('a.csv.sha256', sha256(PEOPLE))
    await desk.later(31)
    expect(await desk.runs()).toMatchObject([{ fileName: 'a.csv.sha256', state: 'rejected' }])
  })
})
