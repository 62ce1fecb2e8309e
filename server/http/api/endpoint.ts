/**
 * An endpoint of the API: one definition from which come its route behind the guard, the checks of what is sent, and
 * its page in the OpenAPI document.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ImportError } from '../../../importer/errors.ts'
import { mustBeText } from '../guard.ts'
import type { Access, HttpContext, InAccount, Method, Route } from '../route.ts'
import { onlyOnce } from './idempotency.ts'

export const API = '/api/v1'

type Empty = z.ZodObject<Record<never, never>>

export interface EndpointSpec<Query extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType> {
  readonly method: Method
  /** Behind `/api/v1`, in OpenAPI's way: `/imports/{id}`. */
  readonly path: string
  readonly access: Access
  readonly summary: string
  readonly tag: string
  readonly query?: Query
  /** JSON. */
  readonly body?: Body
  /** JSON; or, where it is text without a bound, of which type. */
  readonly answer: Answer | { readonly text: string }
  readonly status?: 200 | 201 | 202
  readonly takesFile?: true
  /** What stands there now; where a request says what it should be (`If-Match`), and it is not, nothing is done. */
  readonly current?: (given: InAccount) => Promise<unknown>
}

export interface EndpointGiven<Query, Body> extends InAccount {
  readonly query: Query
  readonly body: Body
  /** A part of the path. */
  readonly param: (name: string) => string
}

type Result<Answer> = Promise<Answer | Response> | Answer | Response

export interface Endpoint {
  readonly spec: EndpointSpec<z.ZodObject, z.ZodType, z.ZodType>
  readonly route: Route
}

/** Makes one. What the handler answers is sent as JSON, unless it is a whole response. */
export function endpoint<
  Answer extends z.ZodType,
  Query extends z.ZodObject = Empty,
  Body extends z.ZodType = z.ZodUndefined,
>(
  spec: EndpointSpec<Query, Body, Answer>,
  handle: (given: EndpointGiven<z.output<Query>, z.output<Body>>) => Result<z.output<Answer>>,
): Endpoint {
  const route: Route = {
    ...{ method: spec.method, kind: 'api', access: spec.access, summary: spec.summary },
    path: `${API}${spec.path.replace(/\{(\w+)\}/g, ':$1')}`,
    ...(spec.takesFile ? { body: 'upload' } : {}),
    async handle(given) {
      return await onlyOnce(given, spec.takesFile === true, async (asked) => {
        // Within: who asks again after an answer was lost has changed it themselves.
        await mustBeCurrent(spec.current, given)
        const query = parsed(spec.query ?? z.object({}), ownQuery(given.c, spec.access), 'query')
        const body = spec.body === undefined ? undefined : parsed(spec.body, await jsonOf(given.c), 'body')
        // Both have been through their schemas; the compiler cannot follow that through the optional ones.
        const known = { query, body, param: (name: string) => given.c.req.param(name) ?? '' } as Pick<
          EndpointGiven<z.output<Query>, z.output<Body>>,
          'query' | 'body' | 'param'
        >
        const result = await handle({ ...asked, ...known })
        return result instanceof Response ? result : jsonResponse(given.c, result, spec.status ?? 200)
      })
    },
  }
  // What comes out of the table is only described and mounted; its types have done their work.
  return { spec: spec as unknown as Endpoint['spec'], route }
}

/** Text without a bound, sent as it is made. What goes wrong before the first chunk is said with a status. */
export async function textResponse(
  c: HttpContext,
  chunks: AsyncIterable<string | Uint8Array>,
  { type, fileName }: { type: string; fileName: string },
): Promise<Response> {
  const rest = chunks[Symbol.asyncIterator]()
  let next = await rest.next()
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next.done === true) return controller.close()
      controller.enqueue(typeof next.value === 'string' ? Buffer.from(next.value) : next.value)
      next = await rest.next()
    },
    async cancel() {
      await rest.return?.()
    },
  })
  return c.body(stream, 200, {
    'content-type': type,
    'content-disposition': `attachment; filename="${fileName.replace(/[^\w.-]/g, '_')}"`,
  })
}

/** Names what is there, so that a change can say what it is a change of. */
export function etagOf(value: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 27)}"`
}

function jsonResponse(c: HttpContext, value: unknown, status: 200 | 201 | 202): Response {
  const etag = etagOf(value)
  c.header('etag', etag)
  const known = c.req.header('if-none-match')?.split(/\s*,\s*/)
  if (c.req.method === 'GET' && known?.includes(etag)) return c.body(null, 304)
  return c.body(JSON.stringify(value), status, { 'content-type': 'application/json' })
}

async function mustBeCurrent(
  current: EndpointSpec<never, never, never>['current'],
  given: InAccount,
): Promise<void> {
  const wanted = given.c.req.header('if-match')
  if (wanted === undefined || wanted === '*' || current === undefined) return
  if (!wanted.split(/\s*,\s*/).includes(etagOf(await current(given))))
    throw new ImportError('CHANGED_MEANWHILE')
}

/** Without the account, which the guard has looked at. */
function ownQuery(c: HttpContext, access: Access): Readonly<Record<string, string>> {
  const { account, ...rest } = c.req.query()
  const isGuards = 'accountBy' in access && access.accountBy === 'query'
  return isGuards || account === undefined ? rest : { ...rest, account }
}

async function jsonOf(c: HttpContext): Promise<unknown> {
  const text = await c.req.text()
  try {
    return JSON.parse(text || '{}', (_, value: unknown) => {
      if (typeof value === 'string') mustBeText(value)
      return value
    })
  } catch (error) {
    if (error instanceof ImportError) throw error
    throw new ImportError('REQUEST_INVALID', { problem: 'the body is not JSON' })
  }
}

/** Says where and what is wrong, never what was sent. */
function parsed(schema: z.ZodType, given: unknown, where: string): unknown {
  const strict = schema instanceof z.ZodObject ? schema.strict() : schema
  const result = strict.safeParse(given)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const place = [where, ...(issue?.path ?? [])].join('.')
  throw new ImportError('REQUEST_INVALID', { problem: `${place}: ${issue?.message ?? 'not as described'}` })
}
