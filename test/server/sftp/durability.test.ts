/** "OK" means that the file is on the disk. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deliveryDir, deliveryPath, receiptPath } from '../../../importer/importer.ts'
import { OPEN_FLAG, STATUS, TYPE } from '../../../server/sftp/protocol/constants.ts'
import { needProgram, runProgram } from '../../support/sftp-programs.ts'
import { RawSftp, type Status, statusOf, string, u64 } from '../../support/sftp-raw-client.ts'
import { openChannel, startSftp, type TestServer } from '../../support/sftp-server.ts'
import { type WatchedFs, watchFs } from '../../support/sftp-watched-fs.ts'

const PUT = OPEN_FLAG.WRITE | OPEN_FLAG.CREAT | OPEN_FLAG.TRUNC

interface Watched extends AsyncDisposable {
  readonly server: TestServer
  readonly disk: WatchedFs
  readonly client: RawSftp
  readonly faults: unknown[]
}

async function start(): Promise<Watched> {
  const disk = watchFs()
  const faults: unknown[] = []
  const server = await startSftp({ intake: { fs: disk.fs, onDiskFault: (error) => faults.push(error) } })
  const client = new RawSftp(await openChannel(await server.connect()))
  await client.init()
  return { server, disk, client, faults, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function put(client: RawSftp, path: string): Promise<Status> {
  const handle = await client.open(path, PUT)
  await client.write(handle, 0, 'Name\nA\n')
  return client.close(handle)
}

/** Steps without what differs from run to run: ids become names of what they are. */
function readable({ server, disk }: Watched): string[] {
  const names = disk.steps.map((step) =>
    step
      .replaceAll(server.dataDir, '')
      .replaceAll(/\/deliveries\/\.partial\/\w+\.json(\.new)?/g, 'NOTE')
      .replaceAll(/\/deliveries\/\.partial\/\w+/g, 'PART')
      .replaceAll(/\/deliveries\/acc\w+\/\w+\.json/g, 'RECEIPT')
      .replaceAll(/\/deliveries\/acc\w+\/\w+/g, 'DELIVERY')
      .replaceAll(/\/deliveries\/acc\w+/g, 'FOLDER'),
  )
  return names.filter((step) => /PART|NOTE|RECEIPT|DELIVERY|FOLDER/.test(step) && !step.startsWith('open'))
}

test('the file is synced, its receipt written and synced, then the rename, then its folder synced', async () => {
  await using watched = await start()
  const { client, server } = watched
  expect(await put(client, '/inbox/a.csv')).toMatchObject({ code: STATUS.OK })
  // All of it had happened when the answer came: nothing was waited for in between.
  expect(readable(watched)).toEqual([
    'write PART',
    'sync PART',
    'close PART',
    'write RECEIPT',
    'sync RECEIPT',
    'close RECEIPT',
    'rename PART DELIVERY',
    'sync FOLDER',
    'close FOLDER',
  ])
  const [delivery] = await server.delivered(1)
  if (!delivery) throw new Error('no delivery')
  expect(JSON.parse(await readFile(receiptPath(server.dataDir, delivery), 'utf8'))).toEqual(delivery)
  expect(await readFile(deliveryPath(server.dataDir, delivery), 'utf8')).toBe('Name\nA\n')
})

test('the first file of an account makes its folder durable as well', async () => {
  await using watched = await start()
  await put(watched.client, '/inbox/a.csv')
  const steps = watched.disk.steps.map((step) => step.replace(watched.server.dataDir, ''))
  const made = steps.lastIndexOf('sync /deliveries')
  expect(made).toBeGreaterThan(-1)
  expect(made).toBeLessThan(steps.findIndex((step) => step.startsWith('rename')))
})

test('a file under a temporary name is synced at CLOSE and again at its rename', async () => {
  await using watched = await start()
  const { client } = watched
  await put(client, '/inbox/a.csv.tmp')
  // A note beside it makes it outlive the process.
  expect(readable(watched)).toEqual([
    ...['write PART', 'sync PART', 'close PART'],
    ...['write NOTE', 'sync NOTE', 'close NOTE', 'rename NOTE NOTE'],
  ])
  await client.ask(TYPE.RENAME, string('/inbox/a.csv.tmp'), string('/inbox/a.csv'))
  expect(readable(watched).slice(7, 9)).toEqual(['sync PART', 'close PART'])
  expect(readable(watched).slice(-4)).toEqual([
    ...['rename PART DELIVERY', 'sync FOLDER', 'close FOLDER', 'rm NOTE'],
  ])
})

