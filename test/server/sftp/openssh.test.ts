/** The programs that customers' schedulers run. Each test is one line of such a script. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resultsDir } from '../../../importer/importer.ts'
import type { Delivery } from '../../../importer/types.ts'
import { type Finished, needProgram, opensshClient, runProgram } from '../../support/sftp-programs.ts'
import { startSftp, type TestServer, until } from '../../support/sftp-server.ts'

let server: TestServer
let directory: string
let options: string[]

beforeAll(async () => {
  server = await startSftp()
  const client = await opensshClient(server)
  directory = client.directory
  options = client.options
})

afterAll(() => server[Symbol.asyncDispose]())

/** Runs a batch of commands as `sftp -b` does: it stops, with status 1, at the first that fails. */
async function sftp(...commands: string[]): Promise<Finished | null> {
  const program = needProgram('sftp')
  if (program === null) return null
  return runProgram(
    program,
    [...options, '-P', String(server.port), '-b', '-', 'acme@127.0.0.1'],
    commands.join('\n'),
  )
}

async function local(name: string, content: string | Buffer): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, content)
  return path
}

async function deliveryNamed(fileName: string): Promise<Delivery> {
  const find = () => server.ledger.deliveries.find((one) => one.fileName === fileName)
  await until(() => find() !== undefined, `a delivery named ${fileName}`)
  const delivery = find()
  if (!delivery) throw new Error('it is gone again')
  return delivery
}

/** What the last command of a batch printed. */
function listing({ stdout }: Finished): string {
  return stdout.slice(stdout.lastIndexOf('sftp> '))
}

/** What a client prints when nothing went wrong. */
const FINE = { code: 0, stderr: '' }

describe('OpenSSH sftp', () => {
  test('put delivers the file with its bytes, its name and who sent it', async () => {
    const content = Buffer.alloc(3_000_000, 'Name,Email\n')
    const path = await local('put.csv', content)
    const result = await sftp(`put ${path} /inbox/put.csv`)
    if (result === null) return
    expect(result).toMatchObject(FINE)
    const delivery = await deliveryNamed('put.csv')
    expect(delivery).toMatchObject({
      accountId: server.account.id,
      source: 'sftp',
      importType: 'partial',
      mode: 'apply',
      size: content.length,
      sentBy: server.key.fingerprint,
    })
    expect((await server.content(delivery)).equals(content)).toBe(true)
  })

  test('put into the first folder imports too, and into /test is a dry run', async () => {
    const path = await local('two.csv', 'Name\n')
    const result = await sftp(`put ${path} root.csv`, 'cd test', `put ${path} dry.csv`)
    if (result === null) return
    expect(result).toMatchObject(FINE)
    expect(await deliveryNamed('root.csv')).toMatchObject({ mode: 'apply' })
    expect(await deliveryNamed('dry.csv')).toMatchObject({ mode: 'dry_run' })
  })

  test('put -p and put -f succeed, and the times of put -p are listed', async () => {
    const path = await local('times.csv', 'Name\n')
    await runProgram('/bin/touch', ['-d', '2024-02-03T04:05:06Z', path])
    const result = await sftp(
      `put -p ${path} /inbox/times.csv`,
      `put -f ${path} /inbox/flushed.csv`,
      'ls -l /inbox',
    )
    if (result === null) return
    expect(result).toMatchObject(FINE)
    expect(result.stdout).toMatch(/ 5 Feb {2}3 +2024 times\.csv/)
    await deliveryNamed('times.csv')
    await deliveryNamed('flushed.csv')
  })

  test('a file under a temporary name is delivered by its rename, not before', async () => {
    const path = await local('temp.csv', 'Name\nA\n')
    const result = await sftp(`put ${path} /inbox/late.csv.filepart`, 'ls -l /inbox/late.csv.filepart')
    if (result === null) return
    expect(result).toMatchObject(FINE)
    expect(result.stdout).toContain('late.csv.filepart')
    expect(server.ledger.deliveries.filter((one) => one.fileName.startsWith('late'))).toEqual([])
    // On a connection of its own, as a script does that uploads first and renames later.
    expect(await sftp('rename /inbox/late.csv.filepart /inbox/late.csv')).toMatchObject(FINE)
    expect(String(await server.content(await deliveryNamed('late.csv')))).toBe('Name\nA\n')
  })

  test('rename of a finished upload succeeds and the list shows the new name', async () => {
    const path = await local('done.csv', 'Name\n')
    const result = await sftp(
      `put ${path} /inbox/done.csv`,
      'rename /inbox/done.csv /inbox/done.sent',
      'ls /inbox',
    )
    if (result === null) return
    expect(result).toMatchObject(FINE)
    expect(listing(result)).toContain('/inbox/done.sent')
    expect(listing(result)).not.toContain('/inbox/done.csv')
    await deliveryNamed('done.csv')
  })

  test('reput continues an upload under a temporary name', async () => {
    const whole = Buffer.alloc(600_000, 'abcdefghi\n')
    const half = await local('half.csv', whole.subarray(0, 250_000))
    const path = await local('whole.csv', whole)
    const result = await sftp(
      `put ${half} /inbox/re.csv.part`,
      `reput ${path} /inbox/re.csv.part`,
      'rename /inbox/re.csv.part /inbox/re.csv',
    )
    if (result === null) return
    expect(result).toMatchObject(FINE)
    expect((await server.content(await deliveryNamed('re.csv'))).equals(whole)).toBe(true)
  })

  test('reput of a file that was taken already fails, and delivers no half file', async () => {
    const half = await local('first.csv', 'Name\nA\n')
    const path = await local('longer.csv', 'Name\nA\nB\n')
    const before = server.ledger.deliveries.length
    const result = await sftp(`put ${half} /inbox/taken.csv`, `reput ${path} /inbox/taken.csv`)
    if (result === null) return
    expect(result.code).toBe(1)
    expect(server.ledger.deliveries.slice(before).map((one) => one.size)).toEqual([7])
  })

  test('results can be listed and fetched, and not written, removed or renamed', async () => {
    const results = resultsDir(server.dataDir, server.account.id)
    await mkdir(results, { recursive: true })
    await writeFile(join(results, 'report.txt'), 'all is well\n')
    const target = join(directory, 'fetched.txt')
    const result = await sftp('ls -l /results', `get /results/report.txt ${target}`)
    if (result === null) return
    expect(result).toMatchObject(FINE)
    expect(result.stdout).toContain('report.txt')
    expect(await readFile(target, 'utf8')).toBe('all is well\n')
    const path = await local('evil.txt', 'x')
    for (const command of [
      `put ${path} /results/report.txt`,
      'rm /results/report.txt',
      'rename /results/report.txt /results/other.txt',
    ]) {
      expect(await sftp(command)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('Permission denied'),
      })
    }
    expect(await readFile(join(results, 'report.txt'), 'utf8')).toBe('all is well\n')
  })

  test('an upload cannot be read back', async () => {
    const path = await local('secret.csv', 'Name\n')
    const result = await sftp(`put ${path} /inbox/secret.csv`, `get /inbox/secret.csv ${path}.back`)
    if (result === null) return
    expect(result.stderr).toContain('Permission denied')
  })

  test('removing a finished upload hides it and takes nothing back', async () => {
    const path = await local('gone.csv', 'Name\n')
    const result = await sftp(`put ${path} /inbox/gone.csv`, 'rm /inbox/gone.csv', 'ls /inbox')
    if (result === null) return
    expect(result).toMatchObject(FINE)
    expect(listing(result)).not.toContain('/inbox/gone.csv')
    await deliveryNamed('gone.csv')
  })

  test('df and chmod succeed; folders, links, copies and owners are refused', async () => {
    const path = await local('mode.csv', 'Name\n')
    const fine = await sftp('df /', `put ${path} /inbox/mode.csv`, 'chmod 600 /inbox/mode.csv')
    if (fine === null) return
    expect(fine).toMatchObject(FINE)
    for (const command of [
      'mkdir /inbox',
      'mkdir /elsewhere',
      'ln -s /etc/passwd /inbox/x.csv',
      'ln /inbox/mode.csv /inbox/second.csv',
      'cp /inbox/mode.csv /inbox/copy.csv',
      'chown 0 /inbox/mode.csv',
      'chgrp 0 /inbox/mode.csv',
      'rmdir /inbox',
    ]) {
      expect((await sftp(command))?.code, command).toBe(1)
    }
  })
})

