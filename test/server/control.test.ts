import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ImportError } from '../../importer/errors.ts'
import { deliveryDir, partPath } from '../../importer/importer.ts'
import { newEd25519Key } from '../../keys/ed25519.ts'
import { demoBadFiles, demoPeopleCsv } from '../../server/cli/demo-people.ts'
import { loadConfig } from '../../server/config.ts'
import { lockDataDir } from '../../server/control/data-dir.ts'
import type { Door } from '../../server/control/door.ts'
import { METHODS, type MethodName, STREAMS } from '../../server/control/methods.ts'
import { connectControl, openControl } from '../../server/control.ts'
import { createLog } from '../../server/log.ts'
import { type RunningServer, startServer } from '../../server/main.ts'
import type { Config } from '../../server/settings.ts'
import { temporaryFolder } from '../e2e/rollcall.ts'
import { until } from '../support/sftp-server.ts'
import { HRIS_CALLS } from './control-hris.ts'
import { OUTBOX_CALLS } from './control-outbox.ts'
import { PEOPLE_CALLS } from './control-people.ts'

const log = createLog({ level: 'silent' })
const PEOPLE = 40

function configFor(data: string): Config {
  const flags = { data, sftpHost: '127.0.0.1', sftpPort: '0', httpPort: '0' }
  return loadConfig({ env: {}, flags, cwd: '/' }).config
}

const start = (data: string) => startServer({ config: configFor(data), log, version: 'test' })

let data: string
let server: RunningServer
let there: Door

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'rollcall-control-'))
  server = await start(data)
  there = await connectControl(data)
})

afterAll(async () => {
  await server.stop()
  await rm(data, { recursive: true })
})

function bytes(text: string): AsyncIterable<Uint8Array> {
  return Readable.from([Buffer.from(text)])
}

/** A file as a person hands it in, and the run that came of it. */
async function handIn(door: Door, account: string, text: string, mode: 'apply' | 'dry_run' = 'apply') {
  const file = { account, fileName: 'people.csv', importType: 'partial', mode, sentBy: 'a test' } as const
  const { id } = await door.deliver(file, bytes(text))
  return await door.settled(id)
}

async function whole(chunks: AsyncIterable<string | Uint8Array>): Promise<string> {
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(Buffer.from(chunk))
  return Buffer.concat(parts).toString('utf8')
}

