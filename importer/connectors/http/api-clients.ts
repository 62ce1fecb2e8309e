/**
 * The HTTP clients of all connections of this process. What an API allows one connection is kept per connection;
 * what a server punishes an address for is kept per server.
 */
import type { LookupFunction } from 'node:net'
import { Agent } from 'undici'
import { ImportError } from '../../errors.ts'
import { guardedConnector } from './addresses.ts'
import { type AttemptLimits, attempt, Broken } from './attempt.ts'
import type { ApiAnswer, ApiClient, ApiRequest } from './client.ts'
import { Breaker, FailureWindow, Gate, REFUSALS_MAX, TokenBucket } from './limits.ts'
import { askedMs, backoffMs, isPassing } from './retry.ts'
import { SYSTEM_TIMING, type Timing } from './timing.ts'

export interface ApiClientsOptions {
  /** Lets connections reach this machine and its own network: for simulators, and where the operator wants it. */
  readonly mayBePrivate?: boolean
  readonly timing?: Timing
  readonly lookup?: LookupFunction
  readonly limits?: Partial<ClientLimits>
}

export interface ClientLimits extends AttemptLimits {
  readonly connectMs: number
  /** Tries of one request. */
  readonly triesMax: number
  /** How long one request may take with all its tries, in milliseconds. */
  readonly patienceMs: number
  /** Requests of one connection that are under way at the same time. */
  readonly inFlightMax: number
}

/** A page of a hundred people is some hundred kilobytes; an API that needs a minute for it is not well. */
export const CLIENT_LIMITS: ClientLimits = {
  connectMs: 10_000,
  answerMs: 60_000,
  bodyBytesMax: 32 * 1024 * 1024,
  triesMax: 6,
  patienceMs: 10 * 60_000,
  inFlightMax: 4,
}

export interface ClientRequest {
  /** Names the connection within this process. */
  readonly id: string
  /** The HRIS as its maker writes it, for messages. */
  readonly title: string
  readonly requestsPerMinute: number
}

export class ApiClients implements AsyncDisposable {
  readonly #timing: Timing
  readonly #limits: ClientLimits
  readonly #mayBePrivate: boolean
  readonly #agent: Agent
  readonly #clients = new Map<string, HttpClient>()
  readonly #failures = new Map<string, FailureWindow>()

  constructor({ mayBePrivate = false, timing = SYSTEM_TIMING, lookup, limits }: ApiClientsOptions = {}) {
    this.#timing = timing
    this.#limits = { ...CLIENT_LIMITS, ...limits }
    this.#mayBePrivate = mayBePrivate
    const { connectMs, answerMs, inFlightMax } = this.#limits
    const guard = { mayBePrivate, connectMs, ...(lookup === undefined ? {} : { lookup }) }
    this.#agent = new Agent({
      connect: guardedConnector(guard),
      connections: inFlightMax * 4,
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
    })
  }

  /** The client of a connection; the same again until its limit changes. */
  client(request: ClientRequest): ApiClient {
    const known = this.#clients.get(request.id)
    if (known?.requestsPerMinute === request.requestsPerMinute) return known
    const client = new HttpClient(request, {
      ...{ limits: this.#limits, timing: this.#timing, agent: this.#agent, mayBePrivate: this.#mayBePrivate },
      failures: (origin) => this.#failuresOf(origin),
    })
    this.#clients.set(request.id, client)
    return client
  }

  /** The connection was given new credentials, or is gone: what its API refused before counts no more. */
  forget(id: string): void {
    this.#clients.delete(id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy()
  }

  #failuresOf(origin: string): FailureWindow {
    const failures = this.#failures.get(origin) ?? new FailureWindow(this.#timing)
    this.#failures.set(origin, failures)
    return failures
  }
}

interface Surroundings {
  readonly limits: ClientLimits
  readonly timing: Timing
  readonly agent: Agent
  readonly mayBePrivate: boolean
  readonly failures: (origin: string) => FailureWindow
}

/** A try that did not help: what to say if it was the last one, and how long the API wants to be left alone. */
interface Setback {
  readonly error: ImportError
  readonly askedMs: number | null
  readonly mayRepeat: boolean
}

class HttpClient implements ApiClient {
  readonly requestsPerMinute: number
  readonly #title: string
  readonly #world: Surroundings
  readonly #bucket: TokenBucket
  readonly #gate: Gate
  readonly #breaker: Breaker