describe('OpenSSH scp', () => {
  test('in SFTP mode delivers, also a second and shorter file of the same name', async () => {
    const program = needProgram('scp')
    if (program === null) return
    const [long, short] = [await local('long.csv', 'Name\nA\nB\nC\n'), await local('short.csv', 'Name\nZ\n')]
    for (const path of [long, short]) {
      const args = [...options, '-s', '-p', '-P', String(server.port), path, 'acme@127.0.0.1:/inbox/scp.csv']
      expect(await runProgram(program, args)).toMatchObject(FINE)
    }
    const named = () => server.ledger.deliveries.filter((one) => one.fileName === 'scp.csv')
    await until(() => named().length === 2, 'both deliveries')
    expect(named().map((one) => one.size)).toEqual([11, 7])
  })

  test('in its old mode is told what to do instead', async () => {
    const program = needProgram('scp')
    if (program === null) return
    const path = await local('old.csv', 'Name\n')
    const args = [...options, '-O', '-P', String(server.port), path, 'acme@127.0.0.1:/inbox/old.csv']
    const result = await runProgram(program, args)
    expect(result.code).not.toBe(0)
    expect(result.stderr).toContain('Use sftp, or scp without -O')
  })
})

describe('OpenSSH ssh', () => {
  test.each([
    ['shell', ['acme@127.0.0.1']],
    ['command', ['acme@127.0.0.1', 'id']],
    ['terminal', ['-tt', 'acme@127.0.0.1']],
  ])('gets no %s', async (_what, args) => {
    const program = needProgram('ssh')
    if (program === null) return
    const result = await runProgram(program, [...options, '-p', String(server.port), ...args])
    expect(result.code).not.toBe(0)
    expect(result.stdout).toBe('')
  })

  test('cannot forward a port through the server', async () => {
    const program = needProgram('ssh')
    if (program === null) return
    const through = ['-W', `127.0.0.1:${server.port}`, 'acme@127.0.0.1']
    const result = await runProgram(program, [...options, '-p', String(server.port), ...through])
    expect(result).toMatchObject({ code: 255, stderr: expect.stringContaining('forwarding failed') })
  })
})

test('the fingerprint that OpenSSH sees is the one that we show', async () => {
  const [scan, keygen] = [needProgram('ssh-keyscan'), needProgram('ssh-keygen')]
  if (scan === null || keygen === null) return
  const { stdout } = await runProgram(scan, ['-p', String(server.port), '127.0.0.1'])
  const known = await local('known', stdout)
  const shown = await runProgram(keygen, ['-l', '-f', known])
  expect(shown.stdout).toContain(server.hostFingerprint)
})
