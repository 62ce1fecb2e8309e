/** curl. Debian's comes with a libssh2 that has no encrypt-then-MAC, so it needs a server that lets old clients in. */
import assert from 'node:assert/strict'
import { type Bench, type Client, LIST, succeed, unlike, versionOf } from './client.ts'

function curl(bench: Bench, path: string, ...args: readonly string[]): Promise<string> {
  const login = ['--user', 'acme:', '--key', bench.keyPath, '--insecure', '--silent', '--show-error']
  return succeed('curl', [...login, ...args, `sftp://127.0.0.1:${bench.port}${path}`])
}

export const CURL: Client = {
  name: 'curl',
  install: 'apt-get install curl',
  isOld: true,
  // One that was built without SFTP says so by not naming it.
  version: () => versionOf('curl', ['--version'], /(?<=^curl )\S+(?=.*\bsftp\b)/s),
  errands: [
    {
      name: 'upload',
      async run(bench) {
        const path = await bench.local('a.csv', LIST)
        const printed = await curl(bench, '/inbox/curl.csv', '--upload-file', path)
        await bench.expectDelivered('curl.csv', LIST)
        return printed
      },
    },
    {
      name: 'upload, making every folder above',
      async run(bench) {
        const path = await bench.local('b.csv', LIST)
        const printed = await curl(bench, '/inbox/curl-dirs.csv', '--ftp-create-dirs', '--upload-file', path)
        await bench.expectDelivered('curl-dirs.csv', LIST)
        return printed
      },
    },
    {
      name: 'upload -C - after a lost connection',
      async run(bench) {
        const content = unlike(900_000)
        const path = await bench.local('c.csv', content)
        await bench.cutInHalf('/inbox/curl-c.csv', content.subarray(0, 400_000))
        const printed = await curl(bench, '/inbox/curl-c.csv', '-C', '-', '--upload-file', path)
        await bench.expectDelivered('curl-c.csv', content)
        return printed
      },
    },
    {
      name: 'download from /results',
      async run(bench) {
        await bench.result('curl.report.txt', 'all is well\n')
        const printed = await curl(bench, '/results/curl.report.txt')
        assert.equal(printed, 'all is well')
        return printed
      },
    },
  ],
}
