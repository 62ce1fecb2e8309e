/** Whole imports, from the finished file to the report: Rollcall on both engines beside what people use instead. */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createDatabase, startPostgres } from '../../support/postgres.ts'
import { findProgram } from '../../support/sftp-programs.ts'
import { measureAround, measureOf } from '../harness/child.ts'
import type { Aim, Bench, BenchOptions, Contender, Round } from '../harness/contest.ts'
import { fewPeopleFile, peopleFile, samePeopleFile } from '../harness/people-files.ts'
import { contender as reader } from '../reading/reading.ts'
import { importScript } from './sqlite-shell.ts'

const CASES = [
  'first import',
  'same bytes again',
  'same people again',
  '1 % changed',
  '1,000 rows of it',
  'every row changed',
] as const
type Case = (typeof CASES)[number]
const FEW = 1_000
const SHELL = 'sqlite3 shell'
const OURS = fileURLToPath(new URL('./ours.ts', import.meta.url))
const SCRIPT = fileURLToPath(new URL('./import_people.py', import.meta.url))

/** Shares of the shell's time at a million rows; at 10,000 the shell wins the first import, and that is said. */
const SHARES: Readonly<Record<Case, number>> = {
  'first import': 0.6,
  'same bytes again': 0.2,
  'same people again': 0.2,
  '1 % changed': 0.25,
  '1,000 rows of it': 0.6,
  'every row changed': 1,
}
const AIM_FROM_ROWS = 100_000
const MEGABYTES_MAX = 300

export const importBench: Bench = {
  name: 'import',
  about: 'imports of 20 columns on SQLite and PostgreSQL, beside the sqlite3 shell and a Python script',
  async *contests(options) {
    await using parts = new AsyncDisposableStack()
    const postgres = await startPostgres({ durable: true })
    parts.defer(() => postgres.stop())
    for (const rows of options.rows ?? (options.isQuick ? [10_000] : [10_000, 100_000])) {
      const files = await filesOf(rows)
      yield {
        title: `Import of ${rows} rows of 20 columns`,
        cases: CASES,
        contenders: [
          ourselves('rollcall, SQLite', files, options, async () => null),
          ourselves('rollcall, PostgreSQL', files, options, () =>
            createDatabase({ serverUrl: postgres.url }),
          ),
          sqliteShell(files, options),
          pythonScript(files, options),
          reader('csv-parse alone', 'csv-parse alone', files['first import'], 'first import'),
          reader('bytes alone', 'bytes alone', files['first import'], 'first import'),
        ],
        aims: rows < AIM_FROM_ROWS ? [] : aims(rows),
        rounds: options.rounds ?? (options.isQuick ? 2 : rows < AIM_FROM_ROWS ? 5 : 3),
        warmUp: false,
        rows,
        notes: [
          'From the finished file to the written report, in a process that has imported 500 other people before, as a',
          'server has; the start of a process is not timed, except for the shell’s (some ms). Rollcall checks every cell,',
          'keeps issues and provenance, plans, guards and writes four reports; the shell stages, upserts and keeps old rows;',
          'the script checks a few columns and keeps changes per field.',
          'The same bytes are told a duplicate and not read; the same people come in a file without its last line end.',
          'CPU and peak on PostgreSQL are the importer’s alone. All on disk with fsync (synchronous=FULL).',
          ...(rows < AIM_FROM_ROWS ? ['At this size the shell is expected to win the first import.'] : []),
        ],
      }
    }
  },
}

function aims(rows: number): Aim[] {
  const onTime = CASES.map((name): Aim => ({ kind: 'time', case: name, peer: SHELL, shareMax: SHARES[name] }))
  const onMemory = CASES.map((name): Aim => ({ kind: 'megabytes', case: name, max: MEGABYTES_MAX }))
  return rows > FEW ? [...onTime, ...onMemory] : onTime
}

type Files = Readonly<Record<Case, string>>

/** The few are half of them changed, against the roster that the others left. */
async function filesOf(rows: number): Promise<Files> {
  const whole = await peopleFile(rows)
  return {
    'first import': whole,
    'same bytes again': whole,
    'same people again': await samePeopleFile(rows),
    '1 % changed': await peopleFile(rows, 0.01),
    '1,000 rows of it': await fewPeopleFile(FEW, rows),
    'every row changed': await peopleFile(rows, 1),
  }
}

function ourselves(
  name: string,
  files: Files,
  { folder }: BenchOptions,
  database: () => Promise<{ url: string; drop(): Promise<void> } | null>,
): Contender {
  return {
    name,
    missing: null,
    async round() {
      await using place = await placeIn(folder)
      const server = await database()
      const url = server?.url ?? join(place.path, 'rollcall.db')
      const work = (file: string) => measureOf(process.execPath, [OURS, url, place.path, file])
      try {
        return await inTurn(files, work)
      } finally {
        await server?.drop()
      }
    },
  }
}

function sqliteShell(files: Files, { folder }: BenchOptions): Contender {
  return {
    name: SHELL,
    missing: findProgram('sqlite3') ? null : 'Get it with: apt-get install sqlite3',
    async round() {
      await using place = await placeIn(folder)
      const database = join(place.path, 'people.db')
      return await inTurn(files, (file) => measureAround('sqlite3', ['-bail', database], importScript(file)))
    },
  }
}

function pythonScript(files: Files, { folder }: BenchOptions): Contender {
  return {
    name: 'Python script',
    missing: findProgram('python3') ? null : 'Get it with: apt-get install python3',
    async round() {
      await using place = await placeIn(folder)
      const database = join(place.path, 'people.db')
      return await inTurn(files, (file) => measureOf('python3', [SCRIPT, database, file]))
    },
  }
}

/** Each case on what the one before left. */
async function inTurn(
  files: Files,
  work: (file: string) => Promise<{ ms: number; cpuMs: number | null; megabytes: number | null }>,
): Promise<Round> {
  const round: Record<string, Round[string]> = {}
  for (const name of CASES) {
    const { ms, cpuMs, megabytes } = await work(files[name])
    round[name] = { ms, cpuMs, megabytes }
  }
  return round
}

async function placeIn(folder: string): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(folder, 'rollcall-bench-import-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
