/** Thousands of remarks never crowd out the reason for which a file is refused; on both engines, and in `validate`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { validateFile } from '../../importer/run/validate.ts'
import { ENGINES, temporaryFolder } from '../support/engines.ts'
import { openTestImporter } from '../support/importer.ts'

const SPACED = Array.from({ length: 1_300 }, (_, at) => `Ada  ${at},a${at}@x.io\n`).join('')
const CUT = `Name,Email\n${SPACED}"Bob,bob@x.io\n`
const ONE_BAD = `Name,Email\n${SPACED}Cy,nobody\n`

const PARSE = { code: 'FILE_PARSE', line: 1_302 }
const BAD = { code: 'VAL_EMAIL', row: 1_301 }

describe.each(ENGINES)('on %s', (engine) => {
  test('the reason of a refusal is listed, wherever in the file it was found', async () => {
    const of = await openTestImporter(engine)
    const run = await of.deliver(CUT)
    expect(run).toMatchObject({ state: 'rejected', issuesTruncated: true })
    expect(run.issues).toHaveLength(1_000)
    expect(run.issues.at(-1)).toMatchObject(PARSE)
    expect(run.issues.map(({ line }) => line)).toEqual(
      run.issues.map(({ line }) => line).sort((a = 0, b = 0) => Number(a) - Number(b)),
    )
  })

  test('so is a row that was left out after a thousand remarks', async () => {
    const of = await openTestImporter(engine)
    const run = await of.deliver(ONE_BAD)
    expect(run.issues).toContainEqual(expect.objectContaining(BAD))
  })
})

test.each([
  ['a refusal', CUT, PARSE],
  ['a row', ONE_BAD, BAD],
])('validate lists %s too', async (_, text, issue) => {
  const path = join(temporaryFolder(), 'people.csv')
  writeFileSync(path, text)
  const run = await validateFile({
    path,
    fileName: 'people.csv',
    today: '2026-11-21',
    now: '2026-11-21T09:00:00Z',
  })
  expect(run.issues).toHaveLength(1_000)
  expect(run.issues).toContainEqual(expect.objectContaining(issue))
})
