/** Tables written in any legal dialect come back as they were; so do the torture files of others. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { zipOf } from '../../support/archives.ts'
import { readBytes } from '../../support/reading.ts'

interface Dialect {
  readonly delimiter: string
  readonly eol: string
  readonly quoting: 'where needed' | 'everywhere' | 'here and there'
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
  readonly hasBom: boolean
  readonly hasFinalEol: boolean
  readonly wrapping: 'none' | 'gzip' | 'zip'
}

const dialect: fc.Arbitrary<Dialect> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  eol: fc.constantFrom('\n', '\r\n', '\r', 'mixed'),
  quoting: fc.constantFrom('where needed', 'everywhere', 'here and there'),
  encoding: fc.constantFrom('utf-8', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252'),
  hasBom: fc.boolean(),
  hasFinalEol: fc.boolean(),
  wrapping: fc.constantFrom('none', 'none', 'gzip', 'zip'),
})

// Above all the signs that dialects are made of; no zero, which a text does not hold.
const sign = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(',', ';', '\t', '|', '"', '\n', '\r', '\r\n', ' ', '""', "'", '='),
  },
  { weight: 4, arbitrary: fc.constantFrom('a', 'é', '€', 'ß', '0', 'Ada') },
  { weight: 1, arbitrary: fc.constantFrom('李', '𝄞', '\u0301', '\ufeff', '\u2028', '\u0085') },
)
const cell = fc.oneof(
  fc.constant(''),
  fc.array(sign, { maxLength: 8 }).map((signs) => signs.join('')),
)

/** The header makes the file one that can be recognised; below it everything is allowed. */
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) =>
    fc
      .array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 })
      .map((rows) => [['Employee Id', ...'BCDEF'].slice(0, width), ...rows]),
  )

test('any table, written in any legal dialect, is read back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(table, dialect, fc.infiniteStream(fc.nat()), async (cells, drawn, dice) => {
      // A header of one column names no delimiter, so another than the usual one could not be told.
      const how = cells[0]?.length === 1 ? { ...drawn, delimiter: ',' } : drawn
      const text = written(cells, how, dice)
      const isNarrow = how.encoding === 'windows-1252'
      const sent = isNarrow ? cells.map((row) => row.map(narrowed)) : cells
      const bytes = encoded(isNarrow ? narrowed(text) : text, how)
      const read = await readBytes(await wrapped(bytes, how), { name: nameOf(how), encoding: how.encoding })
      expect(read.issues.filter(({ severity }) => severity === 'fatal')).toEqual([])
      expect(read.cells).toEqual(sent)
    }),
    { numRuns: 400, seed: 20_261_121 },
  )
})

function written(cells: readonly (readonly string[])[], how: Dialect, dice: Iterator<number>): string {
  const roll = (sides: number): number => Number(dice.next().value) % sides
  const eol = (): string => (how.eol === 'mixed' ? (['\n', '\r\n', '\r'][roll(3)] ?? '\n') : how.eol)
  const lines = cells.map((row) => {
    const isQuoted = (text: string): boolean =>
      /["\r\n]/.test(text) ||
      text.includes(how.delimiter) ||
      // A single column says blank only in quotes, or the end of the file might hide it.
      (text === '' && row.length === 1) ||
      how.quoting === 'everywhere' ||
      (how.quoting === 'here and there' && roll(2) === 0)
    return row.map((text) => (isQuoted(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(how.delimiter)
  })
  return lines
    .map((line, index) => line + (index < lines.length - 1 || how.hasFinalEol ? eol() : ''))
    .join('')
}

/** As much of a text as windows-1252 can say. */
function narrowed(text: string): string {
  return text.replace(/[^\0-\u007f\u00a0-\u00ff€]/gu, '?')
}

function encoded(text: string, { encoding, hasBom }: Dialect): Buffer {
  if (encoding === 'windows-1252') return Buffer.from(text.replaceAll('€', '\u0080'), 'latin1')
  if (encoding === 'utf-8') return Buffer.from((hasBom ? '\ufeff' : '') + text)
  const wide = Buffer.from((hasBom ? '\ufeff' : '') + text, 'utf16le')
  return encoding === 'utf-16be' ? wide.swap16() : wide
}

async function wrapped(bytes: Buffer, { wrapping }: Dialect): Promise<Buffer> {
  if (wrapping === 'none') return bytes
  return wrapping === 'gzip' ? gzipSync(bytes) : await zipOf([['people.csv', bytes]])
}

function nameOf({ wrapping }: Dialect): string {
  return { none: 'people.csv', gzip: 'people.csv.gz', zip: 'people.zip' }[wrapping]
}

describe('csv-spectrum', () => {
  const folder = dirname(createRequire(import.meta.url).resolve('csv-spectrum/package.json'))
  // The answer to one file belongs to another version of that file.
  const names = readdirSync(join(folder, 'csvs'))
    .map((file) => file.replace(/\.csv$/, ''))
    .filter((name) => name !== 'location_coordinates')

  test.each(names)('%s', async (name) => {
    const wanted: unknown = JSON.parse(readFileSync(join(folder, 'json', `${name}.json`), 'utf8'))
    const { cells, codes } = await readBytes(readFileSync(join(folder, 'csvs', `${name}.csv`)))
    expect(codes).toEqual([])
    const [header = [], ...rows] = cells
    expect(rows.map((row) => Object.fromEntries(header.map((key, index) => [key, row[index]])))).toEqual(
      wanted,
    )
  })
})
