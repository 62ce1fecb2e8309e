/** Serves an app on a port, and ends it without cutting off answers that are under way. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { ImportError, problemOf } from '../../importer/errors.ts'

export interface HttpServer {
  readonly address: { readonly host: string; readonly port: number }
  /** Takes nothing new; what is being answered has `graceMs` to finish. */
  close(graceMs?: number): Promise<void>
}

const CLOSE_GRACE_MS = 1_000
/** A file of a gibibyte over a slow line; whoever sends no more than the head of a request is cut off after a minute. */
const REQUEST_MS = 2 * 60 * 60_000

/** Listens; port 0 takes a free one. Throws `PORT_IN_USE`. */
export async function serveApp(
  app: { readonly fetch: Parameters<typeof getRequestListener>[0] },
  { host, port }: { host: string; port: number },
): Promise<HttpServer> {
  const server = createServer({ requestTimeout: REQUEST_MS }, getRequestListener(app.fetch))
  server.listen({ host, port })
  await once(server, 'listening').catch((error: unknown) => {
    throw cannotListen(error, host, port)
  })
  return {
    // An address that is no object belongs to a pipe.
    address: { host, port: (server.address() as AddressInfo).port },
    close: (graceMs = CLOSE_GRACE_MS) => closeServer(server, graceMs),
  }
}

/** Ends a server in time, whatever its clients do. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(timer)
}

function cannotListen(error: unknown, host: string, port: number): ImportError {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  if (isTaken) return new ImportError('PORT_IN_USE', { host, port, setting: 'ROLLCALL_HTTP_PORT' })
  return new ImportError('CONFIG_INVALID', {
    problem: `HTTP cannot listen on ${host}, port ${port} (${problemOf(error)})`,
    fix: 'Correct ROLLCALL_HTTP_HOST or ROLLCALL_HTTP_PORT.',
  })
}
