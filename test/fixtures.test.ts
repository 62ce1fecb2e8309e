/**
 * Every folder of `fixtures/` played through a real importer: what comes out must be what `case.json` promises
 * and, to the letter, what the golden files beside the input say. `npm run golden` rewrites the golden files,
 * never the promise.
 */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { deliveryPath, type ImporterHandle, newId, openImporter } from '../importer/importer.ts'
import { demographicKey, isDemographicKey, type Person, type ValueKey } from '../importer/plan/person.ts'
import { toPerson } from '../importer/roster/employee.ts'
import { linesOf, planRows } from '../importer/run/plan-store.ts'
import { workUntilIdle } from '../importer/run/process.ts'
import { isResting } from '../importer/run/state.ts'
import type { StoredPlanRow } from '../importer/run/stored-row.ts'
import type { WorkContext } from '../importer/run/work.ts'
import { masterKeyPath } from '../keys/vault.ts'
import { settingsChangeSchema } from '../schemas/account.ts'
import { type CoreField, headerOf } from '../schemas/columns.ts'
import { countsSchema, RUN_STATES, type Run } from '../schemas/run.ts'
import { csvLine } from './support/people.ts'

const FIXTURES = join(import.meta.dirname, '..', 'fixtures')
const IS_UPDATE = process.env['UPDATE_GOLDEN'] === '1'

const caseSchema = z.strictObject({
  promise: z.string().min(20),
  today: z.iso.date(),
  source: z.enum(['sftp', 'manual']),
  importType: z.literal('partial'),
  mode: z.enum(['apply', 'dry_run']),
  rosterSource: z.enum(['sftp', 'manual']).default('manual'),
  /** What is set for the source before its file comes. */
  settings: settingsChangeSchema.default({}),
  expect: z.strictObject({
    state: z.enum(RUN_STATES),
    counts: countsSchema,
    issues: z.record(z.string(), z.union([z.int().min(1), z.literal('some')])),
    holds: z.array(z.string()).default([]),
  }),
})
type Case = z.output<typeof caseSchema>

const names = readdirSync(FIXTURES, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)

const cases = names.map((name) => ({ name, played: readCase(name) }))

describe.concurrent('fixtures', () => {
  for (const { name, played } of cases) {
    test(`${name}: ${played.promise}`, async () => {
      const { run, golden } = await play(name, played)
      // Before anything is compared: whoever changed the outcome wants to see all of it.
      if (IS_UPDATE) writeGolden(name, golden)
      const { read, blank, rejected, excluded, held, created, updated, unchanged } = run.counts
      expect(read).toBe(blank + rejected + excluded + held + created + updated + unchanged)
      expect(outcomeOf(run, played)).toEqual(played.expect)
      expect(golden).toEqual(readGolden(name, Object.keys(golden)))
    })
  }
})

test('a value of a forbidden column stands nowhere but in the file that was delivered', async () => {
  const secrets = /48123|XX00 FAKE|000-00/
  expect(readFileSync(inputOf('forbidden-columns'), 'utf8')).toMatch(secrets)
  const { golden, written } = await play('forbidden-columns', readCase('forbidden-columns'))
  expect(written.map(([file]) => file)).toContain('rollcall.db')
  for (const [file, text] of [...Object.entries(golden), ...written]) expect(text, file).not.toMatch(secrets)
})

type Golden = Record<string, string>

interface Played {
  readonly run: Run
  readonly golden: Golden
  /** Every file in the data directory but the deliveries: [path, content]. */
  readonly written: (readonly [string, string])[]
}

async function play(name: string, played: Case): Promise<Played> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rollcall-fixture-'))
  try {
    const shown = await playIn(dataDir, name, played)
    return { ...shown, written: filesIn(dataDir) }
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}

async function playIn(dataDir: string, name: string, played: Case): Promise<Omit<Played, 'written'>> {
  await using stage = await openStage(dataDir, played.today)
  const roster = join(FIXTURES, name, 'roster.csv')
  if (existsSync(roster)) {
    const known = await stage.deliver(roster, played.rosterSource, 'apply')
    expect(known.state, 'the roster').toBe('succeeded')
    expect(known.counts.created, 'the roster').toBe(known.counts.read)
  }
  const before = await stage.people()
  await stage.importer.setSource('fixtures', played.source, played.settings)
  const run = await stage.deliver(inputOf(name), played.source, played.mode)
  const golden = {
    'plan.json': await planGolden(stage, run, before),
    'issues.csv': issuesGolden(run),
    'report.json': `${JSON.stringify(lasting(run), null, 2)}\n`,
    'report.txt': await textOf(stage.importer.report(run.id, 'text')),
  }
  if (isApplied(run)) await expectRoundTrip(stage, dataDir)
  else expect(await stage.people(), 'nothing is applied').toEqual(before)
  return {
    run,
    golden: Object.fromEntries(Object.entries(golden).map(([file, text]) => [file, stage.hide(text)])),
  }
}

