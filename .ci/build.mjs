// Compiles the four code folders to dist/ for publishing. A checkout needs no build.
import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const CODE = ['server', 'importer', 'schemas', 'keys']

rmSync(dist, { recursive: true, force: true })
const compiled = spawnSync('tsc', ['-p', join(root, '.ci', 'tsconfig.build.json')], { stdio: 'inherit' })
if (compiled.status !== 0) process.exit(compiled.status ?? 1)
for (const folder of CODE)
  cpSync(join(root, folder), join(dist, folder), { recursive: true, filter: isAsset })
refuseForgottenPaths()

/** Everything that run time reads beside the code: style sheets, scripts for the browser, plain modules. */
function isAsset(path) {
  return !path.endsWith('.ts') && !path.endsWith(join('server', 'rollcall.mjs'))
}

// The compiler rewrites `.ts` in imports only. A path built by hand, say for a worker, works in a checkout and is
// missing in the package.
function refuseForgottenPaths() {
  const forgotten = readdirSync(dist, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .filter((name) => /new URL\(\s*['"`][^'"`]*\.ts['"`]/.test(readFileSync(join(dist, name), 'utf8')))
  if (forgotten.length === 0) return
  console.error(`dist/ points at TypeScript files that it does not hold: ${forgotten.join(', ')}`)
  process.exit(1)
}
