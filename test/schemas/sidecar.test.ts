import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkSha256Sidecar, sidecarOf } from '../../schemas/sidecar.ts'

const SUM = createHash('sha256').update('people').digest('hex')
const OTHER = createHash('sha256').update('others').digest('hex')

test.each([
  ['people.csv.sha256', { kind: '.sha256', fileName: 'people.csv' }],
  ['People.CSV.DONE', { kind: '.done', fileName: 'People.CSV' }],
  ['people.csv', null],
  ['.sha256', null],
  ['done', null],
])('%s speaks for %j', (name, file) => {
  expect(sidecarOf(name)).toEqual(file)
})

describe('a checksum fits', () => {
  test.each([
    ['alone', SUM],
    ['in capitals, with a mark and a line end', `\ufeff${SUM.toUpperCase()}\r\n`],
    ['as sha256sum writes it', `${SUM}  people.csv\n`],
    ['as sha256sum writes it of a binary', `${SUM} *some folder/people.csv\n`],
    ['as BSD writes it', `SHA256 (people.csv) = ${SUM}\n`],
    ['as openssl writes it', `SHA2-256(people.csv)= ${SUM}\n`],
    ['among others, by its name', `# list\n${OTHER}  other.csv\n${SUM}  out/people.csv\n`],
    ['under another name, when it is the only one', `${SUM}  export-2026.csv\n`],
  ])('%s', (_, text) => {
    expect(checkSha256Sidecar(text, SUM, 'people.csv')).toEqual({ fits: true })
  })
})

describe('a checksum does not fit', () => {
  test.each([
    ['of other bytes', OTHER, 'differ'],
    [
      'of other bytes, though the right one stands beside',
      `${OTHER}  people.csv\n${SUM}  other.csv\n`,
      'differ',
    ],
    ['of nothing', '', 'no SHA-256'],
    ['of another kind', createHash('md5').update('people').digest('hex'), 'no SHA-256'],
    ['with something else beside it', `${SUM}\nhello\n`, 'no SHA-256'],
    ['that is one of several without names', `${SUM}\n${OTHER}\n`, 'none is clearly meant'],
  ])('%s', (_, text, word) => {
    const verdict = checkSha256Sidecar(text, SUM, 'people.csv')
    expect(verdict.fits ? '' : verdict.problem).toContain(word)
  })
})
