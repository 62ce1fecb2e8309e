/**
 * A server that stands in for an HRIS: it answers as the documents of its API say, and misbehaves where a script
 * tells it to. It listens on this machine only.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'

export interface SimRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Of a form; empty otherwise. */
  readonly form: URLSearchParams
  readonly body: string
}

export interface SimAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly html?: string
}

/** What one API knows how to answer. */
export interface SimApi {
  answer(request: SimRequest): SimAnswer
}

/** What goes wrong. */
export type Fault =
  | { readonly kind: 'answer'; readonly answer: SimAnswer }
  /** The true answer, changed. */
  | { readonly kind: 'edit'; readonly edit: (answer: SimAnswer, request: SimRequest) => SimAnswer }
  /** Half of the answer, then the connection ends. */
  | { readonly kind: 'cut' }
  /** The connection ends without a word. */
  | { readonly kind: 'reset' }
  /** One byte at a time; `onByte` is called before each. */
  | { readonly kind: 'drip'; readonly onByte: () => void }
  /** More and more bytes, until the other side has enough. */
  | { readonly kind: 'endless' }
  /** No answer at all. */
  | { readonly kind: 'silence' }

export interface FaultRule {
  /** Which requests; default all. */
  readonly when?: (request: SimRequest) => boolean
  /** The first so many of them are left alone. */
  readonly after?: number
  /** Then so many go wrong; default every one. */
  readonly times?: number
  readonly fault: Fault
}

export interface SimulatorOptions {
  readonly latencyMs?: number
  /** Beyond this many requests a minute the answer is 429. */
  readonly requestsPerMinute?: number
  readonly port?: number
  /** How many of the requests are kept to be looked at; default all. */
  readonly requestsKept?: number
}

export class Simulator implements AsyncDisposable {
  readonly url: string
  /** In order of arrival. */
  readonly requests: SimRequest[] = []
  /** Most requests that were under way at the same time. */
  inFlightMost = 0
  readonly #server: Server
  readonly #api: SimApi
  readonly #options: SimulatorOptions
  #rules: { readonly rule: FaultRule; seen: number }[] = []
  #inFlight = 0
  #minute = { begins: 0, count: 0 }

  private constructor(server: Server, api: SimApi, options: SimulatorOptions) {
    this.#server = server
    this.#api = api
    this.#options = options
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has such an address
  }

  static async start(api: SimApi, options: SimulatorOptions = {}): Promise<Simulator> {
    const server = createServer()
    server.listen(options.port ?? 0, '127.0.0.1')
    await once(server, 'listening')
    const simulator = new Simulator(server, api, options)
    server.on('request', (request, response) => {
      simulator.#serve(request, response).catch(() => response.destroy())
    })
    return simulator
  }

  /** Replaces the script. */
  script(...rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => ({ rule, seen: 0 }))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message)
    if (this.requests.length < (this.#options.requestsKept ?? Number.POSITIVE_INFINITY))
      this.requests.push(request)
    this.#inFlight += 1
    this.inFlightMost = Math.max(this.inFlightMost, this.#inFlight)
    try {
      if (this.#options.latencyMs) await setTimeout(this.#options.latencyMs)
      await this.#reply(request, response)
    } finally {
      this.#inFlight -= 1
    }
  }

  async #reply(request: SimRequest, response: ServerResponse): Promise<void> {
    const fault = this.#faultFor(request)
    switch (fault?.kind) {
      case undefined:
        return send(response, this.#isTooMany() ? TOO_MANY : this.#api.answer(request))
      case 'answer':
        return send(response, fault.answer)
      case 'edit':
        return send(response, fault.edit(this.#api.answer(request), request))
      case 'reset':
        response.destroy()
        return
      case 'silence':
        await once(response, 'close')
        return
      case 'cut': {
        const body = bodyOf(this.#api.answer(request))
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
        response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
        return
      }
      case 'drip':
        return await drip(response, bodyOf(this.#api.answer(request)), fault.onByte)
      case 'endless':
        return await flood(response)
    }
  }

  #faultFor(request: SimRequest): Fault | null {
    for (const script of this.#rules) {
      const { when = () => true, after = 0, times = Number.POSITIVE_INFINITY, fault } = script.rule
      if (!when(request)) continue
      script.seen += 1
      if (script.seen > after && script.seen <= after + times) return fault
    }
    return null
  }

  #isTooMany(): boolean {
    const { requestsPerMinute } = this.#options
    if (requestsPerMinute === undefined) return false
    const now = Date.now()
    if (now - this.#minute.begins >= 60_000) this.#minute = { begins: now, count: 0 }
    this.#minute.count += 1
    return this.#minute.count > requestsPerMinute
  }
}

const TOO_MANY: SimAnswer = {
  status: 429,
  headers: { 'retry-after': '5' },
  json: { message: 'Too many requests' },
}

async function readRequest(message: IncomingMessage): Promise<SimRequest> {
  const url = new URL(message.url ?? '/', 'http://simulator')
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString('utf8')
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
  )
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
  return {
    ...{ method: message.method ?? 'GET', path: url.pathname, query: url.searchParams, headers, body },
    form: new URLSearchParams(isForm ? body : ''),
  }
}

function bodyOf({ json, html }: SimAnswer): Buffer {
  return Buffer.from(html ?? (json === undefined ? '' : JSON.stringify(json)))
}

function send(response: ServerResponse, answer: SimAnswer): void {
  const type = answer.html === undefined ? 'application/json' : 'text/html; charset=utf-8'
  response.writeHead(answer.status, { 'content-type': type, ...answer.headers })
  response.end(bodyOf(answer))
}

async function drip(response: ServerResponse, body: Buffer, onByte: () => void): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  for (const byte of body) {
    if (response.destroyed) return
    onByte()
    response.write(Buffer.of(byte))
    await setTimeout(1)
  }
  response.end()
}

async function flood(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' })
  const chunk = Buffer.alloc(64 * 1024, 0x20)
  const spaces = new Readable({ read: () => void spaces.push(chunk) })
  // It ends when the other side has enough, which is an error here.
  await pipeline(spaces, response).catch(() => {})
}
