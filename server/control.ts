/**
 * The control socket: how the command line talks to a running server. It answers whoever can open it, which is the
 * owner of the data directory, so it must never listen on anything but that file.
 */
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { z } from 'zod'
import { ImportError } from '../importer/errors.ts'
import { type Door, newDeliverySchema } from './control/door.ts'
import { isMethod, isStream, METHODS, STREAMS } from './control/methods.ts'
import { listenOn, placeSocket, removeSocket } from './control/socket.ts'
import { closeServer } from './http/listen.ts'
import { problemResponse } from './http/problem.ts'
import type { Logger } from './log.ts'

export { connectControl } from './control/client.ts'
export type { Door } from './control/door.ts'

export interface Control {
  /** Path of the socket. */
  readonly socket: string
  /** Lets what is being handed in finish, within `graceMs`; whoever waits for a run hears that the server stops. */
  stop(): Promise<void>
}

export interface ControlDeps {
  readonly dataDir: string
  readonly door: Door
  readonly log: Logger
  readonly graceMs?: number
}

export async function openControl({ dataDir, door, log, graceMs = 2_000 }: ControlDeps): Promise<Control> {
  const stopping = Promise.withResolvers<never>()
  stopping.promise.catch(() => {})
  const app = createControlApp({ door, log: log.child({ part: 'control' }), stopping: stopping.promise })
  const server = createServer(getRequestListener(app.fetch))
  // A file may be typed in by hand (`rollcall import -`), for as long as that takes.
  server.requestTimeout = 0
  const socket = placeSocket(dataDir)
  await listenOn(server, socket)
  return {
    socket,
    async stop() {
      stopping.reject(
        new ImportError('SERVER_UNREACHABLE', { directory: dataDir, problem: 'it is stopping' }),
      )
      await closeServer(server, graceMs)
      removeSocket(dataDir, socket)
    },
  }
}

/** `stopping` rejects when the server stops, and with it every call that still waits. */
export function createControlApp(deps: {
  door: Door
  log: Logger
  stopping: Promise<never>
}): Hono<{ Bindings: HttpBindings }> {
  const { door, log, stopping } = deps
  const app = new Hono<{ Bindings: HttpBindings }>()

  app.post('/call/:method', async (c) => {
    const { method } = c.req.param()
    const given: unknown = await c.req.json()
    if (isStream(method)) return await sendChunks(c.env.outgoing, STREAMS[method].stream(door, given), log)
    if (!isMethod(method)) return c.notFound()
    const answer: unknown = await Promise.race([METHODS[method].call(door, given), stopping])
    return c.json({ answer })
  })

  app.put('/deliveries', async (c) => {
    const delivery = newDeliverySchema.parse(c.req.query())
    return c.json({ answer: await door.deliver(delivery, c.env.incoming) })
  })

  app.onError((error, c) => {
    const isOurs = error instanceof ImportError || error instanceof z.ZodError
    if (!isOurs) log.error({ err: error }, 'a question on the control socket could not be answered')
    return problemResponse(c, error)
  })
  return app
}

/**
 * Sends what has no bound. The first chunk is made before the answer begins, so that what is wrong from the start
 * is said with a status; what goes wrong later cuts the line, so that nobody takes a part for the whole.
 */
async function sendChunks(
  outgoing: HttpBindings['outgoing'],
  chunks: AsyncIterable<string | Uint8Array>,
  log: Logger,
): Promise<Response> {
  const rest = chunks[Symbol.asyncIterator]()
  const first = await rest.next()
  async function* all(): AsyncGenerator<string | Uint8Array> {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value
  }
  outgoing.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
  try {
    await pipeline(Readable.from(all()), outgoing)
  } catch (error) {
    log.warn({ err: error }, 'an answer on the control socket was cut off')
  }
  return RESPONSE_ALREADY_SENT
}
