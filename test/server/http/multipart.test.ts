import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundaryOf, readForm } from '../../../server/http/multipart.ts'

const BOUNDARY = 'x-rollcall-boundary'

function formOf(fields: Record<string, string>, file: { name: string; bytes: Uint8Array } | null): Buffer {
  const part = (head: string, body: Uint8Array | string) =>
    Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      Buffer.from(body),
      Buffer.from('\r\n'),
    ])
  return Buffer.concat([
    ...Object.entries(fields).map(([name, value]) => part(`name="${name}"`, value)),
    ...(file === null
      ? []
      : [part(`name="file"; filename="${file.name}"\r\nContent-Type: text/csv`, file.bytes)]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ])
}

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (let next = 0; at < bytes.length; next++) {
    const size = sizes[next % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 })
/** Also what looks nearly like the line that ends it. */
const content = fc
  .array(fc.oneof(fc.string(), fc.constantFrom('\r\n', '\r', '--', `\r\n--${BOUNDARY.slice(0, 9)}`, '\0')), {
    maxLength: 30,
  })
  .map((some) => Buffer.from(some.join('')))
const word = fc.stringMatching(/^[a-z]{1,10}$/)

test('every byte of a file and of the fields in front of it comes through, however the form is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(word, fc.string(), { noNullPrototype: true }),
      content,
      sizes,
      async (fields, bytes, chunks) => {
        const form = formOf(fields, { name: 'people ü.csv', bytes })
        const read = await readForm(cut(form, chunks), BOUNDARY)
        expect({ ...read.fields }).toEqual(fields)
        expect(read.fileName).toBe('people ü.csv')
        expect(await whole(read.bytes)).toEqual(bytes)
      },
    ),
  )
})

test('a form that is cut off at any byte before its end is refused', async () => {
  const form = formOf({ csrf: 'x' }, { name: 'people.csv', bytes: Buffer.from('Name\nEve\n') })
  // What stands behind the last delimiter does not matter.
  for (let length = 0; length < form.length - 4; length++) {
    const read = readForm(cut(form.subarray(0, length), [7]), BOUNDARY).then(({ bytes }) => whole(bytes))
    await expect(read).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  }
})

test.each([
  ['without a file', formOf({ csrf: 'x' }, null), 'no file'],
  ['of which no file was chosen', formOf({}, { name: '', bytes: Buffer.alloc(0) }), 'no file was chosen'],
  ['with a field without end', formOf({ note: 'x'.repeat(70_000) }, null), 'too long'],
  [
    'with fields without number',
    formOf(
      Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f${at}`, '']) as [string, string][]),
      null,
    ),
    'too many',
  ],
  ['that is none', Buffer.from('Name,Email\n'), 'in the middle'],
])('a form %s is refused', async (_what, form, why) => {
  await expect(readForm(cut(form, [1000]), BOUNDARY)).rejects.toThrow(why)
})

test.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['multipart/form-data; charset=utf-8; boundary="a b"', 'a b'],
  ['Multipart/Form-Data;boundary=----x', '----x'],
  ['multipart/mixed; boundary=abc', null],
  ['text/csv', null],
])('the boundary of %s is %s', (type, boundary) => {
  expect(boundaryOf(type)).toBe(boundary)
})
