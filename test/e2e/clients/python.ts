/** The two SFTP libraries of Python, as a customer's script uses them. */
import assert from 'node:assert/strict'
import { access } from 'node:fs/promises'
import { type Bench, type Client, type Errand, LIST, succeed, unlike, versionOf } from './client.ts'

/** Debian's own Python: its packages are not those of another one that may come first on the path. */
const PYTHON = '/usr/bin/python3'

async function versionOfModule(module: string): Promise<string | null> {
  const isThere = await access(PYTHON).then(
    () => true,
    () => false,
  )
  if (!isThere) return null
  return await versionOf('sh', [
    '-c',
    `${PYTHON} -W ignore -c 'import ${module}; print(${module}.__version__)' 2>/dev/null`,
  ])
}

function python(bench: Bench, script: string, ...args: readonly string[]): Promise<string> {
  return succeed(PYTHON, ['-W', 'ignore', '-c', script, String(bench.port), bench.keyPath, ...args])
}

const PARAMIKO = `
import sys, paramiko
port, key, *args = sys.argv[1:]
transport = paramiko.Transport(("127.0.0.1", int(port)))
transport.connect(username="acme", pkey=paramiko.Ed25519Key.from_private_key_file(key))
sftp = paramiko.SFTPClient.from_transport(transport)
`
const ASYNCSSH = `
import sys, asyncio, asyncssh
port, key, *args = sys.argv[1:]
async def main():
    async with asyncssh.connect("127.0.0.1", int(port), username="acme", client_keys=[key], known_hosts=None, config=None) as ssh:
        async with ssh.start_sftp_client() as sftp:
`

/** The same three errands for each library; the scripts differ. */
function errands(
  name: string,
  head: string,
  scripts: { put: string; rename: string; resume: string },
): Errand[] {
  return [
    {
      name: 'put',
      async run(bench) {
        const path = await bench.local(`${name}.csv`, LIST)
        const printed = await python(bench, head + scripts.put, path, `/inbox/${name}.csv`)
        assert.equal(printed, String(LIST.length))
        await bench.expectDelivered(`${name}.csv`, LIST)
        return printed
      },
    },
    {
      name: 'put under a temporary name, set times, rename',
      async run(bench) {
        const path = await bench.local(`${name}-ren.csv`, LIST)
        const names = [`/test/${name}-ren.csv.filepart`, `/test/${name}-ren.csv`]
        const printed = await python(bench, head + scripts.rename, path, ...names)
        await bench.expectDelivered(`${name}-ren.csv`, LIST, 'dry_run')
        return printed
      },
    },
    {
      name: 'append after a lost connection',
      async run(bench) {
        const content = unlike(300_000)
        const path = await bench.local(`${name}-re.csv`, content)
        await bench.cutInHalf(`/inbox/${name}-re.csv`, content.subarray(0, 200_000))
        const printed = await python(bench, head + scripts.resume, path, `/inbox/${name}-re.csv`)
        assert.equal(printed, '99999')
        await bench.expectDelivered(`${name}-re.csv`, content)
        return printed
      },
    },
  ]
}

export const PARAMIKO_CLIENT: Client = {
  name: 'paramiko',
  install: 'apt-get install python3-paramiko',
  version: () => versionOfModule('paramiko'),
  errands: errands('paramiko', PARAMIKO, {
    put: `
print(sftp.put(args[0], args[1]).st_size)
transport.close()
`,
    rename: `
sftp.put(args[0], args[1])
sftp.utime(args[1], (1700000000, 1700000000))
assert sftp.stat(args[1]).st_mtime == 1700000000
sftp.posix_rename(args[1], args[2])
print(sftp.listdir("/test"))
transport.close()
`,
    resume: `
size = sftp.stat(args[1]).st_size
with open(args[0], "rb") as local, sftp.open(args[1], "ab") as remote:
    local.seek(size)
    remote.write(local.read())
print(size)
transport.close()
`,
  }),
}

export const ASYNCSSH_CLIENT: Client = {
  name: 'asyncssh',
  install: 'apt-get install python3-asyncssh',
  version: () => versionOfModule('asyncssh'),
  errands: errands('asyncssh', ASYNCSSH, {
    put: `
            await sftp.put(args[0], args[1])
            print((await sftp.stat(args[1])).size)
asyncio.run(main())
`,
    rename: `
            await sftp.put(args[0], args[1], preserve=True)
            await sftp.utime(args[1], (1700000000, 1700000000))
            assert (await sftp.stat(args[1])).mtime == 1700000000
            await sftp.posix_rename(args[1], args[2])
            print(await sftp.listdir("/test"))
asyncio.run(main())
`,
    resume: `
            size = (await sftp.stat(args[1])).size
            with open(args[0], "rb") as local:
                local.seek(size)
                async with sftp.open(args[1], "ab") as remote:
                    await remote.write(local.read())
            print(size)
asyncio.run(main())
`,
  }),
}
