/** `npm run fuzz [files] [seed]`: 100,000 mutated files, and one line about how they fared. */
import { type FuzzResult, fuzz } from './fuzz.ts'

const [files = 100_000, seed = 1] = process.argv.slice(2).map(Number)
const started = performance.now()
const result = await fuzz({ seed, files, onProgress: (so) => process.stderr.write(`${line(so)}\n`) })
process.stdout.write(`${line(result)}\n`)
const codes = [...result.codes].sort((a, b) => b[1] - a[1]).map(([code, count]) => `${code} ${count}`)
process.stdout.write(`${codes.join(', ')}\n`)

function line({ files: done, rows, read, refused, slowestMs, slowest }: FuzzResult): string {
  const seconds = (performance.now() - started) / 1_000
  const memory = Math.round(process.resourceUsage().maxRSS / 1_024)
  return `${done} files in ${seconds.toFixed(0)} s: ${read} read with ${rows} rows, ${refused} refused with a reason, none crashed, hung or lost a row; slowest ${slowestMs.toFixed(0)} ms (file ${slowest}), peak ${memory} MB (seed ${seed})`
}
