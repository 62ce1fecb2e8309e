/** `sftp` and `scp` of OpenSSH. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '../../support/sftp-server.ts'
import { type Bench, type Client, fail, LIST, opensshOptions, succeed, unlike, versionOf } from './client.ts'

const PUT = 'staff of 2026 (ü).csv'

function sftp(bench: Bench, ...batch: readonly string[]): Promise<string> {
  const args = [...opensshOptions(bench), '-P', String(bench.port), '-b', '-', 'acme@127.0.0.1']
  return succeed('sftp', args, `${batch.join('\n')}\n`)
}

function scpArguments(bench: Bench, from: string, to: string): string[] {
  return [...opensshOptions(bench), '-P', String(bench.port), from, `acme@127.0.0.1:${to}`]
}

export const OPENSSH_SFTP: Client = {
  name: 'OpenSSH sftp',
  install: 'apt-get install openssh-client',
  version: () => versionOf('ssh', ['-V']),
  errands: [
    {
      name: 'put',
      async run(bench) {
        const path = await bench.local('a.csv', LIST)
        const printed = await sftp(bench, `put ${path} "/inbox/${PUT}"`, 'ls -l /inbox')
        await bench.expectDelivered(PUT, LIST)
        assert.match(printed, new RegExp(` ${LIST.length} .*staff of 2026`))
        return printed
      },
    },
    {
      name: 'put -p, put -f, into /test',
      async run(bench) {
        const path = await bench.local('b.csv', 'Name\n')
        const printed = await sftp(
          bench,
          `put -p ${path} /test/ossh-p.csv`,
          `put -f ${path} /test/ossh-f.csv`,
        )
        await bench.expectDelivered('ossh-p.csv', 'Name\n', 'dry_run')
        await bench.expectDelivered('ossh-f.csv', 'Name\n', 'dry_run')
        return printed
      },
    },
    {
      name: 'reput after a lost connection',
      async run(bench) {
        const content = unlike(900_000)
        const path = await bench.local('c.csv', content)
        await bench.cutInHalf('/inbox/ossh-re.csv', content.subarray(0, 400_000))
        const printed = await sftp(bench, 'ls -l /inbox', `reput ${path} /inbox/ossh-re.csv`)
        assert.match(printed, / 199999 .*ossh-re\.csv/)
        await bench.expectDelivered('ossh-re.csv', content)
        return printed
      },
    },
    {
      name: 'killed in the middle of put, then reput',
      async run(bench) {
        const content = unlike(1_500_000)
        const path = await bench.local('killed.csv', content)
        // As slow as it takes to be in time: a megabyte a second.
        const args = [
          ...opensshOptions(bench),
          '-l',
          '8000',
          '-P',
          String(bench.port),
          '-b',
          '-',
          'acme@127.0.0.1',
        ]
        const put = spawn('sftp', args, { stdio: ['pipe', 'ignore', 'ignore'] })
        put.stdin.end(`put ${path} /inbox/ossh-kill.csv\n`)
        const sftpServer = bench.server.server
        await until(() => sftpServer.uploads().some(({ bytes }) => bytes > 300_000), 'a part of it')
        put.kill('SIGKILL')
        await until(() => sftpServer.uploads().length === 0, 'the upload to be put away')
        bench.expectNotDelivered('ossh-kill.csv')
        const printed = await sftp(bench, 'ls -l /inbox/ossh-kill.csv', `reput ${path} /inbox/ossh-kill.csv`)
        await bench.expectDelivered('ossh-kill.csv', content)
        return printed
      },
    },
    {
      name: 'put under a temporary name, rename',
      async run(bench) {
        const path = await bench.local('d.csv', LIST)
        await sftp(bench, `put ${path} /inbox/ossh-ren.csv.tmp`)
        bench.expectNotDelivered('ossh-ren.csv.tmp')
        const printed = await sftp(bench, 'rename /inbox/ossh-ren.csv.tmp /inbox/ossh-ren.csv')
        await bench.expectDelivered('ossh-ren.csv', LIST)
        return printed
      },
    },
    {
      name: 'ls and get of /results, df',
      async run(bench) {
        await bench.result('ossh.report.txt', 'all is well\n')
        const target = join(bench.directory, 'got.txt')
        const printed = await sftp(
          bench,
          'ls -l /results',
          `get /results/ossh.report.txt ${target}`,
          'df -h /',
        )
        assert.equal(await readFile(target, 'utf8'), 'all is well\n')
        return printed
      },
    },
  ],
}

export const OPENSSH_SCP: Client = {
  name: 'OpenSSH scp',
  install: 'apt-get install openssh-client',
  version: () => versionOf('ssh', ['-V']),
  errands: [
    {
      name: 'copy (SFTP mode), with -p',
      async run(bench) {
        const path = await bench.local('a.csv', LIST)
        const printed = await succeed('scp', ['-s', '-p', ...scpArguments(bench, path, '/inbox/scp.csv')])
        await bench.expectDelivered('scp.csv', LIST)
        return printed
      },
    },
    {
      name: 'over an upload that was cut off',
      async run(bench) {
        await bench.cutInHalf('/inbox/scp-cut.csv', unlike(300_000))
        const path = await bench.local('b.csv', 'Name\nA\n')
        const printed = await succeed('scp', ['-s', ...scpArguments(bench, path, '/inbox/scp-cut.csv')])
        await bench.expectDelivered('scp-cut.csv', 'Name\nA\n')
        return printed
      },
    },
    {
      name: 'legacy mode (-O) is refused in words',
      async run(bench) {
        const path = await bench.local('c.csv', 'Name\n')
        const printed = await fail('scp', ['-O', ...scpArguments(bench, path, '/inbox/scp-old.csv')])
        assert.match(printed, /Use sftp, or scp without -O/)
        return printed
      },
    },
  ],
}
