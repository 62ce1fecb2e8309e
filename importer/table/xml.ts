/** XML as it streams by, for the few parts of a workbook that are read: elements and their text, no more. */
import { TextDecoder } from 'node:util'
import { SaxesParser } from 'saxes'
import type { Chunks } from './bytes.ts'
import { Unreadable } from './reading.ts'

export interface XmlHandler {
  /** `name` without its prefix. */
  open(name: string, attributes: Readonly<Record<string, string>>): void
  text?(text: string): void
  close?(name: string): void
}

/** Longest text between two tags; more than any cell may hold. */
const TEXT_BYTES_MAX = 1024 * 1024

/**
 * Feeds the handler; hands over after every chunk, so that what it gathered can be taken away. Entities beyond the
 * five of XML are refused: what a document type defines is never looked at.
 */
export async function* readXml(chunks: Chunks, handler: XmlHandler): AsyncGenerator<void> {
  const parser = new SaxesParser()
  const local = (name: string): string => name.slice(name.indexOf(':') + 1)
  parser.on('opentag', ({ name, attributes }) => handler.open(local(name), attributes))
  parser.on('closetag', ({ name }) => handler.close?.(local(name)))
  parser.on('text', (text) => handler.text?.(text))
  parser.on('cdata', (text) => handler.text?.(text))
  parser.on('error', damaged)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let sinceTag = 0
  for await (const chunk of chunks) {
    const tag = chunk.lastIndexOf(0x3c)
    sinceTag = tag === -1 ? sinceTag + chunk.length : chunk.length - tag
    if (sinceTag > TEXT_BYTES_MAX) damaged()
    parser.write(decoded(decoder, chunk))
    yield
  }
  parser.close()
  yield
}

function decoded(decoder: TextDecoder, chunk: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: true })
  } catch {
    return damaged()
  }
}

function damaged(): never {
  throw new Unreadable('FILE_ARCHIVE', { problem: 'it is damaged' })
}
