/** A whole company read from an HRIS that answers at once, as far as the plan of what comes of it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CONNECTOR_KINDS, type ConnectorKind } from '../../../schemas/hris/connection.ts'
import { measureOf } from '../harness/child.ts'
import type { Bench, Measure } from '../harness/contest.ts'

const SIMULATED = fileURLToPath(new URL('./simulated.ts', import.meta.url))
const OURS = fileURLToPath(new URL('./ours.ts', import.meta.url))
const PROMISED_PEOPLE = 100_000

export const hrisBench: Bench = {
  name: 'hris',
  about: 'everybody at an HRIS read and planned, from simulators without latency',
  async *contests(options) {
    for (const people of options.rows ?? [options.isQuick ? 10_000 : PROMISED_PEOPLE]) {
      yield {
        title: `${people} people from an HRIS to a plan`,
        cases: CONNECTOR_KINDS,
        contenders: [
          {
            name: 'rollcall, SQLite',
            missing: null,
            async round() {
              const rounds: Record<string, Measure> = {}
              for (const kind of CONNECTOR_KINDS)
                rounds[kind] = await readAndPlan(kind, people, options.folder)
              return rounds
            },
          },
        ],
        aims:
          people < PROMISED_PEOPLE
            ? []
            : CONNECTOR_KINDS.flatMap((kind) => [
                { kind: 'ms', case: kind, max: 15_000 },
                { kind: 'megabytes', case: kind, max: 200 },
              ]),
        rounds: options.rounds ?? (options.isQuick ? 1 : 3),
        warmUp: false,
        rows: people,
        notes: [
          'From the first request to the plan of a first import (a dry run), pages of a hundred people, at most four',
          'requests under way. The simulator is a process of its own on the same machine: it takes its share of the cores.',
          'Peak is of the whole process, threads and what it needs at rest included.',
        ],
      }
    }
  },
}

async function readAndPlan(kind: ConnectorKind, people: number, folder: string): Promise<Measure> {
  const dataDir = await mkdtemp(join(folder, 'rollcall-bench-hris-'))
  const simulator = spawn(process.execPath, [SIMULATED, kind, String(people)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [said] = (await once(createInterface(simulator.stdout), 'line')) as [string] // what a line event carries
    const measure = await measureOf(process.execPath, [OURS, dataDir, kind, said])
    const { state, read } = measure
    if (state !== 'dry_run' || read !== people) throw new Error(`${kind}: ${state} with ${read} people`)
    return measure
  } finally {
    simulator.kill()
    await rm(dataDir, { recursive: true, force: true })
  }
}
