/** The rejects of a source that writes another encoding than UTF-8: the customer's own bytes, sent back as they are. */
import { expect, test } from 'vitest'
import { encoderOf } from '../../importer/table/encode.ts'
import { openTestImporter } from '../support/importer.ts'
import { collect } from './report/collect.ts'

interface Case {
  readonly encoding: string
  /** A name in that encoding, with the delimiter as a part of a sign where it has such signs. */
  readonly name: string
  readonly bom?: readonly number[]
  readonly delimiter?: string
}

const CASES: readonly Case[] = [
  { encoding: 'utf-8', name: 'Zoë “Z” €', bom: [0xef, 0xbb, 0xbf] },
  { encoding: 'windows-1252', name: 'Zoë “Z” €' },
  { encoding: 'iso-8859-15', name: 'Žoë €', delimiter: ';' },
  { encoding: 'windows-1251', name: 'Жанна' },
  { encoding: 'koi8-r', name: 'Жанна' },
  { encoding: 'shift_jis', name: 'ポ 東京', delimiter: '|' },
  { encoding: 'euc-jp', name: '東京 駅' },
  { encoding: 'gb18030', name: '北京 𐀀 é' },
  { encoding: 'big5', name: '台北' },
  { encoding: 'euc-kr', name: '서울' },
  { encoding: 'utf-16le', name: 'Zoë 東京 😀', bom: [0xff, 0xfe] },
  { encoding: 'utf-16be', name: 'Zoë 東京 😀', bom: [0xfe, 0xff] },
]

test.each(CASES)(
  'a rejected row in $encoding comes back byte for byte, and corrected is taken',
  async (one) => {
    const { encoding, name, bom = [], delimiter = ',' } = one
    const of = await openTestImporter('sqlite')
    await of.importer.setSource('acme', 'sftp', { encoding })
    const encode = encoderOf(encoding)
    const line = (...cells: string[]) => cells.join(delimiter)
    const header = line('Name', '"Email"', 'Team ')
    const bad = line(`"${name}"`, '  nobody', 'x ')
    const file = [header, bad, line('Bob', 'bob@x.io', 'y')].join('\r\n')
    const sent = await of.deliver(Buffer.concat([Buffer.from(bom), encode(`${file}\r\n`)]))
    expect(sent.counts).toMatchObject({ created: 1, rejected: 1 })

    const rejects = await bytesOf(of.importer.report(sent.id, 'rejects'))
    expect(rejects.subarray(0, bom.length)).toEqual(Buffer.from(bom))
    const at = bom.length + encode(header).length
    expect(rejects.subarray(bom.length, at)).toEqual(Buffer.from(encode(header)))
    expect(rejects.includes(Buffer.from(encode(`\n${bad}`)))).toBe(true)

    const corrected = replaced(rejects, encode('nobody'), encode('zoe@x.io'))
    const back = await of.deliver(corrected)
    expect(back).toMatchObject({ state: 'succeeded', counts: { created: 1, rejected: 0 } })
    const { values } = await of.importer.employee('acme', 'zoe@x.io')
    expect(values.map(({ value }) => value)).toContain(name)
  },
)

async function bytesOf(chunks: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  return Buffer.concat((await collect(chunks)).map((chunk) => Buffer.from(chunk)))
}

function replaced(bytes: Buffer, from: Uint8Array, to: Uint8Array): Buffer {
  const at = bytes.indexOf(from)
  return Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)])
}
