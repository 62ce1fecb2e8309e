/** One server for a whole file of tests: each takes clients of its own, and leaves nothing unfinished behind. */
import type { ConnectConfig } from 'ssh2'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Delivery } from '../../importer/types.ts'
import { OPEN_FLAG, TYPE } from '../../server/sftp/protocol/constants.ts'
import { RawSftp, string } from './sftp-raw-client.ts'
import { openChannel, startSftp, type TestServer, type TestServerOptions, until } from './sftp-server.ts'

/** Flags with which every client begins an upload. */
export const PUT = OPEN_FLAG.WRITE | OPEN_FLAG.CREAT | OPEN_FLAG.TRUNC

export interface SharedServer {
  /** Only while a test runs. */
  server(): TestServer
  /** A client that has said INIT; it is gone when the test is over. */
  raw(config?: Partial<ConnectConfig>): Promise<RawSftp>
  /** Waits for a delivery of that name and returns all of them. */
  delivered(fileName: string): Promise<Delivery[]>
  isDelivered(fileName: string): boolean
}

/** Called at the top of a test file. */
export function useSharedServer(options: TestServerOptions): SharedServer {
  let running: TestServer | undefined
  const clients: RawSftp[] = []

  function server(): TestServer {
    if (!running) throw new Error('no test is running')
    return running
  }

  function named(fileName: string): Delivery[] {
    return server().ledger.deliveries.filter((one) => one.fileName === fileName)
  }

  beforeAll(async () => {
    // What is cut off would be kept, and one test would find what another left.
    running = await startSftp({ ...options, limits: { cutMax: 0, ...options.limits } })
  })

  // Whatever a test did and left open: when its clients are gone, so is everything unfinished.
  afterEach(async () => {
    for (const client of clients.splice(0)) client.channel.end()
    await until(async () => (await server().parts()).length === 0, 'no part file to be left')
    for (const { id } of server().server.connections()) server().server.disconnect(id)
  })

  afterAll(() => running?.[Symbol.asyncDispose]())

  return {
    server,
    async raw(config = {}) {
      const client = new RawSftp(await openChannel(await server().connect(config)))
      clients.push(client)
      await client.init()
      return client
    },
    async delivered(fileName) {
      await until(() => named(fileName).length > 0, `a delivery named ${fileName}`)
      return named(fileName)
    },
    isDelivered: (fileName) => named(fileName).length > 0,
  }
}

/** The handle of a folder that is about to be listed. */
export async function openFolder(client: RawSftp, path: string): Promise<Buffer> {
  return (await client.ask(TYPE.OPENDIR, string(path))).body.subarray(4)
}
