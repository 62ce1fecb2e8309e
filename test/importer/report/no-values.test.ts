/** No report tells the value of a cell: read from every fixture, looked for in every rendering. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { reportHtml } from '../../../importer/report/html.ts'
import { reportJson } from '../../../importer/report/json.ts'
import { reportText } from '../../../importer/report/text.ts'
import { EMPTY_ROSTER } from '../../../importer/roster/lookup.ts'
import { validateFile } from '../../../importer/run/validate.ts'
import { COLUMNS } from '../../../schemas/columns.ts'
import { ISSUES } from '../../../schemas/issues.ts'
import type { Run } from '../../../schemas/run.ts'
import { RUNS } from './sample-runs.ts'

const FIXTURES = join(import.meta.dirname, '..', '..', '..', 'fixtures')
const CASES = readdirSync(FIXTURES, { withFileTypes: true }).filter((entry) => entry.isDirectory())

test.each(CASES.map(({ name }) => name))('of fixtures/%s', async (name) => {
  const [file = ''] = readdirSync(join(FIXTURES, name)).filter((one) => /^input\./i.test(one))
  const path = join(FIXTURES, name, file)
  const { header, values } = cellsOf(readFileSync(path))
  const run = await validateFile({
    path,
    fileName: file,
    against: { account: 'acme', roster: EMPTY_ROSTER },
    today: '2026-11-21',
    now: '2026-11-21T06:00:00.000Z',
  })
  const words = [ISSUES, COLUMNS, header].map((one) => JSON.stringify(one)).join(' ') + run.fileName
  const ours = new Set(wordsOf(words + OUR_WORDS))
  const theirs = new Set(wordsOf(renderings(run)))
  const leaked = values
    .flatMap(wordsOf)
    .filter((word) => theirs.has(word) && !ours.has(word) && !isShape(word))
  expect(new Set(leaked)).toEqual(new Set())
})

function renderings(run: Run): string {
  return [reportText(run), reportHtml(run), reportJson(run)].join('\n')
}

/** What stands in reports whatever the file. */
const OUR_WORDS = Object.values(RUNS).map(renderings).join('\n')

/** Words of four signs and more: shorter ones and shapes are in every text. */
function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}@.]+/u).filter((word) => word.length >= 4)
}

function isShape(word: string): boolean {
  return /^[Aa9@.]+$/.test(word)
}

function cellsOf(bytes: Buffer): { header: string[]; values: string[] } {
  const options = {
    relax_column_count: true,
    relax_quotes: true,
    bom: true,
    delimiter: [',', ';', '\t', '|'],
  }
  try {
    const [header = [], ...rows]: string[][] = parse(bytes, options)
    return { header, values: rows.flat() }
  } catch {
    const [header = '', ...lines] = bytes.toString('latin1').split(/\r?\n/)
    return { header: [header], values: lines }
  }
}
