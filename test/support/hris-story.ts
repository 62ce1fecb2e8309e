/**
 * A customer and a simulated HRIS, for stories that are told step by step: what somebody does, and what they see then.
 * The clock stands where the story put it; `STORIES=1` prints the stories while they are told.
 */
import { onTestFinished } from 'vitest'
import type { Connection, ConnectorKind, GivenSecrets, Run } from '../../importer/types.ts'
import { DEFAULT_SOURCES } from '../../schemas/connection.ts'
import { type HrisCompany, makeHrisCompany } from '../../server/cli/demo/hris/company.ts'
import { JUSTWORKS_CLIENT, JustworksApi } from '../../server/cli/demo/hris/justworks.ts'
import { MERGE_ACCOUNT, MergeApi } from '../../server/cli/demo/hris/merge.ts'
import { Simulator } from '../../server/cli/demo/hris/simulator.ts'
import { TRINET_CLIENT, TrinetApi } from '../../server/cli/demo/hris/trinet.ts'
import type { EngineName } from './engines.ts'
import { openTestImporter, type TestImporter } from './importer.ts'

const APIS = {
  justworks: (company: HrisCompany, now: () => number) => new JustworksApi({ company, now }),
  trinet: (company: HrisCompany, now: () => number) => new TrinetApi({ company, now }),
  merge: (company: HrisCompany) => new MergeApi({ company }),
}
export type SimulatedApi<K extends ConnectorKind> = ReturnType<(typeof APIS)[K]>

export const SECRETS: Readonly<Record<ConnectorKind, GivenSecrets>> = {
  justworks: { kind: 'justworks', clientId: JUSTWORKS_CLIENT.id, clientSecret: JUSTWORKS_CLIENT.secret },
  trinet: { kind: 'trinet', clientId: TRINET_CLIENT.id, clientSecret: TRINET_CLIENT.secret },
  merge: { kind: 'merge', ...MERGE_ACCOUNT },
}

export interface StoryOptions<K extends ConnectorKind> {
  readonly kind: K
  readonly people?: number
  readonly engine?: EngineName
  readonly now?: string
  readonly timezone?: string
}

export async function openStory<K extends ConnectorKind>(options: StoryOptions<K>): Promise<HrisStory<K>> {
  const { kind, people = 30, engine = 'sqlite', now, timezone } = options
  const test = await openTestImporter(engine, {
    ...(now === undefined ? {} : { now }),
    ...(timezone === undefined ? {} : { timezone }),
  })
  const company = makeHrisCompany(people)
  const api = APIS[kind](company, () => test.clock.current.getTime()) as SimulatedApi<K> // the one of this kind
  const simulator = await Simulator.start(api)
  onTestFinished(() => simulator.close())
  await test.importer.outbox.setRecipient('acme', { address: 'hr@acme.example' })
  return new HrisStory({ kind, test, company, api, simulator })
}

interface Parts<K extends ConnectorKind> {
  readonly kind: K
  readonly test: TestImporter
  readonly company: HrisCompany
  readonly api: SimulatedApi<K>
  readonly simulator: Simulator
}

export class HrisStory<K extends ConnectorKind> {
  readonly test: TestImporter
  readonly company: HrisCompany
  readonly api: SimulatedApi<K>
  readonly simulator: Simulator
  readonly kind: K
  readonly source: string

  constructor({ kind, test, company, api, simulator }: Parts<K>) {
    this.kind = kind
    this.source = DEFAULT_SOURCES[kind]
    this.test = test
    this.company = company
    this.api = api
    this.simulator = simulator
  }

  get hris() {
    return this.test.importer.hris
  }

  tell(text: string): void {
    if (process.env['STORIES']) process.stdout.write(`  ${text}\n`)
  }

  /** Types the credentials in; answers the ticket of the consent page. */
  async connect(
    more: Record<string, unknown> = {},
    secrets: GivenSecrets = SECRETS[this.kind],
  ): Promise<string | null> {
    const { url } = this.simulator
    const company = this.kind === 'trinet' ? { companyId: this.company.id } : {}
    const pages = this.kind === 'justworks' ? { authorizeUrl: `${url}/oauth/authorize` } : {}
    // What the simulator allows, so that nothing waits.
    const settings = { apiUrl: url, requestsPerMinute: 100_000, ...company, ...pages, ...more }
    const { ticket, connection } = await this.hris.connect('acme', { kind: this.kind, settings, secrets })
    this.tell(`${this.kind} is ${connection.state}`)
    return ticket
  }

  /** What a person with a browser does on the consent page; answers what they read there. */
  async authorise(ticket: string | null, { box = false, decision = 'authorize' } = {}): Promise<string> {
    const { url, browser } = await this.hris.leave(ticket ?? '', 'http://localhost:8080/connect/callback')
    const asked = new URL(url)
    const page = await (await fetch(url)).text()
    const form = new URLSearchParams(asked.searchParams)
    form.set('decision', decision)
    if (box) form.set('box', 'on')
    const answer = await fetch(`${asked.origin}${asked.pathname}`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    })
    const back = new URL(answer.headers.get('location') ?? '')
    await this.hris.comeBack({ query: Object.fromEntries(back.searchParams), browser })
    return page
  }

  /** What a server does every few seconds, until nothing is left to do. */
  async round(): Promise<Connection> {
    await this.hris.tick()
    await this.hris.idle()
    await this.test.work()
    const connection = await this.hris.show('acme', this.source)
    this.tell(`${this.test.clock.current.toISOString()}: ${connection.state}`)
    return connection
  }

  /** Connected, with everybody imported. */
  async begin(more: Record<string, unknown> = {}, { box = true } = {}): Promise<Run> {
    const ticket = await this.connect(more)
    if (ticket !== null) await this.authorise(ticket, { box })
    await this.round()
    const { id } = await this.finalise()
    const run = await this.test.approve(id)
    await this.round()
    return run
  }

  async finalise(): Promise<Run> {
    const { id } = await this.hris.finalise('acme', this.source, { by: 'Eve' })
    return await this.test.settled(id)
  }

  async sync(): Promise<Run> {
    const { id } = await this.hris.sync('acme', this.source, { by: 'Eve' })
    const run = await this.test.settled(id)
    this.tell(`run ${run.id}: ${run.state}, ${run.holds.map(({ code }) => code).join(' ')}`)
    return run
  }

  async runs(): Promise<Run[]> {
    return await this.test.importer.runs({ account: 'acme' })
  }

  /** Subjects of what was written to the people who are told, the newest first. */
  async mails(): Promise<string[]> {
    await this.test.importer.mailroom.spread()
    const messages = await this.test.importer.outbox.messages({ account: 'acme' })
    return messages.map(({ type }) => type)
  }

  /** Lets hours go by. */
  later(hours: number): void {
    this.test.wait(hours * 3_600_000)
  }
}
