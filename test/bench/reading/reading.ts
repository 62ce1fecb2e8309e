/** What reading, typing and checking a clean file costs, beside csv-parse alone and reading the bytes alone. */
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MEMORY } from '../../../importer/run/workers.ts'
import { measureOf } from '../harness/child.ts'
import type { Bench, Contender } from '../harness/contest.ts'
import { peopleFile } from '../harness/people-files.ts'
import type { WAYS } from './ways.ts'

const PROGRAM = fileURLToPath(new URL('./ways.ts', import.meta.url))
const CASE = 'a clean file'
const CSV_PARSE = 'csv-parse alone'
/** Typing and checking 20 columns may cost so much beside parsing them. */
const SHARE_MAX = 1.6
const MEGABYTES_MAX = 150

export const readingBench: Bench = {
  name: 'reading',
  about: 'reading, typing and validating a clean file, beside csv-parse alone',
  async *contests(options) {
    for (const rows of options.rows ?? [100_000]) {
      const file = await peopleFile(rows)
      yield {
        title: `${rows} rows read, ${(statSync(file).size / 1e6).toFixed(0)} MB`,
        cases: [CASE],
        contenders: [
          contender('rollcall, typed rows', 'our typed rows', file),
          contender('rollcall, records only', 'our records', file),
          contender('rollcall validate', 'validate', file),
          contender(CSV_PARSE, CSV_PARSE, file),
          contender('bytes alone', 'bytes alone', file),
        ],
        aims: [
          { kind: 'time', case: CASE, peer: CSV_PARSE, shareMax: SHARE_MAX },
          { kind: 'megabytes', case: CASE, max: MEGABYTES_MAX },
        ],
        rounds: options.rounds ?? (options.isQuick ? 3 : 5),
        warmUp: true,
        bytes: statSync(file).size,
        notes: [
          'Each in a process of its own; the start of the process is not timed. `validate` also matches rows with each',
          'other, plans and counts as a dry run does.',
        ],
        rows,
      }
    }
  },
}

export function contender(name: string, way: keyof typeof WAYS, file: string, as = CASE): Contender {
  return {
    name,
    missing: null,
    round: async () => ({
      [as]: await measureOf(process.execPath, [PROGRAM, way, file, JSON.stringify(MEMORY)]),
    }),
  }
}
