/** Cells as they come, made by a generator: near what each kind of column wants, and as nasty as Unicode allows. */
import fc from 'fast-check'

const PIECES = [
  ...[
    'ada@example.com',
    'Ada@EXAMPLE.com',
    '@',
    '.',
    '2024-02-29',
    '2023-02-29',
    '1900/1/1',
    '03/04/2025',
    '45231',
  ],
  ...[
    'T00:00:00',
    'Europe/Berlin',
    'europe/berlin',
    'Asia/Kolkata',
    'UTC',
    'en',
    'de-AT',
    'zh_hans',
    '+4930123456',
  ],
  ...[
    '(0)',
    'TRUE',
    'false',
    'Yes',
    'no',
    'n/a',
    'null',
    '-',
    '--',
    'TBD',
    '__CLEAR__',
    '__clear__',
    '#REF!',
    '####',
  ],
  ...['1.23E+05', '417.0', '007', 'Ada', 'Lovelace', "'", '=', '＝', '+', ' ', '  ', '\t', '\r\n', '\u0085'],
  ...[
    '\u00a0',
    '\u200b',
    '\u200c',
    '\u200d',
    '\ufeff',
    '\u00ad',
    '\u202e',
    '\u2060',
    '\u034f',
    '\u3164',
    '\u2028',
  ],
  ...[
    '\u0301',
    '\u030c',
    'J\u030c',
    'İ',
    'ΑΣ',
    'ß',
    'ﬁ',
    '\u212a',
    '\u037e',
    'ن',
    'क',
    '\u094d',
    'ष',
    '👩',
    '💻',
    '🇦🇹',
  ],
  ...[
    '\ud800',
    '\udc00',
    '\u0000',
    '\u001f',
    '\u0086',
    '\ufffd',
    '\uffff',
    '葛\u{e0100}',
    '\u1100\u1161',
    'a'.repeat(120),
  ],
]

const pieces = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'grapheme', maxLength: 4 })), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''))

const digits = fc
  .tuple(
    fc.integer({ min: 1890, max: 2110 }),
    fc.integer({ min: 0, max: 14 }),
    fc.integer({ min: 0, max: 33 }),
  )
  .map(([year, month, day]) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`)

/** Any cell. */
export const cellLike: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: pieces },
  { weight: 1, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 1, arbitrary: digits },
  { weight: 1, arbitrary: fc.emailAddress() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
)
