/**
 * `npm run bench [-- <name> …] [--quick] [--rows N[,N]] [--rounds N] [--patience S] [--folder F] [--publish]`: measures,
 * prints tables, writes JSON and a chart to test/bench/results. See test/bench/README.md.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { crowdBench, deliveryBench } from './delivery/delivery.ts'
import { startBench } from './delivery/start.ts'
import { chartOf } from './harness/chart.ts'
import type { Bench, BenchOptions } from './harness/contest.ts'
import { type Machine, machineLines, machineOf } from './harness/machine.ts'
import { type Outcome, runContest } from './harness/outcome.ts'
import { tableOf } from './harness/table.ts'
import { hrisBench } from './hris/hris.ts'
import { importBench } from './import/import.ts'
import { readingBench } from './reading/reading.ts'
import { idleBench } from './sftp/idle-bench.ts'
import { listingBench } from './sftp/listing.ts'
import { sessionsBench } from './sftp/sessions.ts'
import { uploadBench } from './sftp/upload.ts'

const BENCHES: readonly Bench[] = [
  uploadBench,
  sessionsBench,
  listingBench,
  idleBench,
  readingBench,
  importBench,
  hrisBench,
  deliveryBench,
  crowdBench,
  startBench,
]
const RESULTS = join(import.meta.dirname, 'results')

interface Result {
  readonly bench: string
  readonly command: string
  readonly machine: Machine
  readonly outcomes: readonly Outcome[]
}

// Through `exit`, where the servers that run are ended.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
process.exitCode = await main()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rows: { type: 'string' },
      rounds: { type: 'string' },
      patience: { type: 'string', default: '0' },
      folder: { type: 'string', default: os.tmpdir() },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const unknown = positionals.filter((name) => !BENCHES.some((one) => one.name === name))
  if (values.help || unknown.length > 0) return help(unknown)
  const options: BenchOptions = {
    isQuick: values.quick,
    rows: values.rows?.split(',').map(Number) ?? null,
    rounds: values.rounds === undefined ? null : Number(values.rounds),
    folder: values.folder,
  }
  const chosen =
    values.publish && positionals.length === 0 ? [] : BENCHES.filter(({ name }) => wanted(name, positionals))
  for (const bench of chosen) await run(bench, options, Number(values.patience))
  if (values.publish) publish()
  return 0
}

function wanted(name: string, names: readonly string[]): boolean {
  return names.length === 0 || names.includes(name)
}

async function run(bench: Bench, options: BenchOptions, patienceS: number): Promise<void> {
  const machine = machineOf(options.folder)
  process.stdout.write(`\n# ${bench.name}: ${bench.about}\n${machineLines(machine).join('\n')}\n`)
  const patience = { waitMs: patienceS * 1_000, retries: patienceS > 0 ? 2 : 0, cores: machine.cores }
  const outcomes: Outcome[] = []
  for await (const contest of bench.contests(options)) {
    const outcome = await runContest(contest, patience, progress)
    progress('')
    process.stdout.write(tableOf(outcome))
    outcomes.push(outcome)
  }
  const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`
  const result: Result = { bench: bench.name, command, machine, outcomes }
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(join(RESULTS, `${bench.name}.json`), `${JSON.stringify(result, null, 1)}\n`)
  writeFileSync(join(RESULTS, `${bench.name}.svg`), chartOf(outcomes, machine))
}

/** Draws the chart and the table that are committed from the last result of every bench. */
function publish(): void {
  const byName = new Map(
    readdirSync(RESULTS)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as Result) // as we wrote it
      .map((result) => [result.bench, result]),
  )
  const results = BENCHES.flatMap(({ name }) => byName.get(name) ?? [])
  const [last] = results.toSorted((one, other) => other.machine.date.localeCompare(one.machine.date))
  if (last === undefined) throw new Error('nothing was measured yet: run the benches first')
  writeFileSync(
    join(import.meta.dirname, 'chart.svg'),
    chartOf(
      results.flatMap(({ outcomes }) => outcomes),
      last.machine,
    ),
  )
  const texts = results.map(
    ({ bench, command, machine, outcomes }) =>
      `## ${bench}\n\n\`${command}\`\n\n\`\`\`\n${machineLines(machine).join('\n')}\n${outcomes.map(tableOf).join('')}\`\`\`\n`,
  )
  writeFileSync(
    join(import.meta.dirname, 'RESULTS.md'),
    `# What was measured last\n\nWritten by \`npm run bench -- --publish\` from the last run of every bench. Read the ratios: each is of one machine in the same minutes. How to read the columns: [README.md](README.md).\n\n![chart](chart.svg)\n\n${texts.join('\n')}`,
  )
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
  else if (text !== '') process.stderr.write(`${text}\n`)
}

function help(unknown: readonly string[]): number {
  const out = unknown.length > 0 ? process.stderr : process.stdout
  if (unknown.length > 0) out.write(`There is no bench called ${unknown.join(', ')}.\n`)
  out.write(
    'npm run bench [-- <name> …] [--quick] [--rows N[,N]] [--rounds N] [--patience S] [--folder F] [--publish]\n',
  )
  for (const { name, about } of BENCHES) out.write(`  ${name.padEnd(10)} ${about}\n`)
  return unknown.length > 0 ? 2 : 0
}
