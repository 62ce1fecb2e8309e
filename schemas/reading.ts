/** Settings of a source that say how the bytes of its files are to be read. Nothing here is ever guessed. */
import { z } from 'zod'
import { SIDECAR_RULES } from './sidecar.ts'

/** Encodings a source may declare. UTF-8 and UTF-16 are also known by their byte order mark, which has the last word. */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-15',
  'macintosh',
  'koi8-r',
  'shift_jis',
  'euc-jp',
  'gb18030',
  'big5',
  'euc-kr',
] as const
export type Encoding = (typeof ENCODINGS)[number]

export const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const
export type DelimiterName = keyof typeof DELIMITERS

/** What proves that a file is complete, where its sender says so in a second file. */
export const deliverySettings = {
  sidecar: z
    .enum(SIDECAR_RULES)
    .default('off')
    .describe(
      'Whether a file waits for a second one that says it is complete: `people.csv.sha256` with its checksum, or with `any` an empty `people.csv.done` as well. A checksum that does not fit rejects the file either way.',
    ),
  sidecarMinutes: z
    .int()
    .min(1)
    .max(24 * 60)
    .default(30)
    .describe('How long a file waits for it, in minutes; then the run is rejected.'),
} as const

/** How large a file, and what is in it, may be. */
export const limitSettings = {
  unpackedBytesMax: z
    .int()
    .min(1)
    .default(4 * 1024 ** 3)
    .describe('Bytes of a file, and of what comes out of it when it is unpacked.'),
  unpackRatioMax: z.int().min(1).default(100).describe('Bytes that one packed byte may unpack to.'),
  rowsMax: z.int().min(1).max(10_000_000).default(10_000_000).describe('Data rows.'),
  columnsMax: z.int().min(1).max(16_384).default(400).describe('Columns of the header.'),
  cellMax: z.int().min(1).max(1_000_000).default(4_096).describe('Characters of one cell.'),
} as const

export const readingSettings = {
  encoding: z
    .enum(ENCODINGS)
    .default('utf-8')
    .describe('How the source writes letters. A byte order mark in the file has the last word.'),
  delimiter: z
    .enum(['auto', 'comma', 'semicolon', 'tab', 'pipe'])
    .default('auto')
    .describe('What stands between two cells; `auto` tells it from the header.'),
  pgp: z
    .enum(['off', 'optional', 'required'])
    .default('off')
    .describe('Whether files may, or must, come encrypted with PGP.'),
  pgpSignature: z
    .enum(['ignored', 'required'])
    .default('ignored')
    .describe("Whether an encrypted file must carry the sender's signature."),
} as const
