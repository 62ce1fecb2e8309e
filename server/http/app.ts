/** What is served over HTTP: every route of the table, behind the guard, with the same headers and the same errors. */
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { requestId } from 'hono/request-id'
import { ImportError } from '../../importer/errors.ts'
import { admit } from './guard.ts'
import { securityHeaders } from './headers.ts'
import { DEFAULT_HTTP_LIMITS, type Http, type HttpDeps } from './http.ts'
import { errorPage } from './pages/error-page.ts'
import { problemResponse, statusOf } from './problem.ts'
import { createRateLimit } from './rate-limit.ts'
import type { HttpContext, HttpEnv, InAccount, Route } from './route.ts'
import { ROUTES } from './routes.ts'
import { readUpload } from './upload.ts'
import type { Viewer } from './viewer.ts'
import { doorFor } from './viewer-door.ts'

export type { HttpDeps, Readiness } from './http.ts'

/** `routes` is given by tests that want one of their own. */
export function createApp(deps: HttpDeps, routes: readonly Route[] = ROUTES): Hono<HttpEnv> {
  const http = withLimits(deps)
  const app = new Hono<HttpEnv>()
  app.use(requestId())
  app.use(securityHeaders(http))
  app.use(async (c, next) => {
    await next()
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
  })
  for (const route of routes) serve(app, http, route)
  app.notFound((c) => failure(http, c, new ImportError('NO_SUCH_PAGE')))
  app.onError((error, c) => failure(http, c, error))
  return app
}

function serve(app: Hono<HttpEnv>, http: Http, route: Route): void {
  if (route.method !== 'GET' && route.body !== 'upload') {
    const maxSize = http.limits.bodyBytesMax
    const onError = () => {
      throw new ImportError('REQUEST_TOO_LARGE', { bytesMax: maxSize })
    }
    app.on(route.method, route.path, bodyLimit({ maxSize, onError }))
  }
  app.on(route.method, route.path, async (c) => {
    const admitted = await admit(http, c, route)
    const { viewer } = admitted
    // A handler sees of this only what its kind of route has, and the guard has made sure of that.
    const given = {
      ...{ c, http, ...admitted },
      door: viewer === null ? null : doorFor(http, viewer, c.get('requestId')),
      upload: () => readUpload(c, viewer as Viewer, http.limits.fileBytesMax),
    } as InAccount
    const answer = await route.handle(given)
    return answer instanceof Response ? answer : c.html(answer)
  })
}

function withLimits({ limits: given, ...deps }: HttpDeps): Http {
  const limits = { ...DEFAULT_HTTP_LIMITS, ...given }
  return {
    ...{ ...deps, limits },
    isSecure: deps.publicUrl?.startsWith('https:') ?? false,
    signInLimit: createRateLimit({ burst: limits.signInBurst, everyMs: limits.signInEveryMs }),
    requestLimit: createRateLimit({ burst: limits.burst, everyMs: limits.everyMs }),
  }
}

/** Programs get a problem document; people a page, or are sent to sign in. */
async function failure(http: Http, c: HttpContext, error: unknown): Promise<Response> {
  const status = statusOf(error)
  const requestId = c.get('requestId')
  const about = { request: requestId, method: c.req.method, path: c.req.routePath }
  if (status >= 500) http.log.error({ err: error, ...about }, 'a request could not be answered')
  else http.log.debug({ err: error, ...about, status }, 'a request was refused')
  if (error instanceof ImportError && error.code === 'TOO_MANY_REQUESTS')
    c.header('retry-after', String(error.params['seconds']))
  // What is left of the body is not read, so nothing can come behind it.
  if (status === 413) c.header('connection', 'close')
  const isForPrograms = /^\/(?:api\/|healthz|readyz|metrics)/.test(c.req.path)
  const needsSignIn = error instanceof ImportError && error.code === 'SIGN_IN_NEEDED'
  if (!isForPrograms && needsSignIn && c.req.method === 'GET') {
    const { pathname, search } = new URL(c.req.url)
    return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 303)
  }
  const isForPeople = c.req.header('accept')?.includes('text/html') ?? false
  if (isForPrograms || !isForPeople) return problemResponse(c, error)
  return await c.html(errorPage({ error, status, requestId }), status)
}