describe('both doors give the same answer', () => {
  const files = Object.fromEntries(demoBadFiles(PEOPLE).map(({ name, text }) => [name, text]))
  const everybodyLeaves = files['all-leave.csv'] ?? ''

  /** Runs that one of the doors has prepared for itself. */
  interface Own {
    readonly account: string
    readonly held: string
    readonly done: string
    readonly key: string
  }

  async function prepare(door: Door, account: string): Promise<Own> {
    await door.addAccount({ slug: account, timezone: 'Europe/Berlin' })
    const { id: done } = await handIn(door, account, demoPeopleCsv(PEOPLE))
    const { id: held, state } = await handIn(door, account, everybodyLeaves)
    expect(state).toBe('held')
    const { fingerprint } = await door.addKey(account, newEd25519Key('key').publicKeyLine)
    return { account, held, done, key: fingerprint }
  }

  let own: { here: Own; there: Own }
  beforeAll(async () => {
    own = { here: await prepare(server.door, 'acme-here'), there: await prepare(there, 'acme-there') }
    await writeFile(join(data, 'file.csv'), demoPeopleCsv(3))
  })

  /** Every method, where it works and where it does not. */
  const CALLS: [name: keyof Door | MethodName, does: string, call: (door: Door, mine: Own) => unknown][] = [
    ...OUTBOX_CALLS,
    ...HRIS_CALLS,
    ['ownership', 'of an account', ({ fields }, { account }) => fields.ownership(account)],
    [
      'ownershipPreview',
      'of an unknown source',
      ({ fields }, { account }) =>
        fields.ownershipPreview(account, {
          field: 'Email',
          ownership: { sources: [{ source: 'nobody', mode: 'always' }] },
        }),
    ],
    [
      'setOwnership',
      'of an unknown account',
      ({ fields }) => fields.setOwnership('nobody', { field: 'Email', ownership: null }, { by: 'Kim' }),
    ],
    [
      'editPreview',
      'of people unknown',
      ({ fields }, { account }) =>
        fields.editPreview(account, 'a', { values: [{ field: 'Email', value: 'a@x.io' }], pin: null }),
    ],
    [
      'edit',
      'of people unknown',
      ({ fields }, { account }) =>
        fields.edit(account, 'a', { values: [], pin: { until: null } }, { by: 'Kim' }),
    ],
    [
      'pin',
      'until a day that is over',
      ({ fields }, { account }) =>
        fields.pin(account, 'a', { field: 'Email', until: '2020-01-01' }, { by: 'Kim' }),
    ],
    [
      'redactionPreview',
      'of an account',
      ({ fields }, { account }) => fields.redactionPreview(account, ['DOB']),
    ],
    [
      'redact',
      'of what cannot be',
      ({ fields }, { account }) => fields.redact(account, ['Email'], { by: 'Kim' }),
    ],
    [
      'endRedaction',
      'of what is not',
      ({ fields }, { account }) => fields.endRedaction(account, ['DOB'], { by: 'Kim' }),
    ],
    ['unpin', 'of people unknown', ({ fields }, { account }) => fields.unpin(account, 'a', 'Email')],
    ['addAccount', 'a new one', (door, { account }) => door.addAccount({ slug: `${account}-b`, name: 'B' })],
    ['addAccount', 'a taken name', (door, { account }) => door.addAccount({ slug: account })],
    ['addAccount', 'a bad name', (door) => door.addAccount({ slug: 'No Good' })],
    ['addAccount', 'a bad zone', (door) => door.addAccount({ slug: 'zone', timezone: 'Mars/Base' })],
    ['listAccounts', 'all', (door) => door.listAccounts()],
    ['account', 'a known one', (door, { account }) => door.account(account)],
    ['account', 'an unknown one', (door) => door.account('nobody')],
    [
      'enter',
      'one that is known',
      async (door, { done, account }) => door.enter([await deliveryOf(door, done, account)]),
    ],
    [
      'receive',
      'one that is known',
      async (door, { done, account }) => door.receive(await deliveryOf(door, done, account)),
    ],
    [
      'unknownDeliveries',
      'one of two',
      (door, { done }) => door.unknownDeliveries([done, 'zzzzzzzzzzzzzzzz']),
    ],
    ['run', 'a finished one', (door, { done }) => door.run(done)],
    ['run', 'a held one', (door, { held }) => door.run(held)],
    ['run', 'an unknown one', (door) => door.run('nope')],
    ['runs', 'of an account', (door, { account }) => door.runs({ account })],
    ['runs', 'by state and number', (door, { account }) => door.runs({ account, state: 'held', limit: 1 })],
    ['runs', 'of an unknown account', (door) => door.runs({ account: 'nobody' })],
    ['progress', 'of a run that rests', (door, { done }) => door.progress(done)],
    ['report', 'as JSON', (door, { done }) => whole(door.report(done, 'json'))],
    ['report', 'as CSV', (door, { done }) => whole(door.report(done, 'csv'))],
    ['report', 'as HTML', (door, { done }) => whole(door.report(done, 'html'))],
    ['report', 'as text', (door, { held }) => whole(door.report(held, 'text'))],
    ['report', 'of the rejects', (door, { done }) => whole(door.report(done, 'rejects'))],
    ['report', 'of an unknown run', (door) => whole(door.report('nope', 'csv'))],
    [
      'demographicsMerge',
      'of unknown ones',
      (door, { account }) => whole(door.demographicsMerge(account, { from: 'X', into: 'Y' })),
    ],
    [
      'exportRoster',
      'of an account',
      (door, { account }) => whole(door.exportRoster(account, { includeDeactivated: true })),
    ],
    [
      'exportRoster',
      'of an unknown one',
      (door) => whole(door.exportRoster('nobody', { includeDeactivated: true })),
    ],
    ['validateFor', 'a file', (door, { account }) => door.validateFor(account, fileOf('file.csv'))],
    [
      'validateFor',
      'a missing file',
      (door, { account }) => door.validateFor(account, fileOf('missing.csv')),
    ],
    ['settled', 'a run that rests', (door, { held }) => door.settled(held)],
    ['settled', 'an unknown run', (door) => door.settled('nope')],
    ['deliver', 'a dry run', (door, { account }) => handIn(door, account, demoPeopleCsv(3), 'dry_run')],
    ['deliver', 'for an unknown account', (door) => handIn(door, 'nobody', demoPeopleCsv(3))],
    [
      'addKey',
      'one that is there',
      async (door, { account }) => door.addKey(account, await lineOf(door, account)),
    ],
    ['labels', 'of an account', (door, { account }) => door.labels(account)],
    ['sources', 'of an account', (door, { account }) => door.sources(account)],
    ['sources', 'of an unknown account', (door) => door.sources('nobody')],
    ['source', 'a known one', (door, { account }) => door.source(account, 'sftp')],
    ['source', 'an unknown one', (door, { account }) => door.source(account, 'fax')],
    ['setSource', 'a setting', (door, { account }) => door.setSource(account, 'manual', { leaversMax: 4 })],
    ['setSource', 'no such setting', (door, { account }) => door.setSource(account, 'manual', { leaver: 4 })],
    [
      'deliveryRules',
      'of SFTP',
      async (door, { account }) =>
        door.deliveryRules({ accountId: (await door.account(account)).id, source: 'sftp' }),
    ],
    [
      'checkSidecar',
      'for no file',
      async (door, { done, account }) =>
        door.checkSidecar(await deliveryOf(door, done, account), {
          kind: '.sha256',
          fileName: 'none.csv',
          text: '',
        }),
    ],
    ['addPgpKey', 'no key', (door, { account }) => door.addPgpKey(account, 'nothing')],
    [
      'newPgpKey',
      'for an account',
      async (door, { account }) => ({ ...(await door.newPgpKey(account)), publicKey: '', fingerprint: '' }),
    ],
    [
      'listPgpKeys',
      'of an account',
      async (door, { account }) => (await door.listPgpKeys(account)).map(({ kind, slug }) => [kind, slug]),
    ],
    ['pgpKey', 'an unknown one', (door) => door.pgpKey('AB12')],
    ['revokePgpKey', 'an unknown one', (door) => door.revokePgpKey('AB12')],
    ['addKey', 'a private key', (door, { account }) => door.addKey(account, newEd25519Key('x').privateKey)],
    ['addKey', 'of an unknown account', (door) => door.addKey('nobody', newEd25519Key('x').publicKeyLine)],
    ['listKeys', 'of an account', (door, { account }) => door.listKeys(account)],
    ['listKeys', 'of all', (door) => door.listKeys(null)],
    ['revokeKey', 'a known one', (door, { key }) => door.revokeKey(key)],
    ['revokeKey', 'an unknown one', (door) => door.revokeKey('SHA256:nope')],
    ['discard', 'one that waits for nobody', (door, { done }) => door.discard(done, { by: 'Kim' })],
    [
      'discard',
      'one that waits',
      async (door, { account }) => door.discard(await anotherHeld(door, account), { by: 'Kim' }),
    ],
    [
      'missing',
      'of a source that keeps no account',
      (door, { account }) => door.missing(account, 'sftp', {}),
    ],
    [
      'ignoreMissing',
      'somebody unknown',
      (door, { account }) => door.ignoreMissing(account, { source: 'sftp', key: 'x' }, { by: 'Kim' }),
    ],
    ['demographics', 'of an account', (door, { account }) => door.demographics(account)],
    [
      'renameDemographic',
      'an unknown one',
      (door, { account }) => door.renameDemographic(account, { from: 'X', to: 'Y' }),
    ],
    ['deleteDemographic', 'an unknown one', (door, { account }) => door.deleteDemographic(account, 'X')],
    ['plan', 'of an unknown one', (door) => door.plan('nope', {}, {})],
    ['plan', 'of one that waits', (door, { held }) => door.plan(held, { action: 'update' }, { limit: 2 })],
    ['approve', 'an unknown one', (door) => door.approve('nope', { by: 'Kim' })],
    ['approve', 'one that waits', async (door, { held }) => approved(door, held)],
    ['employee', 'somebody unknown', (door, { account }) => door.employee(account, 'nobody@example.com')],
    [
      'employee',
      'at an impossible time',
      (door, { account }) => door.employee(account, 'x', { asOf: 'never' }),
    ],
    ['erasePreview', 'of somebody unknown', (door, { account }) => door.erasePreview(account, 'nobody')],
    ['erase', 'of somebody unknown', (door, { account }) => door.erase(account, 'nobody')],
    ['duplicates', 'of an account', (door, { account }) => door.duplicates(account, { limit: 1 })],
    [
      'keepApart',
      'of unknown people',
      (door, { account }) => door.keepApart(account, 'x', 'y', { by: 'me' }),
    ],
    ['mergePreview', 'of people unknown', (door, { account }) => door.mergePreview(account, 'a', 'b')],
    ['merge', 'of people unknown', (door, { account }) => door.merge(account, 'a', 'b', { by: 'Kim' })],
    ['undoPreview', 'an unknown one', (door) => door.undoPreview('nope')],
    ['undoPreview', 'one that was applied', (door, { held }) => door.undoPreview(held)],
    ['undo', 'an unknown one', (door) => door.undo('nope', { by: 'Kim' })],
    ['undo', 'one that was applied', async (door, { held }) => undone(door, held)],
    ['setPassword', 'a weak one', (door, { account }) => door.setPassword(account, 'short')],
    ['setPassword', 'off', (door, { account }) => door.setPassword(account, null)],
    ['connections', 'when nobody is there', (door) => door.connections()],
    ['endConnection', 'an unknown one', (door) => door.endConnection(99)],
    ['makeNextHostKey', 'a second one', (door) => twice(() => door.makeNextHostKey('2099-01-31'))],
    ['hostKeys', 'with a next one', (door) => door.hostKeys()],
    ['rotateHostKey', 'without a next one', (door) => twice(() => door.rotateHostKey())],
    ['status', 'of the server', (door) => door.status()],
    ...PEOPLE_CALLS,
  ]

  const fileOf = (name: string) => ({ path: join(data, name), fileName: 'file.csv' })

  async function deliveryOf(door: Door, id: string, slug: string) {
    const { source, importType, mode, fileName, size, receivedAt } = await door.run(id)
    const { id: accountId } = await door.account(slug)
    return { id, accountId, source, importType, mode, fileName, size, receivedAt, sentBy: 'a test' }
  }

  async function lineOf(door: Door, account: string): Promise<string> {
    const line = newEd25519Key('twice').publicKeyLine
    await door.addKey(account, line)
    return line
  }

  async function anotherHeld(door: Door, account: string): Promise<string> {
    return (await handIn(door, account, everybodyLeaves.replaceAll('2026-01-31', '2026-01-30'))).id
  }

  async function twice(call: () => Promise<unknown>): Promise<unknown> {
    await call().catch(() => {})
    return await call()
  }

  async function approved(door: Door, id: string) {
    await door.approve(id, { by: 'Kim', reason: 'asked HR' })
    return await door.settled(id)
  }

  async function undone(door: Door, id: string) {
    const { id: undoing } = await door.undo(id, { by: 'Kim', reason: 'wrong file' })
    // The file says which run, so its sum differs by nature.
    return { ...(await door.settled(undoing)), sha256: '' }
  }

  /** The answer, or the whole error; without what differs from door to door by its nature. */
  async function outcome(door: Door, mine: Own, call: (typeof CALLS)[number][2]): Promise<unknown> {
    const answer = await Promise.resolve(call(door, mine)).then(
      (result) => ({ result: result ?? null }),
      (error: unknown) => (error instanceof ImportError ? errorJson(error) : { unexpected: String(error) }),
    )
    const text = JSON.stringify(answer)
      .replace(/acme-(here|there)/g, '<account>')
      .replace(/01[0-9a-hjkmnp-tv-z]{14}/g, '<id>')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
      .replace(/SHA256:[\w+/]{43}/g, '<fingerprint>')
      .replace(/\d+\.\d s later/g, '<span>')
    return JSON.parse(text)
  }

  const errorJson = ({ code, message, fix, params, exit }: ImportError) => ({
    code,
    message,
    fix,
    params,
    exit,
  })

  test.each(CALLS)('%s: %s', async (_name, _does, call) => {
    const expected = await outcome(server.door, own.here, call)
    expect(expected).not.toHaveProperty('unexpected')
    expect(await outcome(there, own.there, call)).toEqual(expected)
  })

  /** The methods of a group have its name before a dot, or stand alone. */
  const pathsOf = ([name, value]: [string, unknown]) =>
    typeof value === 'function'
      ? [name]
      : Object.keys(value as object).map((one) =>
          Object.hasOwn(METHODS, `${name}.${one}`) ? `${name}.${one}` : one,
        )

  test('and no method was forgotten', () => {
    const tried = new Set<string>(CALLS.map(([name]) => name))
    expect([...tried].sort()).toEqual([...Object.keys(METHODS), ...Object.keys(STREAMS), 'deliver'].sort())
    expect(Object.entries(there).flatMap(pathsOf).sort()).toEqual([...tried].sort())
  })
})

