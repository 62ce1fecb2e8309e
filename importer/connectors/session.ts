/**
 * The calls of one check or one snapshot: each with the credential of the moment, and each answer read by its
 * schema. A refused credential is changed for a fresh one once; calls that were refused together share it.
 */
import type { z } from 'zod'
import type { ConnectionSettings } from '../../schemas/hris/connection.ts'
import { ImportError } from '../errors.ts'
import type { ConnectorContext, Credential } from './connector.ts'
import type { ApiAnswer } from './http/client.ts'

export interface Call<T> {
  /** Behind the address of the API. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly schema: z.ZodType<T>
  /** What is asked for, for messages: `the list of people`. */
  readonly what: string
  /** What the HRIS must grant for it, as its own pages call it. */
  readonly permission: string
  /** A later page: where it is refused, what came before is not the whole. */
  readonly isContinuation?: boolean
}

export interface SessionOptions {
  readonly title: string
  readonly headers: (credential: Credential) => Readonly<Record<string, string>>
}

export class Session {
  readonly title: string
  readonly #context: ConnectorContext
  readonly #headers: SessionOptions['headers']
  #credential: Promise<Credential> | null = null

  constructor(context: ConnectorContext<ConnectionSettings>, { title, headers }: SessionOptions) {
    this.title = title
    this.#context = context
    this.#headers = headers
  }

  get credential(): Promise<Credential> {
    this.#credential ??= this.#context.credential()
    return this.#credential
  }

  /** Throws an `API_*` error. */
  async get<T>(call: Call<T>): Promise<T> {
    const used = this.credential
    const first = await this.#send(call, await used)
    if (first.status !== 401) return this.#read(call, first)
    // Another call may have changed it meanwhile.
    if (this.#credential === used) this.#credential = this.#context.credential({ after401: true })
    return this.#read(call, await this.#send(call, await this.credential))
  }

  /** The same, and null where the API does not let it be read, or does not have it. */
  async getIfAllowed<T>(call: Call<T>): Promise<T | null> {
    try {
      return await this.get(call)
    } catch (error) {
      if (error instanceof ImportError && (error.code === 'API_PERMISSION' || isAbsent(error))) return null
      throw error
    }
  }

  async #send({ path, query }: Call<unknown>, credential: Credential): Promise<ApiAnswer> {
    const { http, settings, signal } = this.#context
    return await http.send({
      url: `${settings.apiUrl}${path}`,
      ...(query === undefined ? {} : { query }),
      headers: this.#headers(credential),
      signal,
    })
  }

  #read<T>(call: Call<T>, answer: ApiAnswer): T {
    const { title: system } = this
    const { what, permission, schema } = call
    if (answer.status >= 400) throw this.#refusal(call, answer)
    const body = parsedJson(answer.text)
    if (body === undefined) throw new ImportError('API_SCHEMA', { system, what, problem: 'it is not JSON' })
    const parsed = schema.safeParse(body)
    if (parsed.success) return parsed.data
    // Where it differs, never what stands there.
    const place = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new ImportError('API_SCHEMA', {
      ...{ system, what, permission },
      problem: `"${place === '' ? '(all of it)' : place}" is missing or of another kind`,
    })
  }

  #refusal({ what, permission, isContinuation }: Call<unknown>, { status, text }: ApiAnswer): ImportError {
    const { title: system } = this
    if (status === 401) {
      return new ImportError('API_AUTH', { system, problem: 'a fresh credential was refused as well' })
    }
    if (status === 402 || (status === 403 && PLAN_TYPE.test(errorType(text)))) {
      const problem = `the plan of the company does not include ${what}`
      const remedy = `Ask ${system} which plan has access by its API, then sync again.`
      return new ImportError('API_PLAN', { system, problem, remedy })
    }
    if (status === 403) return new ImportError('API_PERMISSION', { system, what, permission })
    if (isContinuation) {
      const problem = `a later page of ${what} was refused with ${status}`
      return new ImportError('API_PARTIAL', { system, problem })
    }
    return new ImportError('API_SCHEMA', { system, what, status, problem: `it refuses with error ${status}` })
  }
}

function isAbsent(error: ImportError): boolean {
  return error.code === 'API_SCHEMA' && error.params['status'] === 404
}

/** Machine words only; the text for people is not looked at. */
const PLAN_TYPE = /(?:^|[._-])(?:plan|subscription|entitlement|upgrade|payment)(?:$|[._-])/i

function errorType(text: string): string {
  const body = parsedJson(text)
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : body
  if (!isRecord(error)) return ''
  const word = error['type'] ?? error['code'] ?? error['error']
  return typeof word === 'string' ? word : ''
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
