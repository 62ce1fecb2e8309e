/** Settings of a source that say how the bytes of its files are to be read. Nothing here is ever guessed. */
import { z } from 'zod'

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

export const readingSettings = {
  /** How the source writes letters. */
  encoding: z.enum(ENCODINGS).default('utf-8'),
  /** `auto` tells the delimiter from the header. */
  delimiter: z.enum(['auto', 'comma', 'semicolon', 'tab', 'pipe']).default('auto'),
  /** Whether files may, or must, come encrypted with PGP. */
  pgp: z.enum(['off', 'optional', 'required']).default('off'),
  /** Whether an encrypted file must carry the sender's signature. */
  pgpSignature: z.enum(['ignored', 'required']).default('ignored'),
} as const
