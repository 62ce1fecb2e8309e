/**
 * What is wrong with a file in the two forms that build pipelines read: a line a problem, as compilers print them,
 * and SARIF 2.1.0. Pure. Both say when the list of a code is cut.
 */
import { ISSUES, isIssueCode } from '../../schemas/issues.ts'
import type { Issue, Run, Severity } from '../../schemas/run.ts'

/** The part of a run that tells its problems. */
export type Problems = Pick<Run, 'issues' | 'issueCounts'>

/**
 * `file:line:column: CODE message`, in the order of the file. The column is the number of the cell, 1 for the
 * file or row as a whole. Empty where nothing is to be said.
 */
export function problemLines(run: Problems, file: string): string {
  const name = oneLine(file)
  const lines = [...run.issues].sort(byPlace).map((issue) => {
    const place = `${name}:${issue.line ?? 1}:${columnNumber(issue.column)}`
    return `${place}: ${issue.code} ${oneLine(issue.message)}`
  })
  const cuts = cutsOf(run).map(([code, left]) => `${name}:1:1: ${code} ${cutText(left)}`)
  return [...lines, ...cuts].map((line) => `${line}\n`).join('')
}

/** A SARIF log of one run. `version` is Rollcall's own. */
export function sarif(run: Problems, file: string, version: string): string {
  const codes = [...new Set(run.issues.map((issue) => issue.code))].sort()
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Rollcall', version, rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          { executionSuccessful: true, toolExecutionNotifications: cutsOf(run).map(cutNotification) },
        ],
        artifacts: [{ location: { uri: uriOf(file) } }],
        results: [...run.issues]
          .sort(byPlace)
          .map((issue) => resultOf(issue, file, codes.indexOf(issue.code))),
      },
    ],
  }
  return `${escaped(JSON.stringify(log, null, 2))}\n`
}

/** 1 for A and for no column at all. */
function columnNumber(letter: string | null): number {
  let number = 0
  for (const sign of letter ?? 'A') number = number * 26 + sign.charCodeAt(0) - 64
  return number
}

function byPlace(a: Issue, b: Issue): number {
  return (a.line ?? 0) - (b.line ?? 0) || columnNumber(a.column) - columnNumber(b.column)
}

/** Codes of which more was found than is listed, and how many are left out. */
function cutsOf({ issues, issueCounts }: Problems): [code: string, left: number][] {
  const listed = new Map<string, number>()
  for (const { code } of issues) listed.set(code, (listed.get(code) ?? 0) + 1)
  return Object.entries(issueCounts).flatMap(([code, count]) => {
    const left = count - (listed.get(code) ?? 0)
    return left > 0 ? [[code, left] as [string, number]] : []
  })
}

function cutText(left: number): string {
  const are = left === 1 ? 'is' : 'are'
  return `There ${are} ${left} more of these, which ${are} counted and not listed.`
}

// A header is quoted in messages as it was sent, line ends and all.
function oneLine(text: string): string {
  return escaped(text.replace(/\s+/g, ' '))
}

/**
 * What a terminal would obey rather than show, as JSON and most languages write it. A file name may hold such signs,
 * and so may what an older version has kept. Joiners stay: some scripts spell with them.
 */
function escaped(text: string): string {
  return text.replace(/[^\P{C}\n\u200c\u200d]|[\p{Zl}\p{Zp}]/gu, (sign) =>
    Array.from({ length: sign.length }, (_, at) => unit(sign.charCodeAt(at))).join(''),
  )
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`
}

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  fatal: 'error',
  hold: 'warning',
  row: 'error',
  cell: 'warning',
  info: 'note',
}

function ruleOf(code: string) {
  // Only codes of the catalogue are ever written; a run of an older version may hold one that is gone.
  if (!isIssueCode(code)) return { id: code }
  const { message, fix, severity } = ISSUES[code]
  return {
    id: code,
    shortDescription: { text: message },
    help: { text: fix },
    defaultConfiguration: { level: LEVELS[severity] },
  }
}

function resultOf(issue: Issue, file: string, ruleIndex: number) {
  const { code, severity, line, row, column, field, header, value, message, fix } = issue
  // A region's column would count characters of the line; the cell is told as a logical place instead.
  const cell =
    column === null ? {} : { logicalLocations: [{ name: `${column}${line ?? ''}`, kind: 'member' }] }
  const region = line === null ? {} : { region: { startLine: Math.max(1, line) } }
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: `${message} ${fix}` },
    locations: [
      { physicalLocation: { artifactLocation: { uri: uriOf(file), index: 0 }, ...region }, ...cell },
    ],
    properties: { severity, row, column, field, header, value },
  }
}

function cutNotification([code, left]: readonly [string, number]) {
  return { level: 'warning', message: { text: `${code}: ${cutText(left)}` } }
}

/** A path as a URI: relative paths stay so, as viewers join them with the place of the checkout. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')
  return path.startsWith('/') ? `file://${path}` : path
}
