/**
 * Forms with a file (RFC 7578), read as they come in: small fields first, then one file, whose bytes are handed on
 * without being kept. What stands behind the file is read to the end and not looked at.
 */
import { ImportError } from '../../importer/errors.ts'

export interface FormWithFile {
  readonly fields: Readonly<Record<string, string>>
  readonly fileName: string | null
  readonly bytes: AsyncIterable<Uint8Array>
}

const HEAD_MAX = 16 * 1024
const FIELD_MAX = 64 * 1024
const FIELDS_MAX = 50
const BREAK = Buffer.from('\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')

/** The boundary that a `Content-Type` of `multipart/form-data` names; null for any other. */
export function boundaryOf(contentType: string): string | null {
  const found = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(
    contentType,
  )
  return found?.[1] ?? found?.[2] ?? null
}

/** Reads up to the first byte of the file. Throws `REQUEST_INVALID` where there is none, or where it is no form. */
export async function readForm(body: AsyncIterable<Uint8Array>, boundary: string): Promise<FormWithFile> {
  const reader = new PartReader(body, Buffer.from(`\r\n--${boundary}`))
  const fields: Record<string, string> = {}
  for (let parts = 0; await reader.next(); parts++) {
    if (parts >= FIELDS_MAX) throw invalid('the form has too many fields')
    const { name, fileName } = dispositionOf(await reader.head())
    if (fileName === '') throw invalid('no file was chosen')
    if (fileName !== null) return { fields, fileName, bytes: reader.contentAndRest() }
    fields[name] = (await whole(reader.content())).toString('utf8')
  }
  throw invalid('the form has no file')
}

/** Goes from one delimiter to the next. */
class PartReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #delimiter: Buffer
  // The first delimiter has no line break in front of it; with one it is like every other.
  #held: Buffer = BREAK
  #isAtPart = true

  constructor(body: AsyncIterable<Uint8Array>, delimiter: Buffer) {
    this.#chunks = body[Symbol.asyncIterator]()
    this.#delimiter = delimiter
  }

  /** Goes to the next part; false when there is none. */
  async next(): Promise<boolean> {
    if (this.#isAtPart) for await (const _ of this.content());
    while (this.#held.length < 2) await this.#more()
    this.#isAtPart = true
    if (this.#held.subarray(0, 2).equals(Buffer.from('--'))) return false
    const end = await this.#find(BREAK, HEAD_MAX)
    this.#held = this.#held.subarray(end)
    return true
  }

  /** The headers of the part. */
  async head(): Promise<string> {
    const end = await this.#find(HEAD_END, HEAD_MAX)
    const head = this.#held.subarray(BREAK.length, end).toString('utf8')
    this.#held = this.#held.subarray(end + HEAD_END.length)
    return head
  }

  /** The bytes of the part, up to the delimiter behind it. */
  async *content(): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(this.#delimiter)
      if (at >= 0) {
        const part = this.#held.subarray(0, at)
        this.#held = this.#held.subarray(at + this.#delimiter.length)
        this.#isAtPart = false
        if (part.length > 0) yield part
        return
      }
      // What may be the beginning of a delimiter stays until more has come.
      const sure = this.#held.length - this.#delimiter.length + 1
      if (sure > 0) {
        const part = this.#held.subarray(0, sure)
        this.#held = this.#held.subarray(sure)
        yield part
      }
      await this.#more()
    }
  }

  /** The same, and then whatever comes behind it, so that the sender is heard out. */
  async *contentAndRest(): AsyncGenerator<Buffer> {
    yield* this.content()
    while ((await this.#chunks.next()).done !== true);
  }

  async #find(wanted: Buffer, within: number): Promise<number> {
    for (;;) {
      const at = this.#held.indexOf(wanted)
      if (at >= 0) return at
      if (this.#held.length > within) throw invalid('a part of the form has no end to its headers')
      await this.#more()
    }
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next()
    if (next.done === true) throw invalid('the form ends in the middle')
    this.#held = this.#held.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.#held, next.value])
  }
}

function dispositionOf(head: string): { name: string; fileName: string | null } {
  const line = head.split('\r\n').find((one) => /^content-disposition\s*:\s*form-data\s*;/i.test(one))
  const name = line && /;\s*name="([^"]*)"/i.exec(line)?.[1]
  if (line === undefined || name === undefined) throw invalid('a part of the form has no name')
  const fileName = /;\s*filename="([^"]*)"/i.exec(line)?.[1]
  return { name: unquoted(name), fileName: fileName === undefined ? null : unquoted(fileName) }
}

/** Browsers write what would break the line in percent signs. */
function unquoted(text: string): string {
  return text.replace(/%22|%0D|%0A/gi, (sign) => decodeURIComponent(sign))
}

async function whole(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.length
    if (size > FIELD_MAX) throw invalid('a field of the form is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function invalid(problem: string): ImportError {
  return new ImportError('REQUEST_INVALID', { problem })
}
