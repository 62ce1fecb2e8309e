/**
 * Runs every client on every errand and prints what each printed, as a table: `node test/e2e/clients/matrix.ts`, with
 * a file to write it to. Ends with 1 when something went wrong.
 */
import { writeFile } from 'node:fs/promises'
import { CLIENTS } from './all.ts'
import { type Bench, type Client, type Errand, openBench } from './client.ts'

const PRINTED_MAX = 90

const rows: string[] = []
{
  await using modern = await openBench({ takesOldClients: false })
  await using old = await openBench({ takesOldClients: true })
  for (const client of CLIENTS) rows.push(...(await rowsOf(client, client.isOld ? old : modern)))
}
const table = ['| client | version | errand | result | printed |', '|---|---|---|---|---|', ...rows].join(
  '\n',
)
process.stdout.write(`${table}\n`)
const [file] = process.argv.slice(2)
if (file !== undefined) await writeFile(file, `${table}\n`)
if (rows.some((row) => row.includes('| FAILED |'))) process.exitCode = 1

async function rowsOf(client: Client, bench: Bench): Promise<string[]> {
  const version = await client.version()
  if (version === null) return [`| ${client.name} | | | NOT RUN | ${client.install} |`]
  const made: string[] = []
  for (const errand of client.errands) {
    const { result, printed } = await outcomeOf(errand, bench)
    made.push(`| ${[client.name, version, errand.name, result, shortened(printed)].join(' | ')} |`)
  }
  return made
}

async function outcomeOf({ run }: Errand, bench: Bench): Promise<{ result: string; printed: string }> {
  try {
    return { result: 'ok', printed: await run(bench) }
  } catch (error) {
    return { result: 'FAILED', printed: error instanceof Error ? error.message : String(error) }
  }
}

/** The first line that is not the program's own prompt; a bar would end the cell. */
function shortened(printed: string): string {
  const lines = printed.split(/[\r\n]+/).filter((line) => line.trim() !== '' && !line.startsWith('sftp> '))
  return (lines[0] ?? '(nothing)').trim().slice(0, PRINTED_MAX).replaceAll('|', '\\|')
}
