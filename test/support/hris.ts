/**
 * The simulators of the HRIS APIs, which the package carries for its demo, each with a connection to it whose time
 * is the test's: nothing in a test waits for a backoff.
 */
import { onTestFinished } from 'vitest'
import type { Connector, ConnectorContext, Credential } from '../../importer/connectors/connector.ts'
import { ApiClients, type ClientLimits } from '../../importer/connectors/http/api-clients.ts'
import type { Timing } from '../../importer/connectors/http/timing.ts'
import { connectorOf } from '../../importer/connectors/registry.ts'
import {
  type ConnectionSettings,
  type ConnectorKind,
  connectionSettingsSchema,
} from '../../schemas/hris/connection.ts'
import { type HrisCompany, makeHrisCompany } from '../../server/cli/demo/hris/company.ts'
import { JustworksApi } from '../../server/cli/demo/hris/justworks.ts'
import { MERGE_ACCOUNT, MergeApi } from '../../server/cli/demo/hris/merge.ts'
import { type SimApi, Simulator, type SimulatorOptions } from '../../server/cli/demo/hris/simulator.ts'
import { TrinetApi } from '../../server/cli/demo/hris/trinet.ts'

export { hrisPerson, makeHrisCompany } from '../../server/cli/demo/hris/company.ts'
export type { Fault, FaultRule, SimRequest } from '../../server/cli/demo/hris/simulator.ts'

export const KINDS: readonly ConnectorKind[] = ['justworks', 'trinet', 'merge']

/** A clock that only moves when somebody sleeps or moves it. */
export class TestTiming implements Timing {
  current = Date.parse('2026-11-21T09:00:00Z')
  /** How long everybody slept, in order. */
  readonly slept: number[] = []

  now(): number {
    return this.current
  }

  date(): number {
    return this.current
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.slept.push(ms)
    this.current += ms
    // Others get their turn, as they would.
    await new Promise((resolve) => setImmediate(resolve))
  }

  pass(ms: number): void {
    this.current += ms
  }

  random(): number {
    return 0.5
  }
}

export interface TestHrisOptions extends SimulatorOptions {
  readonly people?: number
  readonly company?: HrisCompany
  readonly settings?: Record<string, unknown>
  readonly limits?: Partial<ClientLimits>
}

/** A simulator with a connection to it. */
export class TestHris {
  readonly kind: ConnectorKind
  readonly company: HrisCompany
  readonly simulator: Simulator
  readonly justworks: JustworksApi
  readonly trinet: TrinetApi
  readonly merge: MergeApi
  readonly timing: TestTiming
  readonly connector: Connector
  readonly context: ConnectorContext
  /** How often a fresh credential was asked for. */
  refreshes = 0
  /** Whether a fresh credential is worth anything. */
  isRevoked = false
  /** What is granted to a fresh credential of Justworks. */
  scopes: readonly string[] | undefined
  #credential: Credential | null = null

  private constructor(
    kind: ConnectorKind,
    parts: Pick<TestHris, 'company' | 'simulator' | 'justworks' | 'trinet' | 'merge' | 'timing'>,
    clients: ApiClients,
    settings: ConnectionSettings,
  ) {
    this.kind = kind
    this.company = parts.company
    this.simulator = parts.simulator
    this.justworks = parts.justworks
    this.trinet = parts.trinet
    this.merge = parts.merge
    this.timing = parts.timing
    this.connector = connectorOf(kind)
    this.context = {
      http: clients.client({
        ...{ id: kind, title: this.connector.title, requestsPerMinute: settings.requestsPerMinute },
      }),
      settings,
      credential: async (options) => this.#current(options?.after401 ?? false),
      signal: new AbortController().signal,
      clock: { now: () => new Date(this.timing.current) },
    }
  }

  /** Ends with the test. */
  static async start(kind: ConnectorKind, options: TestHrisOptions = {}): Promise<TestHris> {
    const timing = new TestTiming()
    const company = options.company ?? makeHrisCompany(options.people ?? 250)
    const world = { company, now: () => timing.current }
    const apis = {
      justworks: new JustworksApi(world),
      trinet: new TrinetApi(world),
      merge: new MergeApi(world),
    }
    const api: SimApi = apis[kind]
    const simulator = await Simulator.start(api, options)
    const clients = new ApiClients({
      ...{ mayBePrivate: true, timing },
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    })
    onTestFinished(async () => {
      await clients[Symbol.asyncDispose]()
      await simulator.close()
    })
    const settings = connectionSettingsSchema.parse({
      ...{ kind, apiUrl: simulator.url, requestsPerMinute: 100_000 },
      ...(kind === 'trinet' ? { companyId: company.id } : {}),
      ...(kind === 'justworks' ? { consent: { dateOfBirth: true, sex: true } } : {}),
      ...options.settings,
    })
    return new TestHris(kind, { company, simulator, timing, ...apis }, clients, settings)
  }

  /** The token that is in use is worth nothing from now on. */
  revoke(): void {
    if (this.kind === 'justworks') this.justworks.access.revokeAll()
    if (this.kind === 'trinet') this.trinet.access.revokeAll()
    if (this.kind === 'merge') {
      this.merge.apiKey = `${this.merge.apiKey}+`
    }
  }

  async #current(isRefused: boolean): Promise<Credential> {
    if (isRefused) this.refreshes += 1
    if (isRefused || this.#credential === null) this.#credential = this.#fresh()
    return this.#credential
  }

  #fresh(): Credential {
    if (this.isRevoked) return { bearer: 'revoked', accountToken: 'revoked', scopes: null }
    switch (this.kind) {
      case 'justworks': {
        const bearer = this.justworks.grant(this.scopes)
        return { bearer, scopes: this.justworks.access.find(bearer)?.scopes ?? null }
      }
      case 'trinet':
        return { bearer: this.trinet.grant(), scopes: null }
      case 'merge':
        return { bearer: this.merge.apiKey, accountToken: MERGE_ACCOUNT.accountToken, scopes: null }
    }
  }

  /** All rows of a snapshot, header first, and what is known of it. */
  async read() {
    const rows: string[][] = []
    const snapshot = this.connector.snapshot(this.context)
    for (;;) {
      const next = await snapshot.next()
      if (next.done) return { rows, facts: next.value, people: peopleOf(rows) }
      for (const row of next.value) rows.push([...row])
    }
  }
}

/** Each row by the names in the header. */
function peopleOf([header = [], ...rows]: readonly string[][]): Record<string, string>[] {
  return rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])))
}
