/**
 * A request that names an `Idempotency-Key` is carried out once: who sends it again within a day gets the first answer,
 * and who sends another one under the same key is refused.
 */
import { createHash } from 'node:crypto'
import { ImportError } from '../../../importer/errors.ts'
import type { Asked } from '../../../keys/people/idempotency.ts'
import type { InAccount } from '../route.ts'
import type { Upload } from '../upload.ts'

const KEY_MAX = 255

/** `work` gets what the handler is given; a file that comes in is counted into what was asked as it is read. */
export async function onlyOnce(
  given: InAccount,
  isFile: boolean,
  work: (given: InAccount) => Promise<Response>,
): Promise<Response> {
  const { c, http, viewer } = given
  const key = c.req.header('idempotency-key')
  if (key === undefined || c.req.method === 'GET') return await work(given)
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > KEY_MAX)
    throw new ImportError('REQUEST_INVALID', {
      problem: `an Idempotency-Key has 1 to ${KEY_MAX} visible signs`,
    })
  const { pathname, search } = new URL(c.req.url)
  const asked: Asked = { owner: viewer.id, key, request: sha256(`${c.req.method} ${pathname}${search}`) }
  const before = await http.idempotency.begin(asked)
  if (before !== null) {
    const body = isFile ? await hashOfUpload(given) : sha256(await c.req.text())
    if (body !== before.body) throw new ImportError('KEY_REUSED')
    const { status, type, location, body: text } = before.answer
    return new Response(text, {
      status,
      headers: {
        'idempotency-replayed': 'true',
        ...(type === null ? {} : { 'content-type': type }),
        ...(location === null ? {} : { location }),
      },
    })
  }
  const hash = createHash('sha256')
  try {
    const response = await work(
      isFile ? { ...given, upload: async () => counted(await given.upload(), hash) } : given,
    )
    const body = isFile ? hash.digest('hex') : sha256(await c.req.text())
    await http.idempotency.keep(asked, body, {
      status: response.status,
      type: response.headers.get('content-type'),
      location: response.headers.get('location'),
      body: await response.clone().text(),
    })
    return response
  } catch (error) {
    await http.idempotency.forget(asked)
    throw error
  }
}

/** What a file is, by its bytes and its name: a form has another boundary each time. */
function counted(upload: Upload, hash: ReturnType<typeof createHash>): Upload {
  hash.update(`${upload.fileName ?? ''}\0`)
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of upload.bytes) {
      hash.update(chunk)
      yield chunk
    }
  }
  return { ...upload, bytes: bytes() }
}

async function hashOfUpload(given: InAccount): Promise<string> {
  const hash = createHash('sha256')
  for await (const _ of counted(await given.upload(), hash).bytes);
  return hash.digest('hex')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
