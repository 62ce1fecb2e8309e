/** rclone, set up by flags alone. */
import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { type Bench, type Client, LIST, succeed, unlike, versionOf } from './client.ts'

function rclone(bench: Bench, ...args: readonly string[]): Promise<string> {
  const remote = ['--sftp-host', '127.0.0.1', '--sftp-port', String(bench.port), '--sftp-user', 'acme']
  const rest = [
    '--sftp-key-file',
    bench.keyPath,
    '--config',
    '/dev/null',
    '--retries',
    '1',
    '--stats',
    '0',
    '-v',
  ]
  return succeed('rclone', [...args, ...remote, ...rest])
}

export const RCLONE: Client = {
  name: 'rclone',
  install: 'apt-get install rclone',
  version: () => versionOf('rclone', ['version']),
  errands: [
    {
      name: 'copy',
      async run(bench) {
        const path = await bench.local('rclone-copy/rclone.csv', LIST)
        const printed = await rclone(bench, 'copy', dirname(path), ':sftp:/inbox')
        await bench.expectDelivered('rclone.csv', LIST)
        return printed
      },
    },
    {
      name: 'copy again transfers nothing',
      async run(bench) {
        const path = await bench.local('rclone-again/rclone-again.csv', LIST)
        await rclone(bench, 'copy', dirname(path), ':sftp:/inbox')
        const printed = await rclone(bench, 'copy', dirname(path), ':sftp:/inbox')
        await bench.expectDelivered('rclone-again.csv', LIST)
        return printed
      },
    },
    {
      name: 'sync, then check',
      async run(bench) {
        const path = await bench.local('rclone-sync/rclone-sync.csv', LIST)
        await rclone(bench, 'sync', dirname(path), ':sftp:/test')
        const printed = await rclone(bench, 'check', dirname(path), ':sftp:/test')
        assert.match(printed, /0 differences found/)
        await bench.expectDelivered('rclone-sync.csv', LIST, 'dry_run')
        return printed
      },
    },
    {
      name: 'copy after a lost connection sends the whole file anew',
      async run(bench) {
        const content = unlike(500_000)
        const path = await bench.local('rclone-cut/rclone-cut.csv', content)
        await bench.cutInHalf('/inbox/rclone-cut.csv', content.subarray(0, 400_000))
        const printed = await rclone(bench, 'copy', dirname(path), ':sftp:/inbox')
        await bench.expectDelivered('rclone-cut.csv', content)
        return printed
      },
    },
  ],
}