/** An importer with one account, into which files are delivered one after the other. */
interface Stage extends AsyncDisposable {
  readonly importer: ImporterHandle
  readonly accountId: string
  deliver(path: string, source: Case['source'], mode: Case['mode']): Promise<Run>
  people(): Promise<Map<number, Person>>
  /** Takes out of a text what differs from one time to the next: ids, hashes, times. */
  hide(text: string): string
}

async function openStage(dataDir: string, today: string): Promise<Stage> {
  const clock = { now: () => new Date(`${today}T09:00:00Z`) }
  const databaseUrl = join(dataDir, 'rollcall.db')
  copyFileSync(inject('sqliteTemplate'), databaseUrl)
  const nodeId = 'fixtures'
  const importer = await openImporter({ databaseUrl, dataDir, nodeId, clock })
  const log: string[] = []
  const context: WorkContext = {
    ...{ db: importer.db, engine: importer.engine, dataDir, secretFile: masterKeyPath(dataDir), clock },
    ...{ owner: nodeId, isStopping: () => false },
    ...{ onClaim: () => {}, onProgress: () => {}, onChange: () => {} },
    log: (_, fields, text) => void log.push(`${text} ${JSON.stringify(fields)}`),
  }
  const { id: accountId } = await importer.addAccount({
    slug: 'fixtures',
    name: 'Fixtures Ltd',
    timezone: 'UTC',
  })
  const runs: Run[] = []
  return {
    importer,
    accountId,
    deliver: async (path, source, mode) => {
      const id = newId(clock.now())
      const to = deliveryPath(dataDir, { accountId, id })
      await mkdir(dirname(to), { recursive: true })
      await copyFile(path, to)
      const file = { fileName: basename(path), size: (await stat(path)).size, sentBy: 'fixtures' }
      const receivedAt = clock.now().toISOString()
      await importer.receive({ id, accountId, source, importType: 'partial', mode, receivedAt, ...file })
      // By the very function that a worker thread calls: to start a thread takes longer than a case.
      await workUntilIdle(context)
      const run = await importer.run(id)
      expect(isResting(run.state), log.at(-1)).toBe(true)
      runs.push(run)
      return run
    },
    people: async () => {
      const rows = await importer.db.selectFrom('employee').selectAll().orderBy('id').execute()
      return new Map(rows.map((row) => [row.id, toPerson(row)]))
    },
    hide: (text) => {
      let hidden = text
      for (const [place, { id, sha256 }] of runs.entries()) {
        hidden = hidden.replaceAll(id, `<run ${place + 1}>`)
        if (sha256 !== null) hidden = hidden.replaceAll(sha256, '<sha256>')
      }
      return hidden
        .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| UTC)?/g, '<time>')
        .replace(/finished [\d.]+ \w+ later/g, 'finished <a while> later')
    },
    [Symbol.asyncDispose]: () => importer.close(),
  }
}

function readCase(name: string): Case {
  return caseSchema.parse(JSON.parse(readFileSync(join(FIXTURES, name, 'case.json'), 'utf8')))
}

function inputOf(name: string): string {
  const [input, ...more] = readdirSync(join(FIXTURES, name)).filter((file) => /^input\./i.test(file))
  if (input === undefined || more.length > 0) throw new Error(`fixtures/${name} needs one input file`)
  return join(FIXTURES, name, input)
}

function writeGolden(name: string, golden: Golden): void {
  for (const [file, text] of Object.entries(golden)) writeFileSync(join(FIXTURES, name, file), text)
}

function readGolden(name: string, files: readonly string[]): Golden {
  const entries = files.map((file) => {
    const path = join(FIXTURES, name, file)
    return [file, existsSync(path) ? readFileSync(path, 'utf8') : 'missing: npm run golden'] as const
  })
  return Object.fromEntries(entries)
}

/** The run in the words of `case.json`: issues above info, and infos that the case is about. */
function outcomeOf(run: Run, { expect: expected }: Case): Case['expect'] {
  const serious = new Set(run.issues.filter((issue) => issue.severity !== 'info').map((issue) => issue.code))
  const holds = run.holds.map((hold) => hold.code).sort()
  const issues: Case['expect']['issues'] = {}
  for (const [code, count] of Object.entries(run.issueCounts)) {
    const isListed = Object.hasOwn(expected.issues, code)
    // A guard speaks for the whole run: it is a hold, whether or not it is also listed as an issue.
    if (!isListed && (!serious.has(code) || code.startsWith('GUARD_'))) continue
    issues[code] = expected.issues[code] === 'some' ? 'some' : count
  }
  return { state: run.state, counts: run.counts, issues, holds }
}

function isApplied(run: Run): boolean {
  return run.state === 'succeeded' || run.state === 'succeeded_with_errors'
}

