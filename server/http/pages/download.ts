/** A file to keep, sent as it is made, however large it is. */
import type { HttpContext } from '../route.ts'

export interface Download {
  /** As it is to be called on the reader's disk: letters of our own only. */
  readonly fileName: string
  readonly type: string
}

export async function download(
  c: HttpContext,
  { fileName, type }: Download,
  chunks: AsyncIterable<string | Uint8Array>,
): Promise<Response> {
  const iterator = chunks[Symbol.asyncIterator]()
  // What is wrong from the start is answered as an error, not as a file that breaks off.
  const first = await iterator.next()
  const encoder = new TextEncoder()
  let next: IteratorResult<string | Uint8Array> | null = first
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = next ?? (await iterator.next())
      next = null
      if (done) controller.close()
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
    },
    async cancel() {
      await iterator.return?.()
    },
  })
  return c.body(body, 200, {
    'content-type': type,
    'content-disposition': `attachment; filename="${fileName.replace(/[^\w.-]/g, '_')}"`,
  })
}
