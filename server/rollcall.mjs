#!/usr/bin/env node
// Starts the command line on the Node that Rollcall is written for. Plain JavaScript that an older Node can run: where
// the machine's own Node is too old, the one that came with the installation takes over.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import nodeModule, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MAJOR_MIN = 24
const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP']

if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) await run()
else handOver(bundledNode())

async function run() {
  dieWithLauncher()
  // Halves the start of a short command. Absent from older Nodes, which get no further than this file.
  nodeModule.enableCompileCache?.()
  const source = new URL('./cli.ts', import.meta.url)
  // A checkout runs as it is; a published package carries only the compiled files.
  const cli = existsSync(source) ? source : new URL('../dist/server/cli.js', import.meta.url)
  const { main } = await import(cli.href)
  process.exitCode = await main(process.argv.slice(2))
}

function bundledNode() {
  try {
    const binary = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
    if (existsSync(binary)) return binary
  } catch {
    // Not installed: the same complaint and the same cure as for a package without its binary.
  }
  console.error(
    `rollcall needs Node ${NODE_MAJOR_MIN} and runs on ${process.versions.node}; the Node that comes with it is missing.\n` +
      'Install again and allow the install script of the package `node` (npm approve-scripts node && npm rebuild node),\n' +
      `or install Node ${NODE_MAJOR_MIN} yourself.`,
  )
  process.exit(1)
}

function handOver(binary) {
  const child = spawn(binary, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  child.on('error', (error) => {
    console.error(`rollcall: cannot start ${binary}: ${error.message}`)
    process.exit(1)
  })
  for (const signal of FORWARDED) process.on(signal, () => forward(child, signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    for (const forwarded of FORWARDED) process.removeAllListeners(forwarded)
    process.kill(process.pid, signal)
  })
}

function forward(child, signal) {
  // A terminal sends Ctrl-C to both of us; a second one would read as "stop at once".
  const fromKeyboard =
    signal === 'SIGINT' && (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY)
  if (!fromKeyboard) child.kill(signal)
}

/** `kill -9` on the launcher must end the server as well, or it would go on holding the ports and the data. */
function dieWithLauncher() {
  if (!process.connected) return
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.channel?.unref()
}
