import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { newEd25519Key } from '../../../keys/ed25519.ts'
import { type Run, runSchema } from '../../../schemas/run.ts'
import { demoBadFiles, demoPeopleCsv } from '../../../server/cli/demo-people.ts'
import { type Ended, rollcall, type Served, serve } from '../../e2e/rollcall.ts'
import { command } from './terminal.ts'

const PEOPLE = 30
const FILES = {
  ...Object.fromEntries(demoBadFiles(PEOPLE).map(({ name, text }) => [name, text])),
  'people.csv': demoPeopleCsv(PEOPLE),
}

/** One JSON document on stdout, of exactly the form that scripts rely on. */
function runOf({ stdout }: Ended): Run {
  return z.strictObject(runSchema.shape).parse(JSON.parse(stdout))
}

function errorOf({ stderr }: Ended): { code: string; message: string; fix: string } {
  const shape = z.object({
    error: z.strictObject({ code: z.string(), message: z.string(), fix: z.string() }),
  })
  return shape.parse(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).error
}

describe.each(['with a server at work', 'with no server'])('%s', (mode) => {
  let folder: string
  let data: string
  let server: Served | undefined

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-cli-'))
    data = join(folder, 'data')
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text)
    if (mode === 'with a server at work') server = await serve(data)
    expect(await cli('account', 'add', 'acme', '--name', 'Acme GmbH')).toMatchObject({ code: 0, stdout: '' })
  })
  afterAll(async () => {
    await server?.end('SIGTERM')
    await rm(folder, { recursive: true })
  })

  /** Within this process, which does the same as one of its own and starts sooner. */
  const cli = (...args: string[]) => command(args, { ROLLCALL_DATA: data })
  const file = (name: string) => join(folder, name)
  const importing = (name: string, ...more: string[]) =>
    cli('import', file(name), '--account', 'acme', ...more)

  test('a good file ends with 0, and its run object is the one that is promised', async () => {
    const ended = await rollcall(data, ['import', file('people.csv'), '--account', 'acme', '--json'])
    expect(ended.code).toBe(0)
    expect(runOf(ended)).toMatchObject({
      ...{ account: 'acme', source: 'manual', importType: 'partial', mode: 'apply', state: 'succeeded' },
      ...{ fileName: 'people.csv', counts: { read: PEOPLE, created: PEOPLE }, holds: [], error: null },
    })
  })

  test('rows that cannot be taken end with 4, and can be had back to correct them', async () => {
    const ended = await importing('bad-rows.csv', '--json')
    expect(ended.code).toBe(4)
    const { id, counts, state } = runOf(ended)
    expect({ state, rejected: counts.rejected }).toEqual({ state: 'succeeded_with_errors', rejected: 4 })
    const { stdout } = await cli('runs', 'report', id, '--format', 'rejects')
    const [header, ...rows] = stdout.trim().split(/\r?\n/)
    expect(header).toContain('Import Codes')
    expect(rows).toHaveLength(4)
  })

  test('a dry run tells what would happen, and nothing happens', async () => {
    const ended = await importing('all-leave.csv', '--dry-run', '--json')
    expect(ended.code).toBe(3)
    expect(runOf(ended)).toMatchObject({
      mode: 'dry_run',
      state: 'dry_run',
      holds: [{ code: 'GUARD_MASS_LEAVERS' }],
    })
    expect((await cli('export', '--account', 'acme')).stdout.trim().split('\n').length).toBeGreaterThan(
      PEOPLE - 3,
    )
  })

  test('what waits for a person ends with 3, and goes on or away by a word', async () => {
    const held = await importing('all-leave.csv', '--json')
    expect(held.code).toBe(3)
    const { id } = runOf(held)
    const discarded = await cli('runs', 'discard', id, '--reason', 'wrong file', '--json')
    expect(discarded.code).toBe(0)
    expect(runOf(discarded)).toMatchObject({ state: 'discarded', reason: 'wrong file' })
    const again = await cli('runs', 'approve', id, '--json')
    expect(again.code).toBe(1)
    expect(errorOf(again)).toMatchObject({ code: 'RUN_NOT_HELD' })
  })

  test('--yes says that word, and the roster is then empty of active people', async () => {
    const ended = await importing('all-leave.csv', '--yes', '--json')
    expect(ended.code).toBe(0)
    expect(runOf(ended)).toMatchObject({ state: 'succeeded', reason: 'import --yes' })
    expect((await cli('export', '--account', 'acme')).stdout.trim().split('\n')).toHaveLength(1)
  })

  test('what was applied can be looked at, taken back, and taken back again', async () => {
    const list = z
      .array(runSchema)
      .parse(JSON.parse((await cli('runs', '--json', '--state', 'succeeded')).stdout))
    const { id } = list[0] ?? { id: '' }
    const shown = await cli('runs', 'undo', id)
    expect(shown).toMatchObject({ code: 3, stdout: expect.stringContaining('End Date: ') })
    const undone = await cli('runs', 'undo', id, '--yes', '--json')
    expect(undone.code).toBe(0)
    expect(runOf(undone)).toMatchObject({ state: 'succeeded', undoes: id })
    expect(errorOf(await cli('runs', 'undo', id, '--json'))).toMatchObject({ code: 'RUN_NOT_UNDOABLE' })
    const roster = await cli('export', '--account', 'acme')
    expect(roster.stdout.trim().split('\n').length).toBeGreaterThan(PEOPLE - 3)
    expect((await cli('export', '--account', 'acme', '--as-of', id)).stdout.trim().split('\n')).toHaveLength(
      1,
    )
    const [, first = ''] = roster.stdout.split('\n')
    const email = first.split(',').find((cell) => cell.includes('@')) ?? ''
    const person = await cli('employee', 'show', email, '--account', 'acme')
    expect(person).toMatchObject({ code: 0, stdout: expect.stringContaining('people.csv') })
    expect((await cli('runs', 'undo', runOf(undone).id, '--yes')).code).toBe(0)
  })

  test('the list of runs, one run and its reports say the same', async () => {
    const list = z
      .array(runSchema)
      .parse(JSON.parse((await cli('runs', '--account', 'acme', '--json')).stdout))
    const first = list.at(-1)
    if (!first) throw new Error('there are no runs')
    expect(list.map(({ id }) => id)).toEqual(
      list
        .map(({ id }) => id)
        .sort()
        .reverse(),
    )
    expect(runOf(await cli('runs', 'show', first.id, '--json'))).toEqual(first)
    const { stdout: table } = await cli('runs')
    expect(table).toContain(first.id)
    const { stdout: csv } = await cli('runs', 'report', first.id, '--format', 'csv')
    expect(csv.trim().split('\n')).toHaveLength(PEOPLE + 1)
    const { stdout: text } = await cli('runs', 'report', first.id)
    expect(text).toBe((await cli('runs', 'show', first.id)).stdout)
  })

  test('two commands at once both do their work', async () => {
    const add = (slug: string) => rollcall(data, ['account', 'add', slug])
    expect(await Promise.all([add('first'), add('second')])).toMatchObject([{ code: 0 }, { code: 0 }])
  })

  // Beyond this point the way is the same, so the quicker one will do.
  if (mode === 'with no server') return

  test('a file that is refused ends with 1', async () => {
    const ended = await importing('no-ids.csv', '--json')
    expect(ended.code).toBe(1)
    expect(runOf(ended)).toMatchObject({ state: 'rejected', issueCounts: { HDR_MISSING_REQUIRED: 1 } })
  })

  test('a full list is recorded as one, and whoever is not in it stays as they are', async () => {
    await cli('account', 'add', 'umbrella')
    await cli('import', file('people.csv'), '--account', 'umbrella')
    await writeFile(file('few.csv'), demoPeopleCsv(5))
    const ended = await cli('import', file('few.csv'), '--account', 'umbrella', '--mode', 'full', '--json')
    expect(ended.code).toBe(0)
    expect(runOf(ended)).toMatchObject({ importType: 'full', counts: { read: 5, deactivated: 0, former: 0 } })
    expect((await cli('export', '--account', 'umbrella')).stdout.trim().split('\n')).toHaveLength(PEOPLE + 1)
  })

  test('stdin is a file like any other once it has a name', async () => {
    const args = ['import', '-', '--name', 'typed.csv', '--account', 'acme', '--json', '-q']
    const ended = await rollcall(data, args, { input: 'Name,Employee Id\nKim Piped,P-1\n' })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(runOf(ended)).toMatchObject({ fileName: 'typed.csv', counts: { created: 1 } })
  })

  test('an account that does not exist ends with 1 and says so to people and to scripts', async () => {
    const args = ['import', file('people.csv'), '--account', 'acmee']
    const [forPeople, forScripts] = await Promise.all([cli(...args), cli(...args, '--json')])
    expect(forPeople).toMatchObject({ code: 1, stdout: '' })
    expect(forPeople.stderr).toMatch(
      /^ACCOUNT_UNKNOWN {2}There is no account "acmee"\.\nFix: .*account list/m,
    )
    expect(forScripts).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(forScripts).code).toBe('ACCOUNT_UNKNOWN')
  })

  test('a file that is not there ends with 1', async () => {
    const ended = await cli('import', join(folder, 'nowhere.csv'), '--account', 'acme')
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('FILE_UNREADABLE  The file cannot be read: no such file or directory.')
  })

  test('a check against an account knows its people, one without knows none; neither leaves a run', async () => {
    const before = JSON.parse((await cli('runs', '--json')).stdout)
    const against = await cli('validate', file('people.csv'), '--account', 'acme', '--json')
    expect(runOf(against)).toMatchObject({ account: 'acme', counts: { read: PEOPLE, matched: PEOPLE } })
    const alone = await cli('validate', file('people.csv'), '--json')
    expect(alone.code).toBe(0)
    expect(runOf(alone)).toMatchObject({ account: null, counts: { read: PEOPLE, matched: 0 } })
    expect(JSON.parse((await cli('runs', '--json')).stdout)).toEqual(before)
  })

  test('a build pipeline gets a line a problem, or SARIF, under the name it typed', async () => {
    const path = file('wrong.csv')
    await writeFile(path, 'Name,Email,Start Date\nAda Example,ada@example.org,31/31/2020\n')
    const lines = await cli('validate', path, '--format', 'lines')
    expect(lines).toMatchObject({
      code: 4,
      stdout: expect.stringContaining(`${path}:2:3: VAL_DATE_INVALID `),
    })
    const log = JSON.parse((await cli('validate', path, '--format', 'sarif')).stdout)
    expect(log).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'VAL_DATE_INVALID' }] }] })
  })

  test('an export is a file for its owner only, and whole or not at all', async () => {
    const output = join(folder, 'roster.csv')
    const { code, stdout } = await cli(
      'export',
      '--account',
      'acme',
      '--include-deactivated',
      '--output',
      output,
    )
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect((await stat(output)).mode & 0o777).toBe(0o600)
    expect(await readFile(output, 'utf8')).toMatch(/^Name,.*Employee Deactivated/)
    await writeFile(file('kept.csv'), 'last week')
    const failed = await cli('export', '--account', 'nobody', '--output', file('kept.csv'))
    expect(failed.code).toBe(1)
    expect(await readFile(file('kept.csv'), 'utf8')).toBe('last week')
  })

  test('a key comes in from a file or from stdin, is listed, and goes', async () => {
    const [one, two] = [newEd25519Key('one'), newEd25519Key('two')]
    await writeFile(join(folder, 'one.pub'), one.publicKeyLine)
    expect(await cli('key', 'add', join(folder, 'one.pub'), '--account', 'acme')).toMatchObject({ code: 0 })
    const piped = await rollcall(data, ['key', 'add', '-', '--account', 'acme'], { input: two.publicKeyLine })
    expect(piped).toMatchObject({ code: 0, stderr: expect.stringContaining(two.fingerprint) })
    expect(await cli('key', 'revoke', one.fingerprint)).toMatchObject({ code: 0 })
    const { stdout } = await cli('key', 'list', '--account', 'acme')
    const lineOf = (key: { fingerprint: string }) =>
      stdout.split('\n').find((line) => line.includes(key.fingerprint))
    expect(lineOf(one)).toContain('revoked')
    expect(lineOf(two)).toContain('active')
    const privateKey = await rollcall(data, ['key', 'add', '-', '--account', 'acme'], {
      input: one.privateKey,
    })
    expect(privateKey).toMatchObject({ code: 1, stderr: expect.stringContaining('KEY_PRIVATE') })
  })
})

