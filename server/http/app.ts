/** What is served over HTTP. Today only whether the server lives and whether it can do its work. */
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { Logger } from '../log.ts'
import { problemResponse } from './problem.ts'

/** Whether the server can do its work: each check's name, and what is wrong with it or null. */
export type Readiness = () => Promise<Readonly<Record<string, string | null>>>

export function createApp({ readiness, log }: { readiness: Readiness; log: Logger }): Hono {
  const app = new Hono()
  app.use(secureHeaders({ xFrameOptions: 'DENY', referrerPolicy: 'no-referrer' }))
  app.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
  })

  app.get('/healthz', (c) => c.json({ status: 'ok' }))

  app.get('/readyz', async (c) => {
    const checks = await readiness()
    const isReady = Object.values(checks).every((problem) => problem === null)
    return c.json({ status: isReady ? 'ok' : 'unavailable', checks }, isReady ? 200 : 503)
  })

  app.notFound((c) =>
    c.body(JSON.stringify({ type: 'about:blank', status: 404, title: 'NOT_FOUND' }), 404, {
      'content-type': 'application/problem+json',
    }),
  )
  app.onError((error, c) => {
    log.error({ err: error, path: c.req.routePath }, 'a request could not be answered')
    return problemResponse(c, error)
  })
  return app
}
