// `node .ci/newer-clients.mjs <folder> [suite]`: puts the OpenSSH client and ssh-audit of a newer Debian suite into a
// folder, beside those of the machine, with the libraries that they need. Tests take what the PATH has:
//   PATH=<folder>/bin:$PATH ROLLCALL_CLIENTS=required npx vitest run algorithms host-key-news openssh
// Needs amd64, `xz`, `dpkg` and, for ssh-audit, python3. The files are checked against the list of packages; the list
// itself comes without a signature, so this is for tests and nothing else.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const MIRROR = 'http://deb.debian.org/debian'
const WANTED = ['openssh-client', 'ssh-audit']
/** Programs of the machine do for these. */
const LEFT_OUT = /^(passwd|python3.*|debconf.*|dpkg|adduser|init-system-helpers)$/

const [folder, suite = 'forky'] = process.argv.slice(2)
if (!folder) throw new Error('say where: node .ci/newer-clients.mjs <folder> [suite]')
const to = resolve(folder)
const root = join(to, 'root')
mkdirSync(join(to, 'bin'), { recursive: true })

const packages = parse(
  execFileSync('xz', ['-d'], {
    input: await fetched(`${MIRROR}/dists/${suite}/main/binary-amd64/Packages.xz`),
    maxBuffer: 2 ** 30,
  }).toString(),
)
for (const name of closure(WANTED)) await unpack(packages.get(name))
for (const name of ['ssh', 'sftp', 'scp', 'ssh-keygen']) wrapProgram(name)
wrap('ssh-audit', `PYTHONPATH=${root}/usr/lib/python3/dist-packages exec python3 -m ssh_audit "$@"`)
console.log(
  execFileSync('sh', ['-c', `${to}/bin/ssh -V 2>&1`])
    .toString()
    .trim(),
)

async function fetched(url) {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}

function parse(text) {
  const entries = text.split('\n\n').map((entry) => {
    const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(entry)?.[1] ?? ''
    const depends = [field('Depends'), field('Pre-Depends')].join(',').split(',')
    const needs = depends.map((one) => one.trim().split(/[ |(:]/)[0]).filter((one) => one !== '')
    return { name: field('Package'), file: field('Filename'), sha256: field('SHA256'), needs }
  })
  return new Map(entries.map((entry) => [entry.name, entry]))
}

function closure(names, found = new Set()) {
  for (const name of names) {
    if (found.has(name) || LEFT_OUT.test(name) || !packages.has(name)) continue
    found.add(name)
    closure(packages.get(name).needs, found)
  }
  return found
}

async function unpack({ name, file, sha256 }) {
  const bytes = await fetched(`${MIRROR}/${file}`)
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error(`${name} is damaged`)
  const path = join(to, `${name}.deb`)
  writeFileSync(path, bytes)
  execFileSync('dpkg', ['-x', path, root])
}

/** With the loader and the libraries that came along: those of the machine are too old. */
function wrapProgram(name) {
  const libraries = `${root}/usr/lib/x86_64-linux-gnu:${root}/lib/x86_64-linux-gnu`
  const loader = `${root}/usr/lib64/ld-linux-x86-64.so.2 --library-path ${libraries}`
  const viaSsh = name === 'sftp' || name === 'scp' ? `-S ${to}/bin/ssh ` : ''
  wrap(name, `exec ${loader} ${root}/usr/bin/${name} ${viaSsh}"$@"`)
}

function wrap(name, line) {
  writeFileSync(join(to, 'bin', name), `#!/bin/sh\n${line}\n`)
  chmodSync(join(to, 'bin', name), 0o755)
}