test('a reader that has read enough ends the command without a word', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-cli-'))
  await rollcall(folder, ['account', 'add', 'acme'])
  await writeFile(join(folder, 'many.csv'), demoPeopleCsv(700))
  await rollcall(folder, ['import', join(folder, 'many.csv'), '--account', 'acme', '-q'])
  const launcher = fileURLToPath(new URL('../../../server/rollcall.mjs', import.meta.url))
  const pipe = `"${process.execPath}" "${launcher}" export --account acme --data "${folder}"; echo "code $?" >&2`
  const shell = spawn('sh', ['-c', `(${pipe}) | head -c 10`], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  shell.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  shell.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  await once(shell, 'close')
  await rm(folder, { recursive: true })
  expect({ stdout, stderr }).toEqual({ stdout: 'Name,Prefe', stderr: 'code 0\n' })
})

test('Ctrl-C leaves an import that is safe, and the next command that works goes on with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-cli-'))
  await rollcall(folder, ['account', 'add', 'acme'])
  await writeFile(join(folder, 'many.csv'), demoPeopleCsv(700))
  const args = ['import', join(folder, 'many.csv'), '--account', 'acme']
  const first = await rollcall(folder, args, { interruptAt: 'The file is safe' })
  expect(first).toMatchObject({ code: 130, stdout: '' })
  expect(first.stderr).toMatch(/INTERRUPTED {2}Run [0-9a-z]{16} is safe; it goes on with the next/)
  const second = await rollcall(folder, [...args, '--json'])
  expect(runOf(second)).toMatchObject({ state: 'duplicate' })
  const runs = z.array(runSchema).parse(JSON.parse((await rollcall(folder, ['runs', '--json'])).stdout))
  expect(runs.map(({ state }) => state)).toEqual(['duplicate', 'succeeded'])
  await rm(folder, { recursive: true })
})
