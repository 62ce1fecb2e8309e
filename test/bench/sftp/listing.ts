/** A folder of 10,000 files, listed by OpenSSH's client. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench, Contender } from '../harness/contest.ts'
import { measured } from '../harness/measured.ts'
import { PEER, sftpSession, startTargets, type Target } from './target.ts'

const FILES = 10_000
/** In one session, so that logging in hardly counts. */
const TIMES = 10

export const listingBench: Bench = {
  name: 'listing',
  about: '10,000 files listed by OpenSSH sftp, ten times in one session',
  async *contests(options) {
    await using parts = new AsyncDisposableStack()
    const targets = await startTargets(parts, options)
    for (const { missing, outbox } of targets) if (missing === null) await fill(outbox.local)
    parts.defer(async () => {
      for (const { missing, outbox } of targets) if (missing === null) await empty(outbox.local)
    })
    yield {
      title: `${FILES} files listed, ${TIMES} times in one session`,
      cases: ['ls -l'],
      contenders: targets.map(contender),
      aims: [{ kind: 'time', case: 'ls -l', peer: PEER, shareMax: 1 }],
      rounds: options.rounds ?? (options.isQuick ? 3 : 7),
      warmUp: true,
      pieces: TIMES,
      notes: [
        'Much of the time is the client’s own: it sorts and prints. CPU and peak are the server’s alone.',
      ],
    }
  },
}

function contender(target: Target): Contender {
  const batch = Array.from({ length: TIMES }, () => `ls -l ${target.outbox.remote}`)
  return {
    name: target.name,
    missing: target.missing,
    round: async () => ({ 'ls -l': await measured(target.pid, () => sftpSession(target, batch)) }),
  }
}

async function fill(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (let at = 0; at < FILES; at++) {
    await writeFile(join(folder, `people-${at}.csv.report.txt`), `${at}\n`)
  }
}

async function empty(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { force: true })
}
