/** Many short sessions, as schedulers make them: connect, put 1 MB, disconnect. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { peopleCsvChunks } from '../../support/people.ts'
import type { Bench, Contender, Round } from '../harness/contest.ts'
import { measured } from '../harness/measured.ts'
import { PEER, sftpSession, startTargets, type Target } from './target.ts'

const MB = 1_000_000
const CASES = { 'one after the other': 1, '8 at a time': 8 } as const
/** 3 times sshd. */
const SHARE_MAX = 1 / 3

export const sessionsBench: Bench = {
  name: 'sessions',
  about: '200 sessions of OpenSSH sftp that put 1 MB each, one after the other and 8 at a time',
  async *contests(options) {
    await using parts = new AsyncDisposableStack()
    const sessions = options.isQuick ? 24 : 200
    // Enough to see what imports beside the sessions cost; the promise is about the others.
    const imported = options.isQuick ? 24 : 64
    const folder = await mkdtemp(join(options.folder, 'rollcall-bench-files-'))
    parts.defer(() => rm(folder, { recursive: true, force: true }))
    const [ours, peer] = await startTargets(parts, options)
    if (!ours || !peer) return
    const common = {
      cases: Object.keys(CASES),
      rounds: options.rounds ?? (options.isQuick ? 2 : 3),
      warmUp: false,
    }
    const plain = join(folder, 'plain')
    await writeFile(plain, Buffer.alloc(MB, 0))
    yield {
      ...common,
      pieces: sessions,
      title: `${sessions} sessions of 1 MB: files that are refused as no CSV`,
      contenders: [ours, peer].map((one) => contender(one, () => plain, sessions)),
      aims: common.cases.map((name) => ({ kind: 'time', case: name, peer: PEER, shareMax: SHARE_MAX })),
      notes: [
        'Each file becomes a run with a report, whose work goes on beside the sessions that follow and is part of what',
        'is measured. CPU and peak are the server’s alone, children and worker threads included.',
      ],
    }
    const lists = await peopleLists(folder)
    yield {
      ...common,
      pieces: imported,
      title: `${imported} sessions of 1 MB: lists of people, each imported while the next ones come`,
      contenders: [ours, peer].map((one) =>
        contender(one, (turn) => lists[turn % lists.length] ?? plain, imported),
      ),
      aims: [],
      notes: [
        'sshd only stores them. Here both cores also plan and report an import of 1 MB for every session.',
      ],
    }
  },
}

function contender(target: Target, fileOf: (turn: number) => string, sessions: number): Contender {
  let turn = 0
  return {
    name: target.name,
    missing: target.missing,
    async round() {
      const round: Record<string, Round[string]> = {}
      for (const [name, atOnce] of Object.entries(CASES)) {
        let left = sessions
        const sender = async () => {
          while (left > 0) {
            left -= 1
            turn += 1
            await sftpSession(target, [`put ${fileOf(turn)} ${target.inbox}/list-${turn}.csv`])
          }
        }
        round[name] = await measured(target.pid, async () => {
          await Promise.all(Array.from({ length: atOnce }, sender))
        })
        await target.clear()
      }
      return round
    },
  }
}

/** Nights of one company: each list differs from the one before in a few people. */
async function peopleLists(folder: string): Promise<string[]> {
  const nights = 7
  const paths: string[] = []
  for (let night = 0; night < nights; night++) {
    const path = join(folder, `people-${night}`)
    const chunks = peopleCsvChunks({ seed: 1, count: 4_800, changedShare: 0.002 * night })
    await writeFile(path, [...chunks].join(''))
    paths.push(path)
  }
  return paths
}
