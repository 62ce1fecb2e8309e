// Patches the installed ssh2: the post-quantum exchange, and SHA-1 left out for good (patches/ says what and why).
// The sums of every file before and after are pinned; anything else is left as it is. Never fails an install: without
// the patch the server starts without that exchange, and `doctor` says so.
// Plain JavaScript, because npm runs it before the newer Node is known to be there.
import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// A folder may be named, for trials. Otherwise resolved as a module would be: beside us in a checkout, anywhere above
// us once Rollcall is someone's dependency.
const require = createRequire(import.meta.url)
const patches = join(dirname(fileURLToPath(import.meta.url)), 'patches')

try {
  const ssh2 = process.argv[2] ?? dirname(require.resolve('ssh2/package.json'))
  const count = patch(ssh2)
  console.log(`rollcall: ssh2 patched${count === 0 ? ' already' : ''}; post-quantum key exchange is in place`)
} catch (error) {
  console.log(
    `rollcall: ssh2 not patched, so SFTP has no post-quantum key exchange: ${error.message.split('\n')[0]}`,
  )
}

/** Patches what is not patched yet and returns how many files that were. All is computed before anything is written. */
function patch(ssh2) {
  const { version } = JSON.parse(readFileSync(join(ssh2, 'package.json'), 'utf8'))
  const hunks = hunksByFile(readPatch(version, 'patch'))
  const written = readPatch(version, 'sums')
    .trim()
    .split('\n')
    .map((line) => patched(ssh2, line, hunks))
    .filter((file) => file !== null)
  for (const { path, text } of written) {
    // In one step each, so that a cut leaves no half file; another run then patches the rest. The file that makes
    // the exchange known to ssh2 is the last in the list of sums.
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }
  return written.length
}

function readPatch(version, kind) {
  try {
    return readFileSync(join(patches, `ssh2-${version}.${kind}`), 'utf8')
  } catch {
    throw new Error(`there is no patch for version ${version}`)
  }
}

/** Null where the file is patched already. */
function patched(ssh2, line, hunks) {
  const [before, after, name] = line.split(' ')
  const path = join(ssh2, name)
  const text = readFileSync(path, 'utf8')
  if (sum(text) === after) return null
  if (sum(text) !== before) throw new Error(`${name} is not the file that the patch was made for`)
  const result = apply(text, hunks.get(name) ?? [])
  if (sum(result) !== after) throw new Error(`the patch of ${name} did not come out as it should`)
  return { path, text: result }
}

/** Of a unified diff: file to its hunks. */
function hunksByFile(diff) {
  const files = new Map()
  let hunks = []
  for (const line of diff.split('\n')) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+/.exec(line)
    if (line.startsWith('+++ b/')) {
      hunks = []
      files.set(line.slice('+++ b/'.length), hunks)
    } else if (head) hunks.push({ at: Number(head[1]) - 1, count: Number(head[2] ?? 1), lines: [] })
    else if (!line.startsWith('--- ') && hunks.length > 0 && /^[ +-]/.test(line))
      hunks.at(-1).lines.push(line)
  }
  return files
}

/** From the last hunk to the first, so that line numbers stay true. The sums make any check in between needless. */
function apply(text, hunks) {
  const lines = text.split('\n')
  for (const { at, count, lines: changed } of [...hunks].reverse()) {
    const kept = changed.filter((line) => !line.startsWith('-')).map((line) => line.slice(1))
    lines.splice(at, count, ...kept)
  }
  return lines.join('\n')
}

function sum(text) {
  return createHash('sha256').update(text).digest('hex')
}
