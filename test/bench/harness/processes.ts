/** What processes cost, read from /proc: CPU time and resident memory of a process and all its children. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** The kernel's unit in /proc; 100 a second on every Linux that Node runs on. */
const TICK_MS = 10
const SAMPLE_MS = 20

/** CPU time of a process, of its living descendants, and of those that ended and were waited for. */
export function cpuMsOf(pid: number): number {
  return treeOf(pid).reduce((sum, one) => sum + ticksOf(one), 0) * TICK_MS
}

/** CPU time that everybody on this machine has used so far. */
export function machineCpuMs(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    /^cpu\s+(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? ''
  )
    .split(' ')
    .map(Number)
  return (user + nice + system + irq + softirq + steal) * TICK_MS
}

/** Resident memory of a process and its descendants, in MB. */
export function megabytesOf(pid: number): number {
  return treeOf(pid).reduce((sum, one) => sum + kilobytesOf(one, 'VmRSS'), 0) / 1_024
}

export interface MemoryWatch {
  /** The most that was resident at once since the watch began, in MB. */
  end(): number
}

/** Watches from now on: the kernel's own high-water mark for the process itself, samples for it and its children. */
export function watchMemory(pid: number): MemoryWatch {
  // 5 puts the high-water mark back to what is resident now.
  attempt(() => writeFileSync(`/proc/${pid}/clear_refs`, '5'))
  let peak = 0
  const look = () => {
    peak = Math.max(peak, megabytesOf(pid), kilobytesOf(pid, 'VmHWM') / 1_024)
  }
  look()
  const timer = setInterval(look, SAMPLE_MS)
  return {
    end() {
      clearInterval(timer)
      look()
      return peak
    },
  }
}

function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)]
}

function childrenOf(pid: number): number[] {
  const threads = attempt(() => readdirSync(`/proc/${pid}/task`)) ?? []
  return threads.flatMap((thread) =>
    (attempt(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')) ?? '')
      .split(' ')
      .filter((child) => child !== '')
      .map(Number),
  )
}

function ticksOf(pid: number): number {
  const line = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? ''
  // Behind the name, which may hold anything: utime, stime, cutime, cstime.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
}

function kilobytesOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = attempt(() => readFileSync(`/proc/${pid}/status`, 'utf8')) ?? ''
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
}

/** A process may end while it is looked at. */
function attempt<T>(look: () => T): T | null {
  try {
    return look()
  } catch {
    return null
  }
}
