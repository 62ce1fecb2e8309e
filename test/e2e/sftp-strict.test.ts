/** In a strict source a file that cannot be imported turns the sender's scheduler red, and is in the ledger all the same. */
import { expect, test } from 'vitest'
import { newEd25519Key } from '../../keys/ed25519.ts'
import { connectControl } from '../../server/control.ts'
import { needProgram } from '../support/sftp-programs.ts'
import { until } from '../support/sftp-server.ts'
import { serve, temporaryFolder } from './rollcall.ts'
import { connect, openSshBatch } from './sftp.ts'

const key = newEd25519Key('customer')
const GOOD = 'Employee Name,Email\nAnn Ames,ann@example.com\n'
const BAD = 'Canary,Canary\n1,2\n'

test('a fatally wrong file fails at CLOSE or at its rename, with the reason, and becomes a rejected run', async () => {
  const data = await temporaryFolder()
  const server = await serve(data)
  const door = await connectControl(data)
  await door.addAccount({ slug: 'acme' })
  await door.addKey('acme', key.publicKeyLine)
  const customer = await connect(server, key)
  const stateOf = async (fileName: string) => {
    const find = async () => (await door.runs({})).find((run) => run.fileName === fileName)
    await until(async () => (await find()) !== undefined, `a run of ${fileName}`)
    return (await door.settled((await find())?.id ?? '')).state
  }

  // As long as nobody asks for it, CLOSE says only that the file is safe.
  await customer.put(BAD, '/inbox/lenient.csv')
  expect(await stateOf('lenient.csv')).toBe('rejected')

  await door.setSource('acme', 'sftp', { strict: true })
  await customer.put(GOOD, '/inbox/good.csv')
  await expect(customer.put(`${BAD}3,4\n`, '/inbox/bad.csv')).rejects.toThrow(/^[A-Z]+_[A-Z_]+: /)
  expect(await stateOf('bad.csv')).toBe('rejected')
  expect(await customer.list('/inbox')).not.toContain('bad.csv')
  await customer.put(`${BAD}5,6\n`, '/test/late.csv.part')
  await expect(customer.rename('/test/late.csv.part', '/test/late.csv')).rejects.toThrow(/^[A-Z]+_[A-Z_]+: /)

  const program = needProgram('sftp')
  if (program !== null) {
    const batch = ['!echo Canary > {folder}/worse.csv', 'put {folder}/worse.csv /inbox/worse.csv']
    const result = await openSshBatch(program, server, key, batch)
    expect(result.code).toBe(1)
    // OpenSSH's own program shows no more than the status of a CLOSE; most libraries show the words.
    expect(result.stderr).toMatch(/worse\.csv|Failure/)
    expect(result.stderr).not.toContain('Canary')
  }
  await server.end('SIGTERM')
}, 60_000)
