import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { resultsDir } from '../../importer/importer.ts'
import type { Progress } from '../../importer/types.ts'
import { newEd25519Key } from '../../keys/ed25519.ts'
import type { Door } from '../../server/control/door.ts'
import { connectControl } from '../../server/control.ts'
import { peopleCsvChunks } from '../support/people.ts'
import { createDatabase } from '../support/postgres.ts'
import { until } from '../support/sftp-server.ts'
import { type Served, serve, temporaryFolder } from './rollcall.ts'
import { connect } from './sftp.ts'

const ROWS = 30_000
const key = newEd25519Key('customer')

/** What the database itself says, past everything that could flatter it. */
interface Facts {
  readonly people: number
  readonly history: number
  readonly runs: { readonly state: string; readonly attempts: number }[]
}

type Ask = (sql: string) => Promise<Record<string, unknown>[]>

async function factsOf(ask: Ask): Promise<Facts> {
  const count = async (table: string) =>
    Number((await ask(`select count(*) as count from ${table}`))[0]?.['count'])
  const runs = await ask('select state, attempts from run')
  return {
    people: await count('employee'),
    history: await count('history'),
    runs: runs.map(({ state, attempts }) => ({ state: String(state), attempts: Number(attempts) })),
  }
}

interface Engine {
  readonly env: Record<string, string>
  readonly ask: Ask
}

const ENGINES: Record<string, (data: string) => Promise<Engine>> = {
  SQLite: async (data) => ({
    env: {},
    async ask(sql) {
      const database = new Database(join(data, 'rollcall.db'))
      try {
        expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
        return database.prepare<[], Record<string, unknown>>(sql).all()
      } finally {
        database.close()
      }
    },
  }),
  PostgreSQL: async () => {
    const { url, drop } = await createDatabase()
    onTestFinished(drop)
    return {
      env: { ROLLCALL_DATABASE_URL: url },
      async ask(sql) {
        const client = new pg.Client(url)
        await client.connect()
        return (await client.query<Record<string, unknown>>(sql).finally(() => client.end())).rows
      },
    }
  },
}

/** Fewer columns than a real file has: the test is about the kill, not about the columns. */
function everybody(): string {
  const headers = ['Name', 'Employee Id', 'Email', 'Start Date', 'Manager Email'] as const
  return [...peopleCsvChunks({ seed: 11, count: ROWS }, { headers })].join('')
}

/** Kills the server with no warning while the run is in the phase. */
async function killDuring(
  phase: Progress['phase'],
  { server, door, id }: { server: Served; door: Door; id: string },
) {
  const isThere = (progress: Progress | null) => progress?.phase === phase && progress.done > 0
  await until(async () => isThere(await door.progress(id)), `the phase ${phase}`, 60_000)
  expect(await server.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
}

test.each(Object.entries(ENGINES))(
  'on %s a server killed while it reads, and again while it applies 30,000 rows, applies them exactly once',
  async (_name, prepare) => {
    const data = await temporaryFolder()
    const { env, ask } = await prepare(data)

    const first = await serve(data, env)
    const door = await connectControl(data)
    const account = await door.addAccount({ slug: 'acme' })
    await door.addKey('acme', key.publicKeyLine)
    const customer = await connect(first, key)
    await customer.put(everybody(), '/inbox/everybody.csv')
    await until(async () => (await door.runs({})).length === 1, 'the run')
    const id = (await door.runs({}))[0]?.id ?? ''
    await killDuring('reading', { server: first, door, id })
    expect(await factsOf(ask)).toMatchObject({ people: 0, history: 0 })

    const second = await serve(data, env)
    await killDuring('applying', { server: second, door: await connectControl(data), id })

    // All of it or nothing.
    expect([0, ROWS]).toContain((await factsOf(ask)).people)

    const third = await serve(data, env)
    const last = await connectControl(data)
    const run = await last.settled(id)
    expect(run).toMatchObject({ state: 'succeeded', counts: { read: ROWS, created: ROWS, rejected: 0 } })
    expect(await last.runs({})).toHaveLength(1)
    expect(await third.end('SIGTERM')).toEqual({ code: 0, signal: null })

    const { people, history, runs } = await factsOf(ask)
    expect({ people, history }).toEqual({ people: ROWS, history: ROWS })
    expect(runs).toMatchObject([{ state: 'succeeded' }])
    const reports = await readdir(resultsDir(data, account.id))
    expect(reports.sort()).toEqual(
      ['csv', 'html', 'json', 'txt'].map((ending) => `everybody.csv.${id}.report.${ending}`),
    )
  },
  180_000,
)
