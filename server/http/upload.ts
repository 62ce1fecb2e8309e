/**
 * A file that comes in over HTTP, handed on as it comes: as the body itself, or as a field of a form. It never lies in
 * memory as a whole.
 */
import { ImportError } from '../../importer/errors.ts'
import { isOwnForm } from './guard.ts'
import { boundaryOf, readForm } from './multipart.ts'
import type { HttpContext } from './route.ts'
import type { Viewer } from './viewer.ts'

export interface Upload {
  /** As the sender calls it; null where they did not say. */
  readonly fileName: string | null
  /** The fields of the form that stand in front of the file. */
  readonly fields: Readonly<Record<string, string>>
  /** To be read once. Throws `REQUEST_TOO_LARGE`. */
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Throws `REQUEST_INVALID` where there is no file, and `FORM_STALE` where a form is not of the viewer's session. */
export async function readUpload(c: HttpContext, viewer: Viewer, bytesMax: number): Promise<Upload> {
  const body = c.req.raw.body
  if (body === null) throw new ImportError('REQUEST_INVALID', { problem: 'it has no body' })
  const bytes = bounded(body, bytesMax)
  const boundary = boundaryOf(c.req.header('content-type') ?? '')
  if (boundary === null) return { fileName: null, fields: {}, bytes }
  const form = await readForm(bytes, boundary)
  const isMeant =
    viewer.kind === 'token' || isOwnForm(viewer, c.req.header('x-csrf-token') ?? form.fields['csrf'])
  if (!isMeant) throw new ImportError('FORM_STALE')
  return form
}

async function* bounded(body: ReadableStream<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > bytesMax) throw new ImportError('REQUEST_TOO_LARGE', { bytesMax })
    yield chunk
  }
}
