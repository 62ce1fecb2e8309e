/** `node --expose-gc test/fuzz/ssh.ts [--seconds 600] [--seed 1]`: bad SSH clients, and one line about how the server fared. */
import { parseArgs } from 'node:util'
import { fuzzSsh, type SshFuzzResult } from './ssh-fuzz.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, seed: { type: 'string', default: '1' } },
})
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
const result = await fuzzSsh({ seconds, seed, onProgress: (so) => process.stderr.write(`${line(so)}\n`) })
process.stdout.write(`${line(result)}\n`)

function line({ clients, packets, uploads, slowestUploadMs, leakKb }: SshFuzzResult): string {
  return `${clients} bad clients with ${packets} packets: the server went on; ${uploads} customers uploaded between them, the slowest in ${slowestUploadMs.toFixed(0)} ms; ${leakKb.toFixed(2)} KB left per bad client (seed ${seed})`
}
