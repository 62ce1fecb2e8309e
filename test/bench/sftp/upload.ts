/** One big upload by OpenSSH's client, with its default cipher and with AES. */
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench, BenchOptions, Contender, Round } from '../harness/contest.ts'
import { measured } from '../harness/measured.ts'
import { OURS, PEER, sftpSession, startTargets, type Target } from './target.ts'

const GIB = 1024 ** 3
const MIB = 1024 ** 2
const CASES = { 'default cipher': [], 'aes128-gcm': ['Ciphers=aes128-gcm@openssh.com'] } as const
const SYNCED = 'OpenSSH sshd, put -f'
/** 1.4 times sshd's throughput. */
const SHARE_MAX = 1 / 1.4

export const uploadBench: Bench = {
  name: 'upload',
  about: 'one 1 GiB upload by OpenSSH sftp',
  async *contests(options) {
    await using parts = new AsyncDisposableStack()
    const bytes = options.isQuick ? 256 * MIB : GIB
    const file = await bigFile(parts, options, bytes)
    const [ours, peer] = await startTargets(parts, options)
    if (!ours || !peer) return
    yield {
      title: `One upload of ${bytes / MIB} MiB`,
      cases: Object.keys(CASES),
      contenders: [
        contender(ours, ours.name, `put ${file} ${ours.inbox}/big.csv`),
        contender(peer, peer.name, `put ${file} ${peer.inbox}/big.csv`),
        contender(peer, SYNCED, `put -f ${file} ${peer.inbox}/big.csv`),
      ],
      aims: Object.keys(CASES).map((name) => ({ kind: 'time', case: name, peer: PEER, shareMax: SHARE_MAX })),
      rounds: options.rounds ?? (options.isQuick ? 2 : 5),
      warmUp: false,
      bytes,
      notes: [
        `Client: log in, put, log out. ${OURS} answers OK only when file and folder are on the disk (fsync); sshd answers`,
        'before, unless the client asks for it (put -f). CPU and peak are the server’s alone, children included.',
        'What comes of the file afterwards is not timed, and the next round waits until it is done.',
      ],
    }
  },
}

function contender(target: Target, name: string, command: string): Contender {
  return {
    name,
    missing: target.missing,
    async round() {
      const round: Record<string, Round[string]> = {}
      for (const [cipher, options] of Object.entries(CASES)) {
        round[cipher] = await measured(target.pid, () => sftpSession(target, [command], options))
        await target.clear()
      }
      return round
    },
  }
}

/** No text, so that the import behind it ends at once; nothing that a cipher or a disk could shorten. */
async function bigFile(
  parts: AsyncDisposableStack,
  { folder }: BenchOptions,
  bytes: number,
): Promise<string> {
  const path = join(folder, `rollcall-bench-big-${process.pid}`)
  parts.defer(() => rm(path, { force: true }))
  const piece = Buffer.alloc(MIB)
  for (let at = 0; at < MIB; at += 4) piece.writeUInt32LE(Math.imul(at + 1, 2_654_435_761) >>> 0, at)
  piece.writeUInt32LE(0, 0)
  await using file = await open(path, 'w')
  for (let at = 0; at < bytes; at += MIB) await file.write(piece)
  await file.sync()
  return path
}
