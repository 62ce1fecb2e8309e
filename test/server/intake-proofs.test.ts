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
  /** What was logged as a warning or worse. */
  readonly warnings: string[] = []
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
    const log = createLog({
      level: 'warn',
      destination: { write: (line: string) => void this.warnings.push(line) },
    })
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

  async set(settings: SettingsChange): Promise<void> {
    await this.of.importer.setSource('acme', 'sftp', settings)
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

/** Names and ends of the runs. */
async function ends(desk: Desk): Promise<string[]> {
  return (await desk.runs()).map(({ fileName, state }) => `${fileName} ${state}`)
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

test('a source that demands any is content with .done', async () => {
  const desk = await Desk.open({ sidecar: 'any' })
  await desk.put('a.csv', PEOPLE)
  await desk.put('a.csv.DONE', '')
  expect(await desk.runs()).toEqual([IMPORTED])
})

describe('a source that demands any', () => {
  test('rejects a file whose checksum does not fit, whatever else came', async () => {
    const desk = await Desk.open({ sidecar: 'any' })
    await desk.put('a.csv', PEOPLE)
    await desk.put('a.csv.sha256', sha256(MORE))
    await desk.put('a.csv.done', '')
    expect(await ends(desk)).toEqual(['a.csv rejected'])
  })

  test('rejects it also where the checksum comes after .done, while the file waits for its turn', async () => {
    const desk = await Desk.open({ sidecar: 'any' })
    await desk.put('first.csv', MORE)
    await desk.put('a.csv', PEOPLE)
    await desk.put('a.csv.done', '')
    await desk.put('a.csv.sha256', sha256(MORE))
    await desk.put('first.csv.done', '')
    expect(await ends(desk)).toEqual(['first.csv succeeded', 'a.csv rejected'])
    expect(await desk.kept()).toHaveLength(4)
  })

  test('says in a run of its own that a checksum does not fit what .done let in', async () => {
    const desk = await Desk.open({ sidecar: 'any' })
    await desk.put('a.csv', PEOPLE)
    await desk.put('a.csv.done', '')
    await desk.put('a.csv.sha256', sha256(MORE))
    expect(await ends(desk)).toEqual(['a.csv succeeded', 'a.csv.sha256 rejected'])
    const [run] = await desk.of.importer.runs({})
    expect(run?.issues[0]?.message).toBe(
      'The file and its .sha256 file do not fit together: the checksum is not that of the file of this name, or no such file came.',
    )
  })

  test('takes a checksum before its file day after day', async () => {
    const desk = await Desk.open({ sidecar: 'any' })
    for (const text of [PEOPLE, MORE]) {
      await desk.put('a.csv.sha256', sha256(text))
      await desk.put('a.csv', text)
      await desk.runs()
      await desk.later(23 * 60)
    }
    expect(await ends(desk)).toEqual(['a.csv succeeded', 'a.csv succeeded'])
  })
})

describe('several files of one name', () => {
  test.each([
    ['in their order', [PEOPLE, MORE]],
    ['in the other order', [MORE, PEOPLE]],
  ])('get the checksums they fit: %s', async (_, sums) => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE)
    await desk.put('a.csv', MORE)
    for (const text of sums) await desk.put('a.csv.sha256', sha256(text))
    expect(await ends(desk)).toEqual(['a.csv succeeded', 'a.csv succeeded'])
    expect(await desk.kept()).toHaveLength(4)
  })

  test('get them also where one of the files has a .done that does not suffice', async () => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE)
    await desk.put('a.csv.done', '')
    await desk.put('a.csv', MORE)
    for (const text of [PEOPLE, MORE]) await desk.put('a.csv.sha256', sha256(text))
    expect(await ends(desk)).toEqual(['a.csv succeeded', 'a.csv succeeded'])
    expect(await desk.kept()).toHaveLength(4)
  })

  test('lose the oldest to a checksum that fits none', async () => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE)
    await desk.put('a.csv', MORE)
    await desk.put('a.csv.sha256', sha256('else'))
    await desk.put('a.csv.sha256', sha256(MORE))
    expect(await ends(desk)).toEqual(['a.csv rejected', 'a.csv succeeded'])
  })
})