  constructor({ title, requestsPerMinute }: ClientRequest, world: Surroundings) {
    this.requestsPerMinute = requestsPerMinute
    this.#title = title
    this.#world = world
    this.#bucket = new TokenBucket(requestsPerMinute, world.timing)
    this.#gate = new Gate(world.limits.inFlightMax)
    this.#breaker = new Breaker(world.timing)
  }

  async send(request: ApiRequest): Promise<ApiAnswer> {
    this.#refuseUnsafe(request.url)
    const { timing, limits } = this.#world
    const endsAt = timing.now() + limits.patienceMs
    for (let tries = 1; ; tries++) {
      const outcome = await this.#gate.through(() => this.#once(request))
      if ('status' in outcome) return outcome
      const waitMs = outcome.askedMs ?? backoffMs(tries, timing)
      if (outcome.askedMs !== null) this.#bucket.closeFor(outcome.askedMs)
      const isOver = tries >= limits.triesMax || timing.now() + waitMs > endsAt
      if (!outcome.mayRepeat || isOver) throw outcome.error
      await timing.sleep(waitMs, request.signal)
    }
  }

  /** Without encryption only to this machine, where a simulator runs. */
  #refuseUnsafe(url: string): void {
    if (new URL(url).protocol === 'https:' || this.#world.mayBePrivate) return
    throw this.#unreachable('its address is not an https:// address')
  }

  async #once(request: ApiRequest): Promise<ApiAnswer | Setback> {
    const { agent, limits, timing } = this.#world
    if (this.#breaker.isOpen) {
      const problem = `they were refused ${REFUSALS_MAX} times in a row, so it is not asked again for a while`
      throw new ImportError('API_AUTH', { system: this.#title, problem })
    }
    const failures = this.#world.failures(new URL(request.url).origin)
    await failures.room(request.signal)
    await this.#bucket.take(request.signal)
    const number = this.#breaker.begin()
    try {
      const answer = await attempt(agent, request, limits, timing)
      if (answer.status >= 400 && answer.status !== 429) failures.note()
      this.#breaker.note(number, answer.status)
      return this.#judged(answer, request)
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      return this.#broken(error, request)
    }
  }

  #judged(answer: ApiAnswer, request: ApiRequest): ApiAnswer | Setback {
    const { status } = answer
    // A redirect would carry the credential to wherever it points.
    if (status >= 300 && status < 400)
      throw this.#unreachable('it sends to another address, which is not followed')
    if (!isPassing(status)) return answer
    const asked = askedMs(answer, this.#world.timing)
    if (status === 429) {
      const seconds = Math.ceil((asked ?? 60_000) / 1_000)
      const error = new ImportError('API_RATE', { system: this.#title, seconds })
      return { error, askedMs: asked, mayRepeat: true }
    }
    const error = this.#unreachable(`it answers with error ${status}`)
    return { error, askedMs: asked, mayRepeat: isRepeatable(request) }
  }

  #broken(broken: Broken, request: ApiRequest): Setback {
    const { answerMs, bodyBytesMax } = this.#world.limits
    const options = { cause: broken }
    switch (broken.kind) {
      case 'private':
        throw this.#unreachable('it lies at a private address, which the operator must allow', options)
      case 'tls':
        throw this.#unreachable('its certificate is not valid', options)
      case 'too-large':
        throw new ImportError(
          'API_SCHEMA',
          { system: this.#title, what: 'a request', problem: `more than ${bodyBytesMax} bytes` },
          options,
        )
      case 'unsent':
        return { error: this.#unreachable('no connection', options), askedMs: null, mayRepeat: true }
      case 'slow': {
        const error = this.#unreachable(`no whole answer within ${answerMs / 1_000} seconds`, options)
        return { error, askedMs: null, mayRepeat: isRepeatable(request) }
      }
      case 'cut': {
        const problem = 'an answer broke off'
        const error = new ImportError('API_PARTIAL', { system: this.#title, problem }, options)
        return { error, askedMs: null, mayRepeat: isRepeatable(request) }
      }
    }
  }

  #unreachable(problem: string, options?: ErrorOptions): ImportError {
    return new ImportError('API_UNREACHABLE', { system: this.#title, problem }, options)
  }
}

function isRepeatable({ method, form, json, isRepeatable }: ApiRequest): boolean {
  return (
    isRepeatable ?? (method === 'GET' || (method === undefined && form === undefined && json === undefined))
  )
}