/** What the roster exports, it takes back without changing anybody. */
async function expectRoundTrip(stage: Stage, dataDir: string): Promise<void> {
  const path = join(dataDir, 'export.csv')
  await writeFile(path, await textOf(stage.importer.exportRoster('fixtures', { includeDeactivated: true })))
  const { counts, state } = await stage.deliver(path, 'manual', 'apply')
  if (state === 'rejected')
    return expect(readFileSync(path, 'utf8').split('\n'), 'header only').toHaveLength(2)
  expect(counts, 'the export sent back').toMatchObject({ unchanged: counts.read })
}

/** The run object without what differs from one time to the next. */
function lasting(run: Run): Partial<Run> {
  const { id: _id, sha256: _sha256, receivedAt: _received, finishedAt: _finished, ...rest } = run
  return rest
}

function issuesGolden({ issues }: Run): string {
  const header = ['code', 'severity', 'line', 'row', 'column', 'field', 'header', 'value', 'message'] as const
  const lines = issues.map((issue) => header.map((key) => (issue[key] === null ? '' : String(issue[key]))))
  return [header, ...lines].map((cells) => csvLine(cells)).join('')
}

/** One entry a planned row; the changes of somebody known on lines of their own, so that a diff shows each. */
async function planGolden(stage: Stage, run: Run, before: ReadonlyMap<number, Person>): Promise<string> {
  const key = { accountId: stage.accountId, run: run.id }
  const rows = (await gather(planRows(stage.importer.db, key))).flat()
  const label = await labelsOf(stage, run)
  const lines = await linesOf(stage.importer.db, key)
  const whoIs = namer(rows, before)
  const entries = rows.map(({ personId, version: _, changes, ...row }) => {
    const reportsTo = lines.has(personId ?? 0) ? { reportsTo: keyOf(whoIs(lines.get(personId ?? 0))) } : {}
    if (row.action === 'create') {
      const values = Object.fromEntries(changes.map(([field, , value]) => [label(field), value]))
      return JSON.stringify({ ...row, ...reportsTo, values })
    }
    const each = changes.map(([field, old, value]) => ({ field: label(field), before: old, after: value }))
    const entry = JSON.stringify({ ...row, person: whoIs(personId ?? 0), ...reportsTo })
    return `${entry.slice(0, -1)},"changes":${jsonLines(each, '  ')}}`
  })
  return `${entries.length === 0 ? '[]' : `[\n  ${entries.join(',\n  ')}\n]`}\n`
}

function jsonLines(items: readonly object[], indent: string): string {
  if (items.length === 0) return '[]'
  return `[\n${items.map((item) => `${indent}  ${JSON.stringify(item)}`).join(',\n')}\n${indent}]`
}

interface Identifiers {
  readonly employeeId: string | null
  readonly email: string | null
}

/** Somebody by the identifiers they had before, or get by being created. */
function namer(rows: readonly StoredPlanRow[], before: ReadonlyMap<number, Person>) {
  const created = new Map(rows.map((row) => [row.action === 'create' ? row.personId : null, row.changes]))
  return (id: number): Identifiers | null => {
    if (id === 0) return null
    const known = before.get(id)?.core
    const given = (field: CoreField) => created.get(id)?.find(([key]) => key === field)?.[2] ?? null
    return {
      employeeId: known ? known.employeeId : given('employeeId'),
      email: known ? known.email : given('email'),
    }
  }
}

function keyOf(person: Identifiers | null): string | null {
  return person === null ? null : (person.employeeId ?? person.email)
}

const newLabels = z.object({ newDemographics: z.array(z.object({ id: z.int(), label: z.string() })) })

/** The key of a value as people know it: a header or a label. */
async function labelsOf(stage: Stage, run: Run): Promise<(key: ValueKey) => string> {
  const { db } = stage.importer
  const known = await db.selectFrom('demographic').select(['id', 'label']).execute()
  const { plan } = await db
    .selectFrom('run')
    .select('plan')
    .where('id', '=', run.id)
    .executeTakeFirstOrThrow()
  // The labels that a run would create stand in its plan only, until it is applied.
  const created = plan === null ? [] : newLabels.parse(JSON.parse(plan)).newDemographics
  const labels = new Map([...known, ...created].map(({ id, label }) => [demographicKey(id), label]))
  return (key) => (isDemographicKey(key) ? (labels.get(key) ?? `unknown ${key}`) : headerOf(key))
}

async function textOf(chunks: AsyncIterable<string | Uint8Array>): Promise<string> {
  return (await gather(chunks)).join('')
}

async function gather<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of source) all.push(one)
  return all
}

function filesIn(dataDir: string): (readonly [string, string])[] {
  const entries = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  const paths = entries.map((entry) => join(entry.parentPath, entry.name))
  return paths
    .filter((path) => !path.startsWith(join(dataDir, 'deliveries')))
    .map((path) => [path.slice(dataDir.length + 1), readFileSync(path, 'latin1')] as const)
}
