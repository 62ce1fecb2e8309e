/** The scanner and csv-parse, its judge, must never disagree about a file. */

import { isUtf8 } from 'node:buffer'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import type { RawRecord } from '../../../importer/table/reading.ts'
import { type Draw, drawing } from '../../support/draw.ts'
import { cutUp, parseChunks } from '../../support/reading.ts'

interface Judged {
  readonly records: { readonly line: number; readonly cells: string[]; readonly raw: string }[]
  /** csv-parse's word for why it gave up. */
  readonly code: string | null
}

const RULES = { record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true }
const LINE_END = /\r\n|\n|\r/g

/** What csv-parse makes of it, with lines and bytes worked out from where it says that records end. */
function judged(bytes: Buffer, delimiter: string, relaxed: boolean): Judged {
  try {
    const parsed = parse(bytes, { delimiter, info: true, ...RULES, relax_quotes: relaxed }) as unknown as {
      record: string[]
      info: { bytes: number }
    }[] // with `info` it gives these pairs
    let start = 0
    let line = 1
    const records = parsed.map(({ record, info }) => {
      const whole = bytes.subarray(start, info.bytes).toString()
      const one = { line, cells: record, raw: whole.replace(/(?:\r\n|\n|\r)$/, '') }
      line += whole.match(LINE_END)?.length ?? 0
      start = info.bytes
      return one
    })
    return { records, code: null }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { records: [], code: error.code }
  }
}

function plain(records: readonly RawRecord[]): Judged['records'] {
  return records.map(({ line, cells, raw }) => ({ line, cells, raw: raw?.toString() ?? 'none' }))
}

/** Agrees with csv-parse, whose strict word counts but for a quote within a cell that is not quoted. */
async function expectAgreement(bytes: Buffer, delimiter: string, chunks: Iterable<Buffer>): Promise<void> {
  const ours = await parseChunks(chunks, { delimiter, keepRaw: true })
  const strict = judged(bytes, delimiter, false)
  const said = JSON.stringify(bytes.toString())
  if (ours.problem !== null) return expect(strict.code, said).not.toBeNull()
  if (strict.code === null) return expect(plain(ours.records), said).toEqual(strict.records)
  expect(strict.code, said).toBe('INVALID_OPENING_QUOTE')
  expect(plain(ours.records), said).toEqual(judged(bytes, delimiter, true).records)
}

describe('the scanner says what csv-parse says', () => {
  const folder = join(import.meta.dirname, '..', '..', '..', 'fixtures')
  const inputs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(csv|tsv|txt)$/i.test(file),
  )

  test('on every text among the fixtures, cut anywhere', async () => {
    const draw = drawing(1)
    expect(inputs.length).toBeGreaterThan(40)
    for (const file of inputs) {
      const all = readFileSync(join(folder, file))
      if (!isUtf8(all)) continue
      const bytes = all.subarray(all.indexOf('\ufeff') === 0 ? 3 : 0)
      for (const delimiter of [',', ';', '\t', '|']) {
        await expectAgreement(bytes, delimiter, cutUp(bytes, draw, 100))
        await expectAgreement(bytes, delimiter, [bytes])
      }
    }
  })

  test('on a million records of every legal kind, in small chunks', async () => {
    const draw = drawing(2)
    let count = 0
    while (count < 1_000_000) {
      const delimiter = draw.pick([',', ';', '\t', '|'])
      const bytes = Buffer.from(legalText(draw, delimiter, 5_000))
      const ours = await parseChunks(
        cutUp(bytes, draw, draw.isLucky(0.05) ? 9 : draw.pick([150, 1_000, 65_536])),
        { delimiter },
      )
      const theirs = parse(bytes, { delimiter, ...RULES, relax_quotes: true })
      expect(ours.problem).toBeNull()
      // Compared as text: a million deep comparisons would take minutes.
      expect(JSON.stringify(ours.records.map(({ cells }) => cells))).toBe(JSON.stringify(theirs))
      count += theirs.length
    }
  }, 120_000)

  test('on texts that keep no rule at all', async () => {
    const draw = drawing(3)
    const alphabet = [...'aé"",,;\n\r', '\r\n', '""', '","', '"\n', '𝄞', '\0']
    for (let round = 0; round < 8_000; round++) {
      const text = Array.from({ length: draw.int(0, 24) }, () => draw.pick(alphabet)).join('')
      const bytes = Buffer.from(text)
      await expectAgreement(bytes, draw.pick([',', ';']), cutUp(bytes, draw, draw.pick([1, 3, 40])))
    }
  })
})

function legalText(draw: Draw, delimiter: string, records: number): string {
  let text = ''
  const width = draw.int(1, 5)
  for (let n = 0; n < records; n++) {
    const cells = Array.from({ length: draw.isLucky(0.02) ? draw.int(1, 5) : width }, () =>
      legalCell(draw, delimiter),
    )
    text += cells.join(delimiter) + draw.pick(['\n', '\n', '\r\n', '\r'])
  }
  return text
}

function legalCell(draw: Draw, delimiter: string): string {
  const word = draw.pick([
    '',
    '7',
    'Ada',
    'Zoë',
    '李',
    'naïve café au lait',
    '5" pipe',
    'a""b',
    ' x ',
    '𝄞 music',
  ])
  if (!draw.isLucky(0.3)) return word
  const inner = word + draw.pick(['', delimiter, '\n', '\r\n', '\r', '"', '""', `${delimiter}"\n`])
  return `"${inner.replaceAll('"', '""')}"`
}

test('a record is the line on which it starts, however its lines end', async () => {
  const text = 'a,b\r\n"1\r\n2\r3\n4",x\ry,"z\r\r\n"\n\nlast,"\n"'
  const { records } = await parseChunks([Buffer.from(text)], { delimiter: ',' })
  expect(records.map(({ line }) => line)).toEqual([1, 2, 6, 9, 10])
})
