/** lftp: it speaks SFTP itself and lets `ssh` carry it. */
import assert from 'node:assert/strict'
import { type Bench, type Client, LIST, opensshOptions, succeed, unlike, versionOf } from './client.ts'

function lftp(bench: Bench, ...commands: readonly string[]): Promise<string> {
  const settings = [
    `set sftp:connect-program "ssh -a -x ${opensshOptions(bench).join(' ')}"`,
    'set net:max-retries 2',
    'set net:timeout 10',
    'set cmd:fail-exit yes',
    `open -p ${bench.port} -u acme, sftp://127.0.0.1`,
  ]
  return succeed('lftp', ['--norc', '-c', [...settings, ...commands].join('; ')])
}

export const LFTP: Client = {
  name: 'lftp',
  install: 'apt-get install lftp',
  version: () => versionOf('lftp', ['--version']),
  errands: [
    {
      name: 'put',
      async run(bench) {
        const path = await bench.local('lftp.csv', LIST)
        const printed = await lftp(bench, `put ${path} -o /inbox/lftp.csv`, 'cls -l /inbox')
        await bench.expectDelivered('lftp.csv', LIST)
        assert.match(printed, /lftp\.csv/)
        return printed
      },
    },
    {
      name: 'mirror -R',
      async run(bench) {
        const path = await bench.local('mirror/lftp-m1.csv', LIST)
        await bench.local('mirror/lftp-m2.csv', 'Name\n')
        const printed = await lftp(bench, `mirror -R ${path.replace(/\/[^/]*$/, '')} /inbox`)
        await bench.expectDelivered('lftp-m1.csv', LIST)
        await bench.expectDelivered('lftp-m2.csv', 'Name\n')
        return printed
      },
    },
    {
      name: 'put through a temporary file',
      async run(bench) {
        const path = await bench.local('lftp-temp.csv', LIST)
        const temporary = ['set xfer:use-temp-file yes', 'set xfer:temp-file-name .in.*']
        const printed = await lftp(bench, ...temporary, `put ${path} -o /inbox/lftp-temp.csv`)
        await bench.expectDelivered('lftp-temp.csv', LIST)
        bench.expectNotDelivered('.in.lftp-temp.csv')
        return printed
      },
    },
    {
      name: 'put -c after a lost connection',
      async run(bench) {
        const content = unlike(900_000)
        const path = await bench.local('lftp-c.csv', content)
        await bench.cutInHalf('/inbox/lftp-c.csv', content.subarray(0, 400_000))
        const printed = await lftp(bench, `put -c ${path} -o /inbox/lftp-c.csv`)
        await bench.expectDelivered('lftp-c.csv', content)
        return printed
      },
    },
    {
      name: 'mirror -R -c after a lost connection',
      async run(bench) {
        const content = unlike(900_000)
        const path = await bench.local('mirror-c/lftp-mc.csv', content)
        await bench.cutInHalf('/inbox/lftp-mc.csv', content.subarray(0, 400_000))
        const printed = await lftp(bench, `mirror -R -c ${path.replace(/\/[^/]*$/, '')} /inbox`)
        await bench.expectDelivered('lftp-mc.csv', content)
        return printed
      },
    },
  ],
}
