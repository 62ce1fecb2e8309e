// Builds ssh2's native ciphers for the Node that Rollcall runs on. ssh2's own install script would build them for the
// Node that happens to run npm, and such a build does not load here; without them the default cipher of OpenSSH runs
// at half speed. Never fails an install: what cannot be built costs speed, nothing else.
// Plain JavaScript, because npm runs it before the newer Node is known to be there.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

// Resolved as a module would be: beside us in a checkout, anywhere above us once Rollcall is someone's dependency.
const require = createRequire(import.meta.url)

const started = performance.now()
try {
  const node = join(dirname(require.resolve('node/package.json')), 'bin', 'node')
  if (!existsSync(node)) throw new Error('the `node` package is incomplete; was its install script blocked?')
  const source = join(dirname(require.resolve('ssh2/package.json')), 'lib', 'protocol', 'crypto')
  if (loads(node, source)) {
    console.log('rollcall: native SSH ciphers are in place')
  } else {
    build(node, source)
    console.log(
      `rollcall: native SSH ciphers built in ${((performance.now() - started) / 1000).toFixed(1)} s`,
    )
  }
} catch (error) {
  console.log(
    `rollcall: native SSH ciphers not built, so SFTP will be slower: ${error.message.split('\n')[0]}`,
  )
}

/** A file that exists proves nothing: it may have been built for another Node, or before its source was patched. */
function loads(node, source) {
  const addon = join(source, 'build', 'Release', 'sshcrypto.node')
  if (!existsSync(addon) || statSync(addon).mtimeMs < statSync(bindingOf(source)).mtimeMs) return false
  return spawnSync(node, ['-e', 'require(process.argv[1])', addon]).status === 0
}

function bindingOf(source) {
  return join(source, 'src', 'binding.cc')
}

function build(node, source) {
  if (/: public ObjectWrap\b/.test(readFileSync(bindingOf(source), 'utf8')))
    throw new Error('without the patch of ssh2 they would end the process when they are let go')
  const { npm_config_nodedir: _foreignHeaders, ...env } = process.env
  const run = spawnSync(
    node,
    [
      require.resolve('node-gyp/bin/node-gyp.js'),
      'rebuild',
      `--nodedir=${headersOf(node)}`,
      `--real_openssl_major=${opensslMajor(node)}`,
    ],
    // binding.gyp calls `node` by name, and it must be the same one.
    { cwd: source, encoding: 'utf8', env: { ...env, PATH: [dirname(node), env.PATH].join(delimiter) } },
  )
  if (run.error) throw run.error
  if (run.status !== 0) throw new Error(firstComplaint(run.stderr))
  if (!loads(node, source)) throw new Error('what was built does not load')
}

/** The `node` package fetches the runtime and its headers as a package of the platform, into a folder inside itself. */
function headersOf(node) {
  const inside = join(dirname(node), '..', 'node_modules')
  const platform = readdirSync(inside, { withFileTypes: true })
    .map((entry) => join(inside, entry.name))
    .find((folder) => existsSync(join(folder, 'include', 'node', 'node.h')))
  // A later `npm install` sweeps that folder away as extraneous.
  if (!platform)
    throw new Error('no Node headers; `npm rebuild node` brings them, then run this script again')
  return platform
}

function opensslMajor(node) {
  return spawnSync(node, ['-p', 'parseInt(process.versions.openssl)'], { encoding: 'utf8' }).stdout.trim()
}

function firstComplaint(output) {
  const lines = output.split('\n')
  const fromCompiler = lines.find((line) => /: (fatal )?error:/.test(line))
  const fromGyp = lines.find((line) => line.startsWith('gyp ERR! stack '))?.slice('gyp ERR! stack '.length)
  return `${fromCompiler ?? fromGyp ?? 'node-gyp failed'} (needed: python3, make and a C++ compiler)`
}
