/** Work in a process of its own, so that its memory is its own; the process measures itself and says so as JSON. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'
import type { Measure } from './contest.ts'
import { cpuMsOf, watchMemory } from './processes.ts'

const measureSchema = z.looseObject({ ms: z.number(), cpuMs: z.number(), megabytes: z.number() })
export type ChildMeasure = z.output<typeof measureSchema>

/** Runs a program that ends with one line of JSON about its own work; its start is not part of it. */
export async function measureOf(program: string, args: readonly string[]): Promise<ChildMeasure> {
  const { stdout } = await ended(program, args, '')
  return measureSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
}

/** Runs a program that cannot measure itself: from its start to its end. */
export async function measureAround(
  program: string,
  args: readonly string[],
  input: string,
): Promise<Measure> {
  const before = cpuMsOf(process.pid)
  const started = performance.now()
  const { megabytes } = await ended(program, args, input)
  const ms = performance.now() - started
  // What is waited for is counted with its parent; the parent itself only waits.
  return { ms, cpuMs: cpuMsOf(process.pid) - before, megabytes }
}

async function ended(
  program: string,
  args: readonly string[],
  input: string,
): Promise<{ stdout: string; megabytes: number }> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const memory = watchMemory(child.pid ?? 0)
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (text: Buffer) => {
    stdout += String(text)
  })
  child.stderr.on('data', (text: Buffer) => {
    stderr += String(text)
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null] // what a close event carries
  const megabytes = memory.end()
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stderr}`)
  return { stdout, megabytes }
}
