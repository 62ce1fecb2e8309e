/**
 * A real importer with a database and a data directory of its own, for one test. Its clock stands where the test put
 * it. Unless the test asks for worker threads, the work is done here, by the very function that they call: that saves
 * starting a thread for every test, and lets the clock go on between two tries.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  type Clock,
  deliveryPath,
  type ImporterHandle,
  newId,
  openImporter,
  resultsDir,
} from '../../importer/importer.ts'
import { workUntilIdle } from '../../importer/run/process.ts'
import { isResting } from '../../importer/run/state.ts'
import type { WorkContext } from '../../importer/run/work.ts'
import type { Delivery } from '../../importer/types.ts'
import { masterKeyPath } from '../../keys/vault.ts'
import type { Run } from '../../schemas/run.ts'
import { databaseOn, type EngineName, temporaryFolder } from './engines.ts'
import { csvLine } from './people.ts'

export interface TestImporterOptions {
  readonly now?: string
  readonly timezone?: string
  /** Worker threads; without any, `deliver` and `work` do the work themselves. */
  readonly threads?: number
}

export interface DeliveryOptions extends Partial<Pick<Delivery, 'source' | 'mode' | 'importType'>> {
  readonly fileName?: string
  readonly account?: string
}

type LogLine = { level: 'info' | 'warn' | 'error'; text: string } & Record<string, unknown>
const NOW = '2026-11-21T09:00:00Z'
const NODE = 'test'

export async function openTestImporter(
  engine: EngineName,
  { now = NOW, timezone = 'UTC', threads = 0 }: TestImporterOptions = {},
): Promise<TestImporter> {
  const dataDir = temporaryFolder()
  const test = new TestImporter(await databaseOn(engine), dataDir, threads, now)
  await test.start()
  onTestFinished(() => test.close())
  await test.addAccount('acme', timezone)
  return test
}

export class TestImporter {
  readonly databaseUrl: string
  readonly dataDir: string
  readonly log: LogLine[] = []
  readonly clock: Clock & { current: Date }
  readonly #threads: number
  #importer: ImporterHandle | null = null
  #accounts = new Map<string, string>()

  constructor(databaseUrl: string, dataDir: string, threads: number, now: string) {
    this.databaseUrl = databaseUrl
    this.dataDir = dataDir
    this.#threads = threads
    const clock = { current: new Date(now), now: () => clock.current }
    this.clock = clock
  }

