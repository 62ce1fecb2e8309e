/** sshfs: the folders as a part of the customer's own file system. Needs /dev/fuse. */
import assert from 'node:assert/strict'
import { access, constants, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bench, type Client, LIST, succeed, versionOf } from './client.ts'

async function mounted(bench: Bench, work: (mount: string) => Promise<string>): Promise<string> {
  const mount = await mkdtemp(join(bench.directory, 'mount-'))
  const settings = [
    `IdentityFile=${bench.keyPath}`,
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
  ]
  const options = ['-F', '/dev/null', '-p', String(bench.port), ...settings.flatMap((one) => ['-o', one])]
  await succeed('sshfs', ['acme@127.0.0.1:/', mount, ...options])
  try {
    return await work(mount)
  } finally {
    await succeed('fusermount3', ['-u', mount])
  }
}

export const SSHFS: Client = {
  name: 'sshfs',
  install: 'apt-get install sshfs, on a machine with /dev/fuse',
  async version() {
    const mayMount = await access('/dev/fuse', constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    )
    return mayMount ? await versionOf('sshfs', ['--version'], /(?<=SSHFS version )\S+/) : null
  },
  errands: [
    {
      name: 'cp, ls -l',
      async run(bench) {
        const path = await bench.local('a.csv', LIST)
        const printed = await mounted(bench, async (mount) => {
          await succeed('cp', [path, join(mount, 'inbox', 'sshfs.csv')])
          return await succeed('ls', ['-l', join(mount, 'inbox', 'sshfs.csv')])
        })
        assert.match(printed, new RegExp(` ${LIST.length} `))
        await bench.expectDelivered('sshfs.csv', LIST)
        return printed
      },
    },
    {
      name: 'cp under a temporary name, mv',
      async run(bench) {
        const path = await bench.local('b.csv', LIST)
        const printed = await mounted(bench, async (mount) => {
          const temporary = join(mount, 'inbox', 'sshfs-mv.csv.part')
          await succeed('cp', [path, temporary])
          bench.expectNotDelivered('sshfs-mv.csv.part')
          return await succeed('mv', [temporary, join(mount, 'inbox', 'sshfs-mv.csv')])
        })
        await bench.expectDelivered('sshfs-mv.csv', LIST)
        return printed
      },
    },
    {
      name: 'writes and reads back through one open file',
      async run(bench) {
        const script =
          "import sys\nf = open(sys.argv[1], 'w+b')\nf.write(b'Name\\nA\\n')\nf.seek(5)\nprint(f.read().decode().strip())\nf.close()"
        const printed = await mounted(bench, (mount) =>
          succeed('/usr/bin/python3', ['-c', script, join(mount, 'inbox', 'sshfs-rw.csv')]),
        )
        assert.equal(printed, 'A')
        await bench.expectDelivered('sshfs-rw.csv', 'Name\nA\n')
        return printed
      },
    },
    {
      name: 'cat of /results',
      async run(bench) {
        await bench.result('sshfs.report.txt', 'all is well\n')
        const printed = await mounted(bench, (mount) =>
          succeed('cat', [join(mount, 'results', 'sshfs.report.txt')]),
        )
        assert.equal(printed, 'all is well')
        return printed
      },
    },
  ],
}
