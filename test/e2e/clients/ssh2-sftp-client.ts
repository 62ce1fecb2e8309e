/** ssh2-sftp-client, which most programs on Node use: it comes with this project's own packages. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { type Bench, type Client, LIST, succeed, unlike } from './client.ts'

const HEAD = `
import Client from 'ssh2-sftp-client'
import { readFile, stat } from 'node:fs/promises'
const [port, key, ...args] = process.argv.slice(1)
const sftp = new Client()
await sftp.connect({ host: '127.0.0.1', port: Number(port), username: 'acme', privateKey: await readFile(key) })
`

/** In a process of its own, as a customer's script is one. */
function script(bench: Bench, text: string, ...args: readonly string[]): Promise<string> {
  const code = ['--input-type=module', '-e', `${HEAD}${text}\nawait sftp.end()`]
  return succeed(process.execPath, [...code, String(bench.port), bench.keyPath, ...args])
}

export const SSH2_SFTP_CLIENT: Client = {
  name: 'ssh2-sftp-client',
  install: 'npm ci',
  async version() {
    try {
      // What a package's own file says is a version.
      return String(createRequire(import.meta.url)('ssh2-sftp-client/package.json').version)
    } catch {
      return null
    }
  },
  errands: [
    {
      name: 'put, fastPut, list',
      async run(bench) {
        const path = await bench.local('node.csv', LIST)
        const text = `
console.log(await sftp.put(args[0], '/inbox/node.csv'))
console.log(await sftp.fastPut(args[0], '/inbox/node-fast.csv'))
console.log((await sftp.list('/inbox')).map(({ name, size }) => name + ' ' + size).sort().join(', '))`
        const printed = await script(bench, text, path)
        assert.match(printed, new RegExp(`node\\.csv ${LIST.length}`))
        await bench.expectDelivered('node.csv', LIST)
        await bench.expectDelivered('node-fast.csv', LIST)
        return printed
      },
    },
    {
      name: 'put under a temporary name, posixRename, exists, get of /results',
      async run(bench) {
        const path = await bench.local('node-ren.csv', LIST)
        await bench.result('node.report.txt', 'all is well\n')
        const text = `
await sftp.put(args[0], '/test/node-ren.csv.part')
console.log(await sftp.posixRename('/test/node-ren.csv.part', '/test/node-ren.csv'))
console.log(await sftp.exists('/test/node-ren.csv'), await sftp.exists('/test/none'))
console.log(String(await sftp.get('/results/node.report.txt')))`
        const printed = await script(bench, text, path)
        assert.match(printed, /- false\nall is well/)
        await bench.expectDelivered('node-ren.csv', LIST, 'dry_run')
        return printed
      },
    },
    {
      name: 'append after a lost connection',
      async run(bench) {
        const content = unlike(300_000)
        const path = await bench.local('node-re.csv', content)
        await bench.cutInHalf('/inbox/node-re.csv', content.subarray(0, 200_000))
        const text = `
const { size } = await sftp.stat('/inbox/node-re.csv')
await sftp.append((await readFile(args[0])).subarray(size), '/inbox/node-re.csv')
console.log(size)`
        const printed = await script(bench, text, path)
        assert.equal(printed, '99999')
        await bench.expectDelivered('node-re.csv', content)
        return printed
      },
    },
  ],
}