  get importer(): ImporterHandle {
    if (this.#importer === null) throw new Error('the importer is closed')
    return this.#importer
  }

  get db() {
    return this.importer.db
  }

  async start(): Promise<void> {
    const { databaseUrl, dataDir, clock } = this
    const write = (level: LogLine['level']) => (fields: Record<string, unknown>, text: string) =>
      this.#write(level, fields, text)
    const log = { info: write('info'), warn: write('warn'), error: write('error') }
    const own = { nodeId: NODE, hrisMayBePrivate: true }
    const options = { databaseUrl, dataDir, clock, ...own, workers: this.#threads, log }
    this.#importer = await openImporter(options)
    if (this.#threads > 0) await this.#importer.start()
  }

  async close(): Promise<void> {
    await this.#importer?.close()
    this.#importer = null
  }

  /** Closes and opens again, later if the test says so. */
  async restart(now?: string): Promise<void> {
    await this.close()
    if (now !== undefined) this.clock.current = new Date(now)
    await this.start()
  }

  /** Lets time go on. */
  wait(ms: number): void {
    this.clock.current = new Date(this.clock.current.getTime() + ms)
  }

  /** Does what there is to do now, as a worker thread would. */
  async work(more: Partial<Pick<WorkContext, 'isStopping' | 'onProgress' | 'owner'>> = {}): Promise<void> {
    await workUntilIdle({
      db: this.db,
      engine: this.importer.engine,
      dataDir: this.dataDir,
      secretFile: masterKeyPath(this.dataDir),
      clock: this.clock,
      owner: NODE,
      isStopping: () => false,
      onClaim: () => {},
      onProgress: () => {},
      onChange: () => {},
      log: (level, fields, text) => this.#write(level, fields, text),
      ...more,
    })
  }

  #write(level: LogLine['level'], fields: Record<string, unknown>, text: string): void {
    this.log.push({ ...fields, level, text })
  }

  async addAccount(slug: string, timezone = 'UTC'): Promise<string> {
    const { id } = await this.importer.addAccount({ slug, timezone })
    this.#accounts.set(slug, id)
    return id
  }

  accountId(slug = 'acme'): string {
    return this.#accounts.get(slug) ?? ''
  }

  /** Puts a file where a finished upload would lie. Nobody knows of it yet. */
  async put(
    content: string | Uint8Array,
    options: DeliveryOptions & { account?: string } = {},
  ): Promise<Delivery> {
    const now = this.clock.now()
    const { source = 'sftp', mode = 'apply', importType = 'partial', fileName = 'people.csv' } = options
    const accountId = this.accountId(options.account)
    const id = newId(now)
    const bytes = Buffer.from(content)
    const path = deliveryPath(this.dataDir, { accountId, id })
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
    const receivedAt = now.toISOString()
    return {
      id,
      accountId,
      source,
      mode,
      importType,
      fileName,
      size: bytes.length,
      receivedAt,
      sentBy: 'test',
    }
  }

  /** Puts a file and receives it, and nothing more. */
  async receive(content: string | Uint8Array, options: DeliveryOptions = {}): Promise<string> {
    const delivery = await this.put(content, options)
    await this.importer.receive(delivery)
    return delivery.id
  }

  /** Puts a file, receives it, and waits until its run rests. */
  async deliver(content: string | Uint8Array, options: DeliveryOptions = {}): Promise<Run> {
    return await this.settled(await this.receive(content, options))
  }

  async approve(id: string, by = 'Eve'): Promise<Run> {
    await this.importer.approve(id, { by })
    return await this.settled(id)
  }

  async settled(id: string): Promise<Run> {
    if (this.#threads === 0) {
      await this.work()
      const { state } = await this.importer.run(id)
      // Without threads nobody would ever go on with it.
      if (!isResting(state)) throw new Error(`run ${id} is ${state}: ${JSON.stringify(this.log.at(-1))}`)
    }
    return await this.importer.settled(id)
  }

  /** Every employee, with everything the database says about them. */
  async roster(account = 'acme') {
    return await this.db
      .selectFrom('employee')
      .selectAll()
      .where('account_id', '=', this.accountId(account))
      .orderBy('id')
      .execute()
  }

  /** Every employee by Employee Id, or by email where there is none. */
  async people(account = 'acme') {
    const rows = await this.roster(account)
    return Object.fromEntries(rows.map((row) => [row.employee_id ?? row.email ?? '', row]))
  }

  async history(account = 'acme') {
    return await this.db
      .selectFrom('history')
      .selectAll()
      .where('account_id', '=', this.accountId(account))
      .orderBy('seq')
      .execute()
  }

  /** One hash over the roster and its history; ids of runs and times left out, since they differ by nature. */
  async digest(account = 'acme'): Promise<string> {
    const times = {
      created_run: 0,
      updated_run: 0,
      created_at: 0,
      updated_at: 0,
      run_id: 0,
      at: 0,
      account_id: 0,
    }
    const lasting = [...(await this.roster(account)), ...(await this.history(account))].map((row) => ({
      ...row,
      ...times,
    }))
    return createHash('sha256').update(JSON.stringify(lasting)).digest('hex')
  }

  async export(options: { includeDeactivated: boolean } = { includeDeactivated: true }): Promise<string> {
    let text = ''
    for await (const chunk of this.importer.exportRoster('acme', options)) text += chunk
    return text
  }

  /** What the customer finds in `/results`, by name. */
  results(account = 'acme'): Record<string, string> {
    const folder = resultsDir(this.dataDir, this.accountId(account))
    if (!existsSync(folder)) return {}
    return Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]),
    )
  }
}

/** A CSV from rows of cells, the header first. */
export function csv(...rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => csvLine(cells)).join('')
}
