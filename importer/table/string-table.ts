/**
 * The texts of a workbook, which its cells name by number. They are kept in pages; beyond a few megabytes the pages
 * wait sealed on disk, so that a workbook of a million people needs no more memory than one of a thousand.
 */
import { Spool } from './spool.ts'

const PAGE_BYTES = 64 * 1024
/** Pages in memory; cells name texts mostly in the order in which they first stood in the sheet. */
const PAGES_KEPT = 256

interface Page {
  /** Number of its first text. */
  readonly first: number
  /** Where each of its texts ends. */
  readonly ends: Uint32Array
  /** Where it lies in the spool, once it is there. */
  readonly position: number
  readonly length: number
}

export class StringTable {
  readonly #opened: AsyncDisposableStack
  readonly #spoolDir: string | undefined
  #spool: Spool | null = null
  readonly #pages: Page[] = []
  /** By page number, the one used last at the end. */
  readonly #kept = new Map<number, Buffer>()
  #texts: Buffer[] = []
  #bytes = 0
  #count = 0

  constructor(opened: AsyncDisposableStack, spoolDir?: string) {
    this.#opened = opened
    this.#spoolDir = spoolDir
  }

  add(text: string): void {
    const bytes = Buffer.from(text, 'utf8')
    this.#texts.push(bytes)
    this.#bytes += bytes.length
    this.#count++
  }

  /** To be called now and then while texts are added, and once at the end. */
  async settle(isEnd: boolean): Promise<void> {
    if (this.#bytes < PAGE_BYTES && !(isEnd && this.#texts.length > 0)) return
    const page = Buffer.concat(this.#texts)
    const ends = new Uint32Array(this.#texts.length)
    let end = 0
    for (const [index, text] of this.#texts.entries()) {
      end += text.length
      ends[index] = end
    }
    await this.#store(page, ends)
    this.#texts = []
    this.#bytes = 0
  }

  /** The text of that number; undefined where there is none. */
  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined
    const number = this.#pageOf(index)
    const page = this.#pages[number]
    if (page === undefined) return undefined
    const at = index - page.first
    const bytes = this.#load(number, page)
    return bytes.toString('utf8', at === 0 ? 0 : page.ends[at - 1], page.ends[at])
  }

  async #store(bytes: Buffer, ends: Uint32Array): Promise<void> {
    const first = this.#count - ends.length
    this.#spool ??= this.#opened.adopt(await Spool.create(this.#spoolDir), (spool) => spool.close())
    this.#pages.push({ first, ends, position: this.#spool.size, length: bytes.length })
    await this.#spool.append(bytes)
    this.#keep(this.#pages.length - 1, bytes)
  }

  #keep(number: number, bytes: Buffer): void {
    this.#kept.delete(number)
    this.#kept.set(number, bytes)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > PAGES_KEPT && oldest !== undefined) this.#kept.delete(oldest)
  }

  #load(number: number, page: Page): Buffer {
    const kept = this.#kept.get(number)
    const bytes = kept ?? Buffer.alloc(page.length)
    if (!kept) this.#spool?.readNow(bytes, page.position)
    this.#keep(number, bytes)
    return bytes
  }

  /** Number of the page that holds the text: pages are in order. */
  #pageOf(index: number): number {
    let low = 0
    let high = this.#pages.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#pages[middle]?.first ?? 0) <= index) low = middle
      else high = middle - 1
    }
    return low
  }
}
