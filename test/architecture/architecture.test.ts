import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CODE_FOLDERS, RULES, treeOf, violations } from './rules.ts'

const ROOT = join(import.meta.dirname, '..', '..')

describe('the house', () => {
  const house = treeOf(readSources())

  test('was found: the rules below do not hold for want of files', () => {
    for (const folder of CODE_FOLDERS) {
      expect([...house.keys()].some((path) => path.startsWith(`${folder}/`))).toBe(true)
    }
  })

  test.each(RULES)('$promise', (rule) => {
    expect(violations(rule, house)).toEqual([])
  })
})

/** Each case: invented files, and what all the rules together say about them. */
const CASES: Record<string, { files: Record<string, string>; says: string[] }> = {
  'the importer reaches for the server': {
    files: { 'importer/run/queue.ts': `import { config } from '../../server/config.ts'` },
    says: ['importer/run/queue.ts:1 imports server/config.ts'],
  },
  'even for its types': {
    files: { 'importer/run/queue.ts': `import type { Config } from '../../server/config.ts'` },
    says: ['importer/run/queue.ts:1 imports server/config.ts'],
  },
  'the server goes round the door': {
    files: {
      'server/http/runs.ts': `import { Importer } from '../../importer/importer.ts'\nimport { TRANSITIONS } from '../../importer/run/state.ts'`,
    },
    says: ['server/http/runs.ts:2 imports importer/run/state.ts'],
  },
  'the server hands on what lies behind the door': {
    files: { 'server/api.ts': `export { makePlan } from '../importer/plan/plan.ts'` },
    says: ['server/api.ts:1 imports importer/plan/plan.ts'],
  },
  'the server uses the door, schemas, keys and itself': {
    files: {
      'server/main.ts': `import { open } from '../importer/db/open.ts'\nimport { Importer } from '../importer/importer.ts'`,
      'server/http/app.ts': `import { ImportError } from '../../importer/errors.ts'\nimport type { Run } from '../../importer/types.ts'\nimport { account } from '../../schemas/account.ts'\nimport { hostKey } from '../../keys/host-key.ts'\nimport '../config.ts'`,
    },
    says: [],
  },
  'someone else opens the database': {
    files: {
      'server/cli/import.ts': `const { open } = await import('../../importer/db/open.ts')`,
      'keys/vault.ts': `import { open } from '../importer/db/open.ts'`,
    },
    says: [
      'keys/vault.ts:1 imports importer/db/open.ts',
      'keys/vault.ts:1 imports importer/db/open.ts',
      'server/cli/import.ts:1 imports importer/db/open.ts',
    ],
  },
  'the importer opens one for its worker': {
    files: { 'importer/run/worker.ts': `import { open } from '../db/open.ts'` },
    says: [],
  },
  'a schema knows the importer': {
    files: {
      'schemas/run.ts': `import type { RunState } from '../importer/types.ts'\nimport { z } from 'zod'`,
    },
    says: ['schemas/run.ts:1 imports importer/types.ts'],
  },
  'keys take more than the types of the tables': {
    files: {
      'keys/customer-keys.ts': `import type { Tables } from '../importer/db/tables.ts'\nimport { slug } from '../schemas/account.ts'`,
      'keys/tokens.ts': `import { tables } from '../importer/db/tables.ts'\nimport type { Run } from '../importer/types.ts'`,
    },
    says: ['keys/tokens.ts:1 imports importer/db/tables.ts', 'keys/tokens.ts:2 imports importer/types.ts'],
  },
  'a type among values still loads the file': {
    files: { 'keys/tokens.ts': `import { type Tables } from '../importer/db/tables.ts'` },
    says: ['keys/tokens.ts:1 imports importer/db/tables.ts'],
  },
  'plan reads a file, the database and a package that does': {
    files: {
      'importer/plan/plan.ts': `import { readFileSync } from 'node:fs'\nimport type { Tables } from '../db/tables.ts'\nimport { sql } from 'kysely'\nimport { z } from 'zod'`,
    },
    says: [
      'importer/plan/plan.ts:1 imports node:fs',
      'importer/plan/plan.ts:2 imports importer/db/tables.ts',
      'importer/plan/plan.ts:3 imports kysely',
    ],
  },
  'report is impure by way of others': {
    files: {
      'importer/report/html.ts': `import { stamp } from '../run/stamp.ts'\nimport type { Run } from '../run/ledger.ts'`,
      'importer/run/stamp.ts': `export { now as stamp } from './now.ts'`,
      'importer/run/now.ts': `export const now = () => Date.now()`,
      'importer/run/ledger.ts': `import { sql } from 'kysely'`,
    },
    says: ['importer/report/html.ts:1 importer/run/now.ts reads the clock'],
  },
  'plan asks the world': {
    files: {
      'importer/plan/guards.ts': [
        'const a = Date.now()',
        'const b = new Date()',
        'const c = new Date',
        'const d = process.env',
        'console.error(a)',
        'const e = Math.random()',
        'const f = await fetch(url)',
        `const g = \`\${crypto.randomUUID()}\``,
      ].join('\n'),
    },
    says: [
      'importer/plan/guards.ts:1 reads the clock',
      'importer/plan/guards.ts:2 reads the clock',
      'importer/plan/guards.ts:3 reads the clock',
      'importer/plan/guards.ts:4 touches the process',
      'importer/plan/guards.ts:5 writes to the console',
      'importer/plan/guards.ts:6 draws lots',
      'importer/plan/guards.ts:7 calls the network',
      'importer/plan/guards.ts:8 draws lots',
    ],
  },
  'plan only speaks of it': {
    files: {
      'importer/plan/guards.ts': `// never Date.now() or process.env\nconst day = new Date(value)\nconst text = 'fetch(' + \`console.log\`\nconst found = /process\\./.test(row.process.name)`,
    },
    says: [],
  },
  'an import nobody can follow': {
    files: { 'importer/connectors/load.ts': `const connector = await import(\`./\${name}.ts\`)` },
    says: ['importer/connectors/load.ts:1 imports a computed path'],
  },
  'a file too long': {
    files: { 'server/long.ts': 'x\n'.repeat(401), 'server/just-right.ts': 'x\n'.repeat(400) },
    says: ['server/long.ts:401 has 401 lines'],
  },
  'a print that was forgotten': {
    files: { 'server/intake.ts': 'console.log(row)', 'server/cli/runs.ts': 'console.log(table)' },
    says: ['server/intake.ts:1 calls console.log'],
  },
}

describe('the rules notice when', () => {
  test.each(Object.entries(CASES))('%s', (_name, { files, says }) => {
    const tree = treeOf(files)
    expect(RULES.flatMap((rule) => violations(rule, tree)).sort()).toEqual(says)
  })
})

function readSources(): Record<string, string> {
  const paths = globSync(`{${CODE_FOLDERS.join(',')}}/**/*.ts`, { cwd: ROOT })
  return Object.fromEntries(
    paths.map((path) => [path.split(sep).join('/'), readFileSync(join(ROOT, path), 'utf8')]),
  )
}
