/** A customer's SFTP client in this process, who puts a file and waits for its report. */
import { watch } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import ssh2, { type SFTPWrapper } from 'ssh2'
import type { BenchAccount } from '../server/rollcall.ts'

export interface Customer {
  /** Resolves with the moments (of `performance.now`) at which the server said OK and the last report appeared. */
  deliver(name: string, text: string): Promise<{ closed: number; reported: number }>
  end(): void
}

/** The last of the files that a run writes. */
const LAST_REPORT = '.report.csv'
const LOOK_MS = 1_000

export async function connectCustomer(
  port: number,
  account: BenchAccount,
  privateKey: string,
): Promise<Customer> {
  const client = new ssh2.Client()
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    client.once('error', reject)
    client.once('ready', () => client.sftp((error, opened) => (error ? reject(error) : resolve(opened))))
    client.connect({ host: '127.0.0.1', port, username: account.slug, privateKey })
  })
  await mkdir(account.results, { recursive: true, mode: 0o700 })
  return {
    async deliver(name, text) {
      const reported = whenThere(account.results, name)
      await new Promise<void>((resolve, reject) => {
        sftp.writeFile(`/inbox/${name}`, text, (error) => (error ? reject(error) : resolve()))
      })
      const closed = performance.now()
      return { closed, reported: await reported }
    },
    end: () => client.end(),
  }
}

/** When the report on a file of this name is complete; the folder is also looked at now and then, for an event that was lost. */
async function whenThere(folder: string, fileName: string): Promise<number> {
  const isIt = (name: string) => name.startsWith(`${fileName}.`) && name.endsWith(LAST_REPORT)
  return await new Promise((resolve) => {
    const done = () => {
      watcher.close()
      clearInterval(timer)
      resolve(performance.now())
    }
    const watcher = watch(folder, (_, name) => {
      if (name !== null && isIt(name)) done()
    })
    const timer = setInterval(async () => {
      if ((await readdir(folder)).some(isIt)) done()
    }, LOOK_MS)
  })
}
