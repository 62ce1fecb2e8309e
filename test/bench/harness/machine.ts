/** Where and with what was measured: the head of every table. */
import { spawnSync } from 'node:child_process'
import { readFileSync, statfsSync } from 'node:fs'
import os from 'node:os'

export interface Machine {
  readonly date: string
  readonly commit: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  /** File system of the folder that is measured. */
  readonly disk: string
  /** By program; null where it is not on this machine. */
  readonly versions: Readonly<Record<string, string | null>>
  /** Of the last minute, when the bench began. */
  readonly load: number
}

/** Numbers of statfs(2). */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  61267: 'ext4',
  16914836: 'tmpfs (memory)',
  1481003842: 'xfs',
  2035054128: 'overlayfs',
  2435016766: 'btrfs',
}

export function machineOf(folder: string): Machine {
  return {
    date: new Date().toISOString(),
    commit: said('git', ['describe', '--always', '--dirty']) ?? 'unknown',
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.cpus().length,
    memoryGb: Math.round(os.totalmem() / 1e9),
    system: `${prettyName()}, Linux ${os.release()}`,
    disk: FILE_SYSTEMS[statfsSync(folder).type] ?? 'unknown',
    versions: {
      Node: process.versions.node,
      // The client and the server are one release in Debian.
      OpenSSH: said('ssh', ['-V'])?.split(',')[0]?.replace('OpenSSH_', '') ?? null,
      SQLite: said('sqlite3', ['--version'])?.split(' ')[0] ?? null,
      Python: said('python3', ['--version'])?.replace('Python ', '') ?? null,
    },
    load: os.loadavg()[0] ?? 0,
  }
}

export function machineLines(machine: Machine): string[] {
  const versions = Object.entries(machine.versions).map(
    ([name, version]) => `${name} ${version ?? 'missing'}`,
  )
  return [
    `${machine.date.slice(0, 16).replace('T', ' ')} UTC, commit ${machine.commit}`,
    `${machine.cores} cores ${machine.cpu}, ${machine.memoryGb} GB, ${machine.system}, files on ${machine.disk}`,
    `${versions.join(', ')}; load ${machine.load.toFixed(1)} at the start`,
  ]
}

function prettyName(): string {
  try {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? os.type()
  } catch {
    return os.type()
  }
}

/** `ssh -V` answers on stderr. */
function said(program: string, args: readonly string[]): string | null {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  return error || status !== 0 ? null : (`${stdout}${stderr}`.trim().split('\n')[0] ?? null)
}
