/**
 * What a customer's SFTP program is asked to do against a real server. An errand throws when it did not come out as
 * it should and otherwise returns what the program printed, so that the tests and the matrix share it.
 */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { resultsDir } from '../../../importer/importer.ts'
import type { Delivery } from '../../../importer/types.ts'
import { type Finished, findProgram, runProgram } from '../../support/sftp-programs.ts'
import { login, openSftp, startSftp, type TestServer, until } from '../../support/sftp-server.ts'

export interface Client {
  readonly name: string
  /** How a person gets it. */
  readonly install: string
  /** Null where this machine has none. */
  version(): Promise<string | null>
  /** It has none of the message authentication that is offered unless the operator lets old clients in. */
  readonly isOld?: boolean
  readonly errands: readonly Errand[]
}

export interface Errand {
  readonly name: string
  run(bench: Bench): Promise<string>
}

/** A server, and a folder on the customer's machine. */
export interface Bench extends AsyncDisposable {
  readonly server: TestServer
  readonly port: number
  readonly directory: string
  /** Private key of the account `acme`, in OpenSSH's form. */
  readonly keyPath: string
  /** Makes a file on the customer's machine. */
  local(name: string, content: string | Buffer): Promise<string>
  /** The delivery of that name; it must be there once, with exactly these bytes. */
  expectDelivered(fileName: string, content: string | Buffer, mode?: Delivery['mode']): Promise<void>
  expectNotDelivered(fileName: string): void
  /** Begins an upload and pulls the plug after the first half. */
  cutInHalf(path: string, content: Buffer): Promise<void>
  /** A file in `/results`. */
  result(name: string, content: string): Promise<void>
}

/** What is uploaded where the content does not matter: more than one packet of any client. */
export const LIST = Buffer.concat([Buffer.from('Name,Email\n'), Buffer.alloc(700_000, 'A,a@example.com\n')])

export async function openBench(options: { readonly takesOldClients: boolean }): Promise<Bench> {
  const server = await startSftp({ ...options, logLevel: 'info' })
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-client-'))
  const keyPath = join(directory, 'key')
  await writeFile(keyPath, server.key.privateKey, { mode: 0o600 })
  const named = (fileName: string) => server.ledger.deliveries.filter((one) => one.fileName === fileName)

  return {
    server,
    port: server.port,
    directory,
    keyPath,

    async local(name, content) {
      const path = join(directory, name)
      await mkdir(join(path, '..'), { recursive: true })
      await writeFile(path, content)
      return path
    },

    async expectDelivered(fileName, content, mode = 'apply') {
      await until(() => named(fileName).length > 0, `a delivery named ${fileName}`)
      const [delivery, ...more] = named(fileName)
      assert.deepEqual(more, [], 'it was delivered once')
      assert(delivery)
      assert.equal(delivery.mode, mode)
      assert.equal(sha256(await server.content(delivery)), sha256(Buffer.from(content)))
    },

    expectNotDelivered: (fileName) => assert.deepEqual(named(fileName), []),

    async cutInHalf(path, content) {
      const connection = new ssh2.Client()
      await login(connection, {
        host: '127.0.0.1',
        port: server.port,
        username: 'acme',
        privateKey: server.key.privateKey,
      })
      const sftp = await openSftp(connection)
      const half = content.subarray(0, content.length / 2)
      await new Promise<void>((resolve, reject) => {
        sftp.open(path, 'w', (error, handle) => {
          if (error) return reject(error)
          sftp.write(handle, half, 0, half.length, 0, (problem) => (problem ? reject(problem) : resolve()))
        })
      })
      connection.destroy()
      await until(() => server.server.uploads().length === 0, 'the upload to be put away')
    },

    async result(name, content) {
      const folder = resultsDir(server.dataDir, server.account.id)
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, name), content)
    },

    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Bytes of which no two stretches are alike: a part in the wrong place is seen. */
export function unlike(bytes: number): Buffer {
  return randomBytes(bytes)
}

/** Runs a program that must succeed; returns what it printed. */
export async function succeed(program: string, args: readonly string[], input = ''): Promise<string> {
  const finished = await runProgram(pathOf(program), args, input)
  assert.equal(finished.code, 0, `${program} ended with ${finished.code}: ${printed(finished)}`)
  return printed(finished)
}

/** Runs a program that must fail; returns what it printed. */
export async function fail(program: string, args: readonly string[], input = ''): Promise<string> {
  const finished = await runProgram(pathOf(program), args, input)
  assert.notEqual(finished.code, 0, `${program} was to fail: ${printed(finished)}`)
  return printed(finished)
}

/** What a program says about its version; null where there is no such program. */
export async function versionOf(
  program: string,
  args: readonly string[],
  where = /\d+\.\d[\w.+-]*/,
): Promise<string | null> {
  const path = findProgram(program)
  if (path === null) return null
  const finished = await runProgram(path, args)
  return finished.code === 0 ? (where.exec(printed(finished))?.[0] ?? null) : null
}

/** Options that make OpenSSH's programs take this key and ask nothing. */
export function opensshOptions({ keyPath }: Bench): string[] {
  const settings = [
    ...[`IdentityFile=${keyPath}`, 'IdentitiesOnly=yes', 'BatchMode=yes'],
    ...['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'],
  ]
  return ['-F', '/dev/null', ...settings.flatMap((one) => ['-o', one])]
}

function pathOf(program: string): string {
  const path = program.startsWith('/') ? program : findProgram(program)
  assert(path, `${program} is on this machine`)
  return path
}

function printed({ stdout, stderr }: Finished): string {
  return `${stdout}\n${stderr}`.trim()
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
