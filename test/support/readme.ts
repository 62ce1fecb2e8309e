/** The parts of the README that come from the program: rendered here, compared and rewritten by `readme.test.ts`. */

import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { stateDiagram } from '../../importer/run/state.ts'
import manifest from '../../package.json' with { type: 'json' }
import { sourceSettingsSchema } from '../../schemas/account.ts'
import { connectionDiagram } from '../../schemas/connection.ts'
import { ERRORS } from '../../schemas/errors.ts'
import { columnsMarkdown, issuesMarkdown, markdownTable } from '../../schemas/markdown.ts'
import { ROLE_NAMES } from '../../schemas/people.ts'
import type { RouteFacts } from '../../server/http/route.ts'
import { ROUTES } from '../../server/http/routes.ts'
import { SETTINGS } from '../../server/settings.ts'

/** Why each package is here. A package without a reason, or a reason without a package, fails the test. */
const REASONS: Readonly<Record<string, string>> = {
  '@hono/node-server': 'runs Hono on Node',
  'better-sqlite3': 'SQLite in the process, synchronous and fast, with prebuilt binaries',
  chokidar: 'notices files that others drop; only a hint, the sweep is the truth',
  'cli-progress': 'the progress bar on a terminal',
  'cli-table3': 'tables on a terminal',
  commander: 'the command line: help, suggestions, errors',
  'csv-parse': 'reads CSV; the judge of what a record is',
  hono: 'HTTP, small and standard',
  'htmx.org': 'fetches a part of a page anew; the pages work without it',
  'ipaddr.js': 'tells a private address from a public one, in every spelling',
  kysely: 'typed SQL for both engines, and migrations',
  node: 'the runtime itself, Node 24, whatever the machine has',
  'node-cron': 'schedules',
  'node-gyp': "builds ssh2's ciphers against that Node",
  nodemailer: 'hands mails to a mail server',
  'openid-client': 'OAuth 2: the consent of an HRIS, PKCE and refreshing, certified',
  openpgp: 'opens files that come encrypted',
  pg: 'PostgreSQL',
  picocolors: 'colour on a terminal, and none where it is not wanted',
  pino: 'logs as JSON lines, with redaction',
  qrcode: 'the code that a phone scans for a second factor',
  saxes: 'reads the XML of a workbook while it streams by',
  ssh2: 'the SSH protocol; the SFTP layer on it is ours',
  'swagger-ui-dist': 'the page that shows the API, served from here',
  undici: 'HTTP requests to an HRIS; its connections can be watched, those of `fetch` cannot',
  yauzl: 'opens zip archives and workbooks, and checks what they claim',
  zod: 'the one definition of columns, settings and the run object',
}

const SOURCE_DEFAULTS: Readonly<Record<string, unknown>> = sourceSettingsSchema.parse({})

function fail(problem: string): never {
  throw new Error(problem)
}

const WHO: Readonly<Record<RouteFacts['access']['needs'], string>> = {
  nobody: 'everybody',
  anybody: 'who is signed in',
  ...ROLE_NAMES,
}

/** Name of a generated part to its Markdown. */
export const PARTS: Readonly<Record<string, () => string>> = {
  states: () => ['```mermaid', stateDiagram(), '```'].join('\n'),
  connectionStates: () => ['```mermaid', connectionDiagram(), '```'].join('\n'),
  columns: columnsMarkdown,
  settings: () =>
    markdownTable(
      ['Setting', 'In the file', 'Flag', 'Default', 'What it does'],
      SETTINGS.map((one) => [
        `\`${one.env}\``,
        one.key === 'data' ? '' : `\`${one.key}\``,
        one.flag === null ? '' : `\`${one.flag}\``,
        one.defaultText ?? `\`${one.default}\``,
        one.description,
      ]),
    ),
  sourceSettings: () =>
    markdownTable(
      ['Setting', 'Default', 'What it does'],
      Object.entries(sourceSettingsSchema.shape).map(([key, schema]) => [
        `\`${key}\``,
        `\`${JSON.stringify(SOURCE_DEFAULTS[key])}\``,
        schema.description ?? fail(`the setting ${key} of a source says nothing of itself`),
      ]),
    ),
  issues: issuesMarkdown,
  errors: () =>
    markdownTable(
      ['Code', 'Exit', 'Says', 'What to do'],
      Object.entries(ERRORS).map(([code, { exit, message, fix }]) => [
        `\`${code}\``,
        String(exit),
        message,
        fix,
      ]),
    ),
  routes: () =>
    markdownTable(
      ['Route', 'Who', 'What'],
      ROUTES.map(({ method, path, access, summary }) => [
        `\`${method} ${path}\``,
        WHO[access.needs],
        summary,
      ]),
    ),
  dependencies: () =>
    markdownTable(
      ['Package', 'Version', 'Why'],
      Object.entries(manifest.dependencies).map(([name, version]) => [
        `\`${name}\``,
        version,
        REASONS[name] ?? '',
      ]),
    ),
}

/** The corpus: every case of `fixtures/`, what it proves, and what comes out. */
export function casesMarkdown(): string {
  const folder = new URL('../../fixtures/', import.meta.url)
  const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const rows = cases.map(({ name }) => {
    const text = readFileSync(new URL(`${name}/case.json`, folder), 'utf8')
    const { promise, expect } = CASE.parse(JSON.parse(text))
    const codes = [...new Set([...Object.keys(expect.issues), ...expect.holds])].sort()
    return [`\`${name}\``, promise, expect.state, codes.map((code) => `\`${code}\``).join(' ')]
  })
  return markdownTable(['Case', 'Proves', 'Ends', 'Codes'], rows.sort())
}

const CASE = z.object({
  promise: z.string(),
  expect: z.object({
    state: z.string(),
    issues: z.record(z.string(), z.unknown()),
    holds: z.array(z.string()).default([]),
  }),
})

/** Packages that stand in only one of package.json and the reasons above. */
export function unexplained(): string[] {
  const packages = Object.keys(manifest.dependencies)
  const reasons = Object.keys(REASONS)
  return [
    ...packages.filter((one) => !reasons.includes(one)),
    ...reasons.filter((one) => !packages.includes(one)),
  ]
}

/** The README with every generated part as the program says it now. */
export function withParts(readme: string, parts: Readonly<Record<string, () => string>> = PARTS): string {
  return readme.replace(
    /(<!-- generated:(\w+) -->\n)[\s\S]*?(<!-- \/generated:\2 -->)/g,
    (_, start: string, name: string, end: string) => {
      const part = parts[name]
      if (!part) throw new Error(`the README asks for a generated part "${name}" that nobody makes`)
      return `${start}${part()}\n${end}`
    },
  )
}