test.each([
  ['the sync of the file', /^sync .*\/\.partial\/\w+$/],
  ['the writing of the receipt', /^write .*\.json$/],
  ['the sync of the receipt', /^sync .*\.json$/],
  ['the rename', /^rename .*\.partial/],
  ['the sync of the folder', /^sync .*\/deliveries\/acc\w+$/],
])('when %s fails the client is told so, and nothing of the file is ever delivered', async (_what, step) => {
  await using watched = await start()
  const { client, disk, server, faults } = watched
  disk.fail(step)
  const answer = await put(client, '/inbox/a.csv')
  expect(answer.code).toBe(STATUS.FAILURE)
  // What went wrong inside is for the log, not for a stranger's terminal.
  expect(answer.text).not.toMatch(/EIO|\//)
  disk.fail(null)
  expect(await server.parts()).toEqual([])
  expect(await readdir(deliveryDir(server.dataDir, server.account.id)).catch(() => [])).toEqual([])
  await server.intake.sweep()
  expect(server.ledger.deliveries).toEqual([])
  expect(faults).toHaveLength(1)
  expect(statusOf(await client.ask(TYPE.STAT, string('/inbox/a.csv')))).toMatchObject({
    code: STATUS.NO_SUCH_FILE,
  })
  expect(await put(client, '/inbox/a.csv')).toMatchObject({ code: STATUS.OK })
})

test('when the note beside a file under a temporary name cannot be kept, its CLOSE fails and it is gone', async () => {
  await using watched = await start()
  const { client, disk, server } = watched
  disk.fail(/^sync .*\.json\.new$/)
  expect(await put(client, '/inbox/a.csv.tmp')).toMatchObject({ code: STATUS.FAILURE })
  disk.fail(null)
  expect(await readdir(join(server.dataDir, 'deliveries', '.partial'))).toEqual([])
})

test('a full disk is named, gives up the upload at once, and is no fault of the disk', async () => {
  await using watched = await start()
  const { client, disk, server, faults } = watched
  const handle = await client.open('/inbox/a.csv', PUT)
  await client.write(handle, 0, 'Name\n')
  disk.fail(/^write/, 'ENOSPC')
  const refused = { code: STATUS.FAILURE, text: expect.stringContaining('no space left') }
  expect(await client.write(handle, 5, 'A\n')).toMatchObject(refused)
  disk.fail(null)
  // There is space again, but a part of this file is missing: it stays refused.
  expect(await client.write(handle, 7, 'B\n')).toMatchObject(refused)
  expect(await client.close(handle)).toMatchObject(refused)
  expect(await server.parts()).toEqual([])
  expect(faults).toEqual([])
  expect(await put(client, '/inbox/a.csv')).toMatchObject({ code: STATUS.OK })
})

test('fsync@openssh.com that fails is answered so, and the upload is over', async () => {
  await using watched = await start()
  const { client, disk, faults } = watched
  const handle = await client.open('/inbox/a.csv', PUT)
  await client.write(handle, 0, 'Name\n')
  disk.fail(/^sync/)
  const sync = () => client.ask(TYPE.EXTENDED, string('fsync@openssh.com'), string(handle))
  expect(statusOf(await sync())).toMatchObject({ code: STATUS.FAILURE })
  disk.fail(null)
  // The second sync would succeed: the kernel has forgotten the error, and so the bytes.
  expect(statusOf(await sync())).toMatchObject({ code: STATUS.FAILURE })
  expect(statusOf(await client.ask(TYPE.WRITE, string(handle), u64(5), string('A')))).toMatchObject({
    code: STATUS.FAILURE,
  })
  expect(await client.close(handle)).toMatchObject({ code: STATUS.FAILURE })
  expect(faults).toHaveLength(1)
})

test('the kernel sees fsync, rename, fsync of the folder, and only then an answer', async () => {
  const strace = needProgram('strace')
  if (strace === null) return
  const program = join(import.meta.dirname, '../../support/sftp-traced-upload.ts')
  const calls = 'trace=fsync,fdatasync,rename,renameat,renameat2,write'
  const result = await runProgram(strace, ['-f', '-y', '-s', '40', '-e', calls, process.execPath, program])
  const seen = result.stderr
    .split('\n')
    .slice(result.stderr.split('\n').findIndex((line) => line.includes('CLOSING')))
    .flatMap(kindOf)
  expect(seen).toEqual(['fsync part', 'fsync receipt', 'rename', 'fsync folder', 'answer'])
}, 60_000)

/** What one line of strace's output says, if it is about the upload. */
function kindOf(line: string): string[] {
  if (line.includes('unfinished') && line.includes('write(')) return []
  if (/f(data)?sync\(.*\/deliveries\/\.partial\/\w+>/.test(line)) return ['fsync part']
  if (/f(data)?sync\(.*\/deliveries\/acc\w+\/\w+\.json>/.test(line)) return ['fsync receipt']
  if (/rename\w*\(.*\.partial/.test(line)) return ['rename']
  if (/f(data)?sync\(.*\/deliveries\/acc\w+>/.test(line)) return ['fsync folder']
  return line.includes('ANSWERED OK') ? ['answer'] : []
}
