// The arrows of the house: which folder may know which. A rule judges one file at a time and sees the whole tree, so it
// runs over real files and over small invented ones alike.
import { posix } from 'node:path'
import { type ImportOf, lineAt, type ScannedFile, scan } from './scan.ts'

export interface Rule {
  promise: string
  check(file: CodeFile, tree: Tree): Iterable<Offence>
}

export interface CodeFile extends ScannedFile {
  path: string
}

export type Tree = ReadonlyMap<string, CodeFile>

interface Offence {
  line: number
  what: string
}

export const CODE_FOLDERS = ['server', 'importer', 'schemas', 'keys']
const DOORS = ['importer/importer.ts', 'importer/errors.ts', 'importer/types.ts']
const OPEN_DATABASE = 'importer/db/open.ts'
const COMPOSITION_ROOT = 'server/main.ts'
const PURE_FOLDERS = ['importer/plan', 'importer/report']
const LINES_MAX = 400

export const RULES: Rule[] = [
  arrow({
    promise: 'the importer runs with no server: it imports nothing from server',
    from: (path) => isIn(path, 'importer'),
    mayImport: (target) => !isIn(target, 'server'),
  }),
  arrow({
    promise: 'the server knows the importer only by its door, its errors and its types',
    from: (path) => isIn(path, 'server'),
    mayImport: (target) => !isIn(target, 'importer') || DOORS.includes(target) || target === OPEN_DATABASE,
  }),
  arrow({
    promise: 'outside the importer only the composition root opens a database',
    from: (path) => !isIn(path, 'importer') && path !== COMPOSITION_ROOT,
    mayImport: (target) => target !== OPEN_DATABASE,
  }),
  arrow({
    promise: 'schemas know nothing of ours but schemas',
    from: (path) => isIn(path, 'schemas'),
    mayImport: (target) => isIn(target, 'schemas'),
  }),
  arrow({
    promise: 'keys know keys, schemas and the types of the tables, nothing else of ours',
    from: (path) => isIn(path, 'keys'),
    mayImport: (target, { isTypeOnly }) =>
      isIn(target, 'keys') || isIn(target, 'schemas') || (isTypeOnly && target === 'importer/db/tables.ts'),
  }),
  {
    promise: 'plan and report are pure: same input, same output, no I/O, not even through what they import',
    *check(file, tree) {
      if (!PURE_FOLDERS.some((folder) => isIn(file.path, folder))) return
      yield* impurities(file)
      for (const { line, target, isTypeOnly } of targets(file)) {
        if (isTypeOnly) continue
        for (const reached of reachedAtRunTime(target, tree)) {
          for (const { what } of impurities(reached)) yield { line, what: `${reached.path} ${what}` }
        }
      }
    },
  },
  {
    promise: 'every import is written out, so that these rules can see it',
    *check(file) {
      for (const { specifier, line } of file.imports)
        if (!specifier) yield { line, what: 'imports a computed path' }
    },
  },
  {
    promise: `no file is longer than ${LINES_MAX} lines`,
    *check({ lines }) {
      if (lines > LINES_MAX) yield { line: lines, what: `has ${lines} lines` }
    },
  },
  {
    promise: 'only the command line prints: no console.log elsewhere',
    *check(file) {
      if (file.path === 'server/cli.ts' || isIn(file.path, 'server/cli')) return
      yield* found(file, { 'calls console.log': /(?<![\w$.])console\s*\.\s*log\b/g })
    },
  },
]

export function treeOf(sources: Record<string, string>): Tree {
  return new Map(Object.entries(sources).map(([path, source]) => [path, { path, ...scan(source) }]))
}

/** One line each: `server/app.ts:3 imports importer/run/state.ts`. */
export function violations({ check }: Rule, tree: Tree): string[] {
  return [...tree.values()].flatMap((file) =>
    [...check(file, tree)].map(({ line, what }) => `${file.path}:${line} ${what}`),
  )
}

interface Arrow {
  promise: string
  from(path: string): boolean
  mayImport(target: string, edge: ImportOf): boolean
}

function arrow({ promise, from, mayImport }: Arrow): Rule {
  return {
    promise,
    *check(file) {
      if (!from(file.path)) return
      for (const { target, ...edge } of targets(file)) {
        if (!mayImport(target, edge)) yield { line: edge.line, what: `imports ${target}` }
      }
    },
  }
}

// No list of what is allowed: a package that computes (zod, a CSV writer) may come and go without a word here.
const IMPURE_PACKAGE = /^(?:node:.*|kysely|better-sqlite3|pg|ssh2|hono|chokidar|pino|node-cron)(?:\/|$)/
const IMPURE_CODE = {
  'reads the clock': /\bDate\s*\.\s*now\b|\bnew\s+Date\b\s*(?!\s*\(\s*[^)\s])|(?<![\w$.])performance\s*\./g,
  'touches the process': /(?<![\w$.])process\s*\./g,
  'writes to the console': /(?<![\w$.])console\s*\./g,
  'draws lots': /\bMath\s*\.\s*random\b|(?<![\w$.])crypto\s*\./g,
  'calls the network': /(?<![\w$.])fetch\s*\(/g,
}

function* impurities(file: CodeFile): Generator<Offence> {
  for (const { specifier = '', line } of file.imports) {
    if (IMPURE_PACKAGE.test(specifier)) yield { line, what: `imports ${specifier}` }
  }
  for (const { target, line } of targets(file)) {
    if (isIn(target, 'importer/db')) yield { line, what: `imports ${target}` }
  }
  yield* found(file, IMPURE_CODE)
}

function* found(file: CodeFile, patterns: Record<string, RegExp>): Generator<Offence> {
  for (const [what, pattern] of Object.entries(patterns)) {
    for (const { index } of file.code.matchAll(pattern)) yield { line: lineAt(file.code, index), what }
  }
}

/** The file itself and everything it loads, straight or through others. */
function reachedAtRunTime(path: string, tree: Tree): Set<CodeFile> {
  const reached = new Set<CodeFile>()
  const visit = (next: string): void => {
    const file = tree.get(next)
    if (!file || reached.has(file)) return
    reached.add(file)
    for (const { isTypeOnly, target } of targets(file)) if (!isTypeOnly) visit(target)
  }
  visit(path)
  return reached
}

/** The imports of our own files, each with its path from the root. */
function targets(file: CodeFile): (ImportOf & { target: string })[] {
  return file.imports.flatMap((edge) =>
    edge.specifier?.startsWith('.')
      ? [{ ...edge, target: posix.join(posix.dirname(file.path), edge.specifier) }]
      : [],
  )
}

function isIn(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`)
}