test('only the owner can reach the socket', async () => {
  const { mode } = await stat(join(data, 'control.sock'))
  expect(mode & 0o777).toBe(0o600)
})

test('a question that nobody knows, or of the wrong form, is refused and harms nothing', async () => {
  expect(await ask('POST', '/call/dropTables', '[]')).toMatchObject({ status: 404 })
  expect(await ask('POST', '/call/constructor', '[]')).toMatchObject({ status: 404 })
  expect(await ask('POST', '/call/run', '{"id": 1}')).toMatchObject({ status: 400 })
  expect(await ask('POST', '/call/run', '[1, 2, 3]')).toMatchObject({ status: 400 })
  expect((await ask('POST', '/call/run', 'not JSON')).status).toBeGreaterThanOrEqual(400)
  expect(await ask('PUT', '/deliveries?account=acme', 'x')).toMatchObject({ status: 400 })
  await expect(there.listAccounts()).resolves.toBeInstanceOf(Array)
})

function ask(method: string, path: string, body: string): Promise<{ status: number | undefined }> {
  return new Promise((resolve, reject) => {
    const sending = request({ socketPath: join(data, 'control.sock'), method, path }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode }))
    })
    sending.on('error', reject).end(body)
  })
}

test('who dies while handing in a file leaves no run and no half file', async () => {
  const { id } = await server.door.addAccount({ slug: 'cut-off' })
  const path = `/deliveries?${new URLSearchParams({ account: 'cut-off', fileName: 'x.csv', importType: 'partial', mode: 'apply', sentBy: 'x' })}`
  const sending = request({ socketPath: join(data, 'control.sock'), method: 'PUT', path })
  sending.on('error', () => {})
  sending.write('Name,Email\n')
  const parts = () => readdir(join(partPath(data, 'x'), '..'))
  await until(async () => (await parts()).length === 1, 'the part file')
  sending.destroy()
  await until(async () => (await parts()).length === 0, 'the part file to go')
  expect(await server.door.runs({ account: 'cut-off' })).toEqual([])
  await expect(readdir(deliveryDir(data, id))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('what cannot be read to its end is the same error at both ends, and leaves no run', async () => {
  await server.door.addAccount({ slug: 'unreadable' })
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('Name,Email\n')
    throw new ImportError('FILE_UNREADABLE', { problem: 'the disk is gone' })
  }
  const file = {
    account: 'unreadable',
    fileName: 'x.csv',
    importType: 'partial',
    mode: 'apply',
    sentBy: 'x',
  } as const
  await expect(there.deliver(file, failing())).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  await expect(server.door.deliver(file, failing())).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  expect(await there.runs({ account: 'unreadable' })).toEqual([])
})

test('a report that breaks off is an error, never a shorter report', async () => {
  async function* broken(): AsyncGenerator<string> {
    yield 'first\n'
    throw new Error('the database went away')
  }
  const { control, far } = await controlOver({ ...server.door, report: broken })
  await expect(whole(far.report('x', 'csv'))).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
  await control.stop()
})

test('who waits for a run hears that the server stops', async () => {
  const asked = Promise.withResolvers<void>()
  const settled = () => {
    asked.resolve()
    return new Promise<never>(() => {})
  }
  const { control, far } = await controlOver({ ...server.door, settled })
  const waiting = expect(far.settled('x')).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
    params: { problem: 'it is stopping' },
  })
  await asked.promise
  await control.stop()
  await waiting
})

/** A control socket of its own over a door that may misbehave. */
async function controlOver(door: Door) {
  const folder = await temporaryFolder()
  const lock = await lockDataDir(folder, { kind: 'server' })
  onTestFinished(() => lock[Symbol.dispose]())
  const control = await openControl({ dataDir: folder, door, log })
  lock.announce(control.socket)
  return { control, far: await connectControl(folder) }
}
