/** `source preview`: what rules of exclusion would do to a file, before they are set. */
import { resolve } from 'node:path'
import type { Exclusion, Run } from '../../importer/types.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT, UsageError } from './failure.ts'
import { openInput, withPath } from './input.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'

export interface PreviewOptions {
  readonly account: string
  readonly source: string
  readonly name?: string
  /** As typed: `Employment Type=Contractor`. */
  readonly exclude: readonly string[]
  readonly json: boolean
}

/** Checks the file twice, as it is set and with the rules besides, and stores nothing. */
export async function previewSource(
  { terminal, config }: Context,
  path: string,
  { account, source, name, exclude, json }: PreviewOptions,
): Promise<number> {
  const exclusions = exclusionsOf(exclude)
  const input = await openInput(terminal, path, name)
  const [now, then] = await withPath(input, path, (onDisk) =>
    withSession({ config, terminal, needs: 'look' }, async ({ door }) => {
      // A running server has another working directory than we.
      const file = { path: resolve(terminal.cwd, onDisk), fileName: input.fileName, source }
      const asSet = await door.validateFor(account, file)
      return [asSet, await door.validateFor(account, { ...file, exclusions })] as const
    }),
  )
  if (json) await terminal.data(jsonText({ exclusions, now: told(now), withRule: told(then) }))
  else await terminal.data(tableText(COLUMNS, linesOf(now, then), terminal.outColors))
  for (const issue of then.issues.filter(({ code }) => code === 'W_EXCLUSION_NO_COLUMN'))
    terminal.say(issue.message)
  if (now.state === 'rejected') terminal.say('The file would be refused: `rollcall validate` says why.')
  terminal.say('Nothing was stored. The rules are set with `rollcall source set <name> exclusions=<json>`.')
  return now.state === 'rejected' ? EXIT.failed : EXIT.done
}

/** Rules of the same column become one. */
function exclusionsOf(words: readonly string[]): Exclusion[] {
  const rules = new Map<string, string[]>()
  for (const word of words) {
    const at = word.indexOf('=')
    const [column, value] = [word.slice(0, at).trim(), word.slice(at + 1).trim()]
    if (at < 1 || value === '')
      throw new UsageError(`"${word}" is no rule.`, 'Write column=value, as in "Employment Type=Contractor".')
    rules.set(column, [...(rules.get(column) ?? []), value])
  }
  return [...rules].map(([column, is]) => ({ column, is }))
}

function told({
  state,
  counts,
  holds,
  issueCounts,
}: Run): Pick<Run, 'state' | 'counts' | 'holds' | 'issueCounts'> {
  return { state, counts, holds, issueCounts }
}

interface Line {
  readonly what: string
  readonly now: number
  readonly withRule: number
}

function linesOf(now: Run, then: Run): Line[] {
  return SHOWN.map(([key, what]) => ({ what, now: now.counts[key], withRule: then.counts[key] }))
}

const SHOWN: readonly (readonly [keyof Run['counts'], string])[] = [
  ['read', 'Rows read'],
  ['excluded', 'Excluded'],
  ['created', 'New'],
  ['updated', 'Updated'],
  ['unchanged', 'Unchanged'],
  ['rejected', 'Left out'],
  ['held', 'Held back'],
]

const COLUMNS: readonly Column<Line>[] = [
  { header: 'Rows', cell: ({ what }) => what },
  { header: 'As set', align: 'right', cell: ({ now }) => now.toLocaleString('en-US') },
  {
    header: 'With the rules',
    align: 'right',
    cell: ({ now, withRule: then }, colors) => {
      const text = then.toLocaleString('en-US')
      return now === then ? text : colors.bold(text)
    },
  },
]
