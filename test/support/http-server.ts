/** A whole server on free ports with people of every role, and clients that keep their cookie as a browser does. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Role } from '../../schemas/people.ts'
import { loadConfig } from '../../server/config.ts'
import { createLog } from '../../server/log.ts'
import { type RunningServer, startServer } from '../../server/main.ts'

export const PASSWORD = 'tangerine velvet 8 anchors'

export interface HttpServerOptions {
  readonly databaseUrl?: string
  readonly publicUrl?: string
  /** Connections may reach a simulated HRIS on this machine. */
  readonly hrisMayBePrivate?: boolean
}

export interface TestHttp extends AsyncDisposable {
  readonly server: RunningServer
  readonly url: string
  readonly dataDir: string
  /** The first operator, signed in. */
  readonly operator: Client
  /** A client that nobody knows. */
  stranger(): Client
  /** Somebody new with a role in an account, signed in. */
  person(account: string, role: Exclude<Role, 'operator'>): Promise<Client>
  /** A client with a token. */
  token(account: string | null, role: Role, access?: 'read' | 'write'): Promise<Client>
}

export async function startHttp(options: HttpServerOptions = {}): Promise<TestHttp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-http-'))
  const { databaseUrl, publicUrl, hrisMayBePrivate = false } = options
  const flags = {
    ...{ data: dataDir, sftpHost: '127.0.0.1', sftpPort: '0', httpPort: '0' },
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  }
  const { config } = loadConfig({
    env: hrisMayBePrivate ? { ROLLCALL_HRIS_PRIVATE: 'on' } : {},
    flags,
    cwd: '/',
  })
  const server = await startServer({ config, log: createLog({ level: 'silent' }), version: 'test' })
  const url = `http://127.0.0.1:${server.status.http?.port}`
  let people = 0

  async function welcomed(path: string, email: string, name: string): Promise<Client> {
    const client = new Client(url, email)
    const response = await client.post(path, { email, name, password: PASSWORD })
    if (response.status !== 303) throw new Error(`${email} was not let in: ${await response.text()}`)
    return client
  }

  const operator = await welcomed(new URL(server.setup?.url ?? url).pathname, 'op@example.org', 'Op')
  return {
    ...{ server, url, dataDir, operator },
    stranger: () => new Client(url, null),
    async person(account, role) {
      people += 1
      const email = `${role}-${people}@${account}.example`
      const roles = [{ account, role }]
      const { secret } = await server.door.addUser({ email, name: `${role} ${people}`, roles })
      return await welcomed(`/welcome/${secret}`, email, '')
    },
    async token(account, role, access = 'write') {
      const { secret } = await server.door.addToken(
        { name: `${role} token`, account, role, access },
        'a test',
      )
      return new Client(url, null, { authorization: `Bearer ${secret}` })
    },
    async [Symbol.asyncDispose]() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

type Body = string | Uint8Array<ArrayBuffer> | FormData | ReadableStream | null

export class Client {
  readonly #url: string
  /** Each comes from an address of its own, so that none waits for what another did. */
  readonly #address = `198.51.${Math.trunc(Math.random() * 255)}.${Math.trunc(Math.random() * 255)}`
  readonly #headers: Readonly<Record<string, string>>
  readonly email: string | null
  cookie: string | null = null
  #csrf: string | null = null

  constructor(url: string, email: string | null, headers: Readonly<Record<string, string>> = {}) {
    this.#url = url
    this.email = email
    this.#headers = headers
  }

  /** One request, following nothing. */
  async request(
    method: string,
    path: string,
    { headers = {}, body = null }: { headers?: Readonly<Record<string, string>>; body?: Body } = {},
  ): Promise<Response> {
    const response = await fetch(`${this.#url}${path}`, {
      ...{ method, body, redirect: 'manual' },
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
      headers: {
        accept: 'text/html',
        'x-forwarded-for': this.#address,
        ...this.#headers,
        ...(this.cookie === null ? {} : { cookie: this.cookie }),
        ...headers,
      },
    } as RequestInit) // `duplex` is missing in the type, and needed for a stream
    const given = response.headers.getSetCookie()[0]
    if (given !== undefined) {
      this.cookie = given.split(';', 1)[0] ?? null
      this.#csrf = null
    }
    return response
  }

  get(path: string): Promise<Response> {
    return this.request('GET', path)
  }

  /** What a form of a page sends, with what it must send along. */
  async post(path: string, fields: Readonly<Record<string, string>> = {}): Promise<Response> {
    const csrf = this.cookie === null ? {} : { csrf: await this.csrf() }
    return await this.request('POST', path, {
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: this.#url },
      body: new URLSearchParams({ ...csrf, ...fields }).toString(),
    })
  }

  /** As a page's script or a program does. */
  async json(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const csrf = this.cookie === null ? {} : { 'x-csrf-token': await this.csrf() }
    return await this.request(method, path, {
      headers: { 'content-type': 'application/json', ...csrf, ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    })
  }

  async csrf(): Promise<string> {
    this.#csrf ??= /name="csrf" value="([^"]+)"/.exec(await (await this.get('/accounts')).text())?.[1] ?? null
    return this.#csrf ?? ''
  }
}
