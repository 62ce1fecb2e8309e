/** `employee erase`: a person's right to be forgotten, after showing what there is. */
import type { Erasure } from '../../importer/types.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import type { Terminal } from './terminal.ts'

export interface EraseOptions {
  /** An Employee Id or Email. */
  readonly key: string
  readonly account: string
  readonly yes: boolean
  readonly json: boolean
}

export async function eraseEmployee(
  { terminal, config }: Context,
  { key, account, yes, json }: EraseOptions,
): Promise<number> {
  const erasure = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    yes ? door.erase(account, key) : door.erasePreview(account, key),
  )
  await terminal.data(json ? jsonText(erasure) : erasureText(erasure, terminal))
  if (yes) {
    terminal.say('Erased. Backups, and what was sent to others, still hold what they held.')
    return EXIT.done
  }
  terminal.say('Nothing was erased. Add --yes to do it; nothing brings it back.')
  return EXIT.held
}

function erasureText(erasure: Erasure, { outColors }: Terminal): string {
  const { people, isDone, changes, planRows, reports, files, unsearched } = erasure
  const would = isDone ? '' : 'would '
  const lines = [
    outColors.bold(`Person ${people.join(', ')} of ${erasure.account}`),
    `  ${number(changes)} changes of the history and ${number(planRows)} rows of plans ${would}lose their values`,
    `  reports that ${would}name nobody as their manager: ${number(reports)}`,
    ...listOf(
      `Kept files that name them ${isDone ? 'were removed' : 'would be removed, with everybody in them'}`,
      files,
    ),
    ...listOf('Kept files that cannot be searched: look into them yourself', unsearched),
  ]
  return `\n${lines.join('\n')}\n`
}

function listOf(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`  ${title}:`, ...names.map((name) => `    ${name}`)]
}

function number(count: number): string {
  return count.toLocaleString('en-US')
}