describe('the rule in force', () => {
  test('lets go of what waits when nothing is demanded any more', async () => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE)
    await desk.set({ sidecar: 'off' })
    expect(await ends(desk)).toEqual(['a.csv succeeded'])
  })

  test('may wait shorter than before', async () => {
    const desk = await Desk.open({ sidecar: 'sha256', sidecarMinutes: 60 })
    await desk.put('a.csv', PEOPLE)
    await desk.later(10)
    await desk.set({ sidecarMinutes: 5 })
    expect(await ends(desk)).toEqual(['a.csv rejected'])
  })

  test('is not content with a .done that came under another one', async () => {
    const desk = await Desk.open({ sidecar: 'any' })
    await desk.put('a.csv.done', '')
    await desk.set({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE)
    expect(await desk.runs()).toEqual([])
    await desk.set({ sidecar: 'any' })
    expect(await ends(desk)).toEqual(['a.csv succeeded'])
  })
})

test.each([
  ['a PDF', 'handbook.pdf', '%PDF-1.7'],
  ['a name without ending', 'README', 'hello'],
  ['a checksum longer than any', 'a.csv.sha256', 'x'.repeat(70_000)],
])('what cannot be imported holds up nobody, and is rejected at once: %s', async (_, name, text) => {
  const desk = await Desk.open({ sidecar: 'sha256' })
  await desk.put(name, text)
  await desk.put('a.csv', PEOPLE)
  await desk.put('a.csv.sha256', sha256(PEOPLE))
  expect(await ends(desk)).toEqual([`${name} rejected`, 'a.csv succeeded'])
})

test.each(['a.CSV', 'a.tsv', 'a.txt', 'a.csv.gz', 'a.zip', 'a.xlsx', 'a.csv.PGP', 'a.csv.gpg'])(
  'what could be imported waits: %s',
  async (name) => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put(name, PEOPLE)
    expect(desk.intake.heldBack()).toMatchObject([{ delivery: { fileName: name }, wants: 'sha256' }])
  },
)

describe('whoever asks', () => {
  test('is told what waits, for what and until when', async () => {
    const desk = await Desk.open({ sidecar: 'any', sidecarMinutes: 20 })
    const came = desk.of.clock.current.getTime()
    await desk.put('a.csv', PEOPLE)
    await desk.put('b.csv', MORE)
    await desk.put('b.csv.done', '')
    const until = new Date(came + 20 * 60_000)
    expect(desk.intake.heldBack()).toEqual([
      { delivery: expect.objectContaining({ fileName: 'a.csv' }), wants: 'any', until },
      { delivery: expect.objectContaining({ fileName: 'b.csv' }), wants: null, until },
    ])
    await desk.put('a.csv.done', '')
    expect(desk.intake.heldBack()).toEqual([])
  })

  test('is not warned of files that wait as if they had been lost', async () => {
    const desk = await Desk.open({ sidecar: 'sha256' })
    await desk.put('a.csv', PEOPLE)
    await desk.intake.sweep()
    await desk.restart()
    await desk.intake.sweep()
    expect(desk.intake.heldBack()).toHaveLength(1)
    expect(desk.warnings).toEqual([])
  })
})

test('a file that waits for its turn keeps its proof over a restart', async () => {
  const desk = await Desk.open({ sidecar: 'sha256' })
  await desk.put('a.csv', PEOPLE)
  await desk.put('b.csv', MORE)
  await desk.put('b.csv.sha256', sha256(MORE))
  await desk.restart()
  await desk.put('a.csv.sha256', sha256(PEOPLE))
  expect(await ends(desk)).toEqual(['a.csv succeeded', 'b.csv succeeded'])
  expect(await desk.kept()).toHaveLength(4)
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
