/** Files as they might arrive after everything that can happen to a file has happened to it. */
import type { Draw } from '../support/draw.ts'

/** What reading trips over. */
const TOKENS: readonly Buffer[] = [
  ...[
    '"',
    '""',
    '"\n',
    ',"',
    '",',
    ',',
    ';',
    '\t',
    '|',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\0',
    '\ufeff',
    'sep=;\n',
    ' ',
    '=',
  ],
  ...[
    '__CLEAR__',
    'Email',
    'Employee Id,Email',
    '#N/A',
    '1.2E+5',
    '45000',
    '31/12/2025',
    'é',
    '\u0301',
    '𝄞',
    '\u202e',
  ],
  ...['__proto__', 'TRUE', '2026-02-30', 'x'.repeat(5_000), '"'.repeat(50), ','.repeat(500), '\n'.repeat(50)],
]
  .map((text) => Buffer.from(text))
  .concat(
    [[0xff], [0xc3], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xff, 0xfe], [0x80], [0x1f, 0x8b]].map((bytes) =>
      Buffer.from(bytes),
    ),
  )

type Mutation = (bytes: Buffer, draw: Draw) => Buffer

const MUTATIONS: readonly Mutation[] = [
  // A byte more, less, or another one.
  (bytes, draw) => spliced(bytes, draw.int(0, bytes.length), 0, draw.pick(TOKENS)),
  (bytes, draw) => spliced(bytes, draw.int(0, bytes.length), draw.int(1, 3), draw.pick(TOKENS)),
  (bytes, draw) => spliced(bytes, draw.int(0, bytes.length), draw.int(1, 20), Buffer.alloc(0)),
  (bytes, draw) => {
    const copy = Buffer.from(bytes)
    const at = draw.int(0, Math.max(0, bytes.length - 1))
    if (bytes.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << draw.int(0, 7))
    return copy
  },
  // Cut off, said twice, in another order.
  (bytes, draw) => bytes.subarray(0, draw.int(0, bytes.length)),
  (bytes, draw) => bytes.subarray(draw.int(0, bytes.length)),
  (bytes, draw) => Buffer.concat([bytes, bytes.subarray(draw.int(0, bytes.length))]),
  (bytes, draw) => {
    const [a, b] = [draw.int(0, bytes.length), draw.int(0, bytes.length)]
    return Buffer.concat([
      bytes.subarray(0, a),
      bytes.subarray(Math.min(a, b), Math.max(a, b)),
      bytes.subarray(a),
    ])
  },
  (bytes, draw) => {
    const lines = bytes.toString('latin1').split('\n')
    const [a, b] = [draw.int(0, lines.length - 1), draw.int(0, lines.length - 1)]
    ;[lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? '']
    return Buffer.from(lines.join('\n'), 'latin1')
  },
  // Written by another program.
  (bytes, draw) => replaced(bytes, ',', draw.pick([';', '\t', '|', ', ', '","'])),
  (bytes, draw) => replaced(bytes, '\n', draw.pick(['\r', '\r\n', '\n\n', '\r\r\n'])),
  (bytes, draw) => replaced(bytes, '"', draw.pick(['', '""', "'"])),
  (bytes) => Buffer.from(`\ufeff${bytes.toString('utf8')}`, 'utf16le'),
  (bytes) => Buffer.from(bytes.toString('utf8'), 'latin1'),
]

/** One to five things happen to the bytes. */
export function mutated(bytes: Buffer, draw: Draw): Buffer {
  let result = bytes
  for (let count = draw.int(1, 5); count > 0; count--) result = draw.pick(MUTATIONS)(result, draw)
  return result
}

function spliced(bytes: Buffer, at: number, removed: number, added: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)])
}

/** Mostly everywhere, as a program would; through latin1, so that no byte changes but those meant. */
function replaced(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1')
}
