/** Who is erased stands nowhere any more, and everybody else is as they were; on both engines. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { deliveryDir, resultsDir } from '../../importer/importer.ts'
import { createSecretRotator } from '../../keys/secret-rotation.ts'
import { masterKeyPath } from '../../keys/vault.ts'
import { ENGINES, type EngineName } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'
import { rosterValues } from '../support/roster-values.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'Manager Email', 'Home Address']
const manual = { source: 'manual' }
/** Every value that is hers alone. */
const HERS = ['Zaphira', 'Quux', 'zaphira', 'quux@x.io', 'Secret Lane', 'Z-4711']

async function staffed(engine: EngineName): Promise<{ of: TestImporter; runs: string[] }> {
  const of = await openTestImporter(engine)
  const runs: string[] = []
  for (const file of [
    csv(
      HEADER,
      ['Ada', '1', 'ada@x.io', '', 'Main Street'],
      ['Zaphira', 'Z-4711', 'zaphira@x.io', 'ada@x.io', 'Secret Lane 1'],
      ['Cyd', '3', 'cyd@x.io', 'zaphira@x.io', 'Main Street'],
    ),
    csv(HEADER, ['Zaphira', 'Z-4711', 'quux@x.io', '', 'Secret Lane 2']),
    csv(HEADER, ['Dan', '4', '', 'quux@x.io', '']),
    csv(HEADER, ['Ada Two', '1', '', '', '']),
  ]) {
    const run = await of.deliver(file, manual)
    runs.push((run.state === 'held' ? await of.approve(run.id) : run).id)
  }
  return { of, runs }
}

/** All that the database says, as text. */
async function everything(of: TestImporter): Promise<string> {
  const tables = await of.db.introspection.getTables()
  const texts = tables.map(async ({ name }) => {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(of.db)
    return JSON.stringify(rows)
  })
  return (await Promise.all(texts)).join('\n')
}

function kept(of: TestImporter): string[] {
  return [deliveryDir(of.dataDir, of.accountId()), resultsDir(of.dataDir, of.accountId())].flatMap(
    (folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []),
  )
}

describe.each(ENGINES)('on %s', (engine) => {
  test('first it is only told what there is', async () => {
    const { of, runs } = await staffed(engine)
    const before = await everything(of)
    const preview = await of.importer.erasePreview('acme', 'Z-4711')
    expect(preview).toMatchObject({
      ...{ account: 'acme', people: [2], isDone: false, reports: 2, unsearched: [] },
      files: expect.arrayContaining([runs[0], runs[1], runs[2]]),
    })
    expect(preview.changes).toBeGreaterThan(1)
    expect(preview.files).not.toContain(runs[3])
    expect(await everything(of)).toBe(before)
  })

  test('then nothing of them is left: in no table, no file and no page of the database', async () => {
    const { of, runs } = await staffed(engine)
    const others = (await rosterValues(of)).filter(({ id }) => id !== 2)
    expect(await of.importer.erase('acme', 'zaphira@x.io')).toMatchObject({ isDone: true, people: [2] })
    const text = await everything(of)
    for (const value of HERS) expect(text).not.toContain(value)
    for (const path of kept(of)) {
      const bytes = readFileSync(path, 'utf8')
      for (const value of HERS) expect(bytes, path).not.toContain(value)
    }
    expect(JSON.stringify(of.log)).not.toMatch(/zaphira|quux/i)
    await expect(of.importer.employee('acme', 'Z-4711')).rejects.toMatchObject({ code: 'EMPLOYEE_UNKNOWN' })
    const nobody = { manager_id: null, manager_email: null, manager_employee_id: null }
    expect(await rosterValues(of)).toEqual(others.map((one) => (one.id === 1 ? one : { ...one, ...nobody })))
    if (engine === 'sqlite') {
      // While it is open: what was overwritten must not wait in its log for a restart.
      const pages = ['', '-wal'].map((end) => `${of.databaseUrl}${end}`).filter(existsSync)
      for (const path of pages) {
        for (const value of HERS)
          expect(readFileSync(path).includes(value), `${value} in ${path}`).toBe(false)
      }
    }
    expect(runs).toHaveLength(4)
  })

  test('the history of the others still gives back every day, and runs can still be undone', async () => {
    const { of, runs } = await staffed(engine)
    await of.importer.erase('acme', 'Z-4711')
    const history = await of.history()
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, at) => at + 1))
    let text = ''
    for await (const chunk of of.importer.exportRoster('acme', {
      includeDeactivated: true,
      asOf: runs[0] ?? '',
    }))
      text += chunk
    expect(text).toMatch(/Ada,.*\n.*Cyd,/)
    const undone = await of.settled((await of.importer.undo(runs[3] ?? '', { by: 'Eve' })).id)
    expect(undone).toMatchObject({ state: 'succeeded', counts: { updated: 1 } })
    const first = await of.settled((await of.importer.undo(runs[1] ?? '', { by: 'Eve' })).id)
    expect(first).toMatchObject({ issueCounts: { UNDO_GONE: 1 } })
    expect(await of.deliver(csv(HEADER, ['Eli', '5', '', '', '']), manual)).toMatchObject({
      state: 'succeeded',
    })
  })

  test('a file that brings them back says so, and nobody else is taken for them', async () => {
    const { of } = await staffed(engine)
    await of.importer.erase('acme', 'Z-4711')
    const marks = await of.db.selectFrom('erased').selectAll().execute()
    expect(marks).toHaveLength(3)
    // Also when the master key that made the marks is gone since.
    for (const at of [0, 3_600_000]) {
      const changing = { db: of.db, path: masterKeyPath(of.dataDir), now: () => new Date(at) }
      const rotator = createSecretRotator(changing)
      await (at === 0 ? rotator.rotate() : rotator.goOn())
      expect((await rotator.show()).formerMarkKeys).toBe(at === 0 ? 0 : 1)
    }
    const run = await of.deliver(
      csv(
        HEADER,
        ['New', '9', '', '', ''],
        ['Back', '', 'zaphira@x.io', '', ''],
        ['Again', 'Z-4711', '', '', ''],
      ),
      manual,
    )
    expect(run).toMatchObject({ counts: { created: 3 }, issueCounts: { ERASED_BACK: 2 } })
    expect(run.issues.map(({ code, row, line }) => [code, row, line])).toEqual([
      ['ERASED_BACK', 2, 3],
      ['ERASED_BACK', 3, 4],
    ])
  })

  test('waits for plans that are not decided; names files it cannot look into', async () => {
    const { of } = await staffed(engine)
    const packed = await of.deliver(gzipSync(csv(HEADER, ['Zaphira', 'Z-4711', '', '', ''])), {
      ...manual,
      fileName: 'x.csv.gz',
    })
    expect(await of.importer.erasePreview('acme', 'Z-4711')).toMatchObject({ unsearched: [packed.id] })
    const { id } = await of
      .receive(csv(HEADER, ['Fay', '6', '', '', '']), manual)
      .then((run) => ({ id: run }))
    await expect(of.importer.erase('acme', 'Z-4711')).rejects.toMatchObject({
      code: 'ERASE_REFUSED',
      params: { run: id },
    })
    await of.work()
    expect(await of.importer.erase('acme', 'Z-4711')).toMatchObject({ isDone: true })
  })
})
