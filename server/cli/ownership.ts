/** `ownership`: which source owns which field of an account. */
import type { OwnershipChange, OwnershipView } from '../../importer/types.ts'
import { WRITE_MODES } from '../../schemas/ownership.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { EXIT, UsageError } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { type Colors, printable, type Terminal } from './terminal.ts'

export async function showOwnership(
  { terminal, config }: Context,
  { account, json }: { readonly account: string; readonly json: boolean },
): Promise<number> {
  const view = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.fields.ownership(account),
  )
  await tell(view, terminal, json)
  return EXIT.done
}

export interface SetOwnershipOptions {
  readonly account: string
  readonly field: string
  /** As typed, `sftp:always`; none gives the field back to every source. */
  readonly sources: readonly string[]
  readonly others?: string
  readonly silentDays?: number
  readonly yes: boolean
  readonly json: boolean
}

/** Shows what would be set; with a yes, sets it. */
export async function setOwnership(
  { terminal, config }: Context,
  { account, yes, json, ...options }: SetOwnershipOptions,
): Promise<number> {
  const change = changeOf(options)
  const view = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    yes
      ? door.fields.setOwnership(account, change, { by: whoAmI() })
      : door.fields.ownershipPreview(account, change),
  )
  await tell(view, terminal, json)
  if (yes) return EXIT.done
  terminal.say('Nothing was set. Add --yes to set it; it counts from the next file on.')
  return EXIT.held
}

function changeOf({
  field,
  sources,
  others,
  silentDays,
}: Pick<SetOwnershipOptions, 'field' | 'sources' | 'others' | 'silentDays'>): OwnershipChange {
  if (sources.length === 0) return { field, ownership: null }
  const ownership = {
    sources: sources.map(sourceOf),
    ...(others === undefined ? {} : { others }),
    ...(silentDays === undefined ? {} : { silentDays }),
  }
  return { field, ownership }
}

function sourceOf(word: string): { source: string; mode: string } {
  const [source = '', mode = 'always', ...rest] = word.split(':')
  if (source === '' || rest.length > 0 || !(WRITE_MODES as readonly string[]).includes(mode))
    throw new UsageError(
      `"${word}" is no source with what it may do.`,
      `Write source:mode, with one of ${WRITE_MODES.join(', ')}.`,
    )
  return { source, mode }
}

async function tell(view: OwnershipView, terminal: Terminal, json: boolean): Promise<void> {
  if (json) return await terminal.data(jsonText(view))
  if (view.fields.length === 0) return terminal.say('Every source may write every field.')
  await terminal.data(tableText(COLUMNS, linesOf(view), terminal.outColors))
}

interface Line {
  readonly field: string
  readonly people: string
  readonly source: string
  readonly right: string
  readonly heard: string | null
  readonly isSilent: boolean
}

function linesOf({ fields }: OwnershipView): Line[] {
  return fields.flatMap(({ field, people, rights }) =>
    rights.map(({ source, right, lastHeard, isSilent }, at) => ({
      ...(at === 0 ? { field, people: people.toLocaleString('en-US') } : { field: '', people: '' }),
      ...{ source, right: WORDS[right], heard: lastHeard, isSilent },
    })),
  )
}

const WORDS = {
  always: 'writes',
  fillIfEmpty: 'fills what is empty',
  standIn: 'waits until the owner is silent',
  never: 'never writes',
} as const

const COLUMNS: readonly Column<Line>[] = [
  { header: 'Field', cell: ({ field }) => printable(field) },
  { header: 'People', align: 'right', cell: ({ people }) => people },
  { header: 'Source', cell: ({ source }) => printable(source) },
  { header: 'Now', cell: ({ right }) => right },
  { header: 'Last heard (UTC)', cell: ({ heard, isSilent }, colors) => heardText(heard, isSilent, colors) },
]

function heardText(heard: string | null, isSilent: boolean, colors: Colors): string {
  const text = heard === null ? 'never' : heard.slice(0, 16).replace('T', ' ')
  return isSilent ? colors.yellow(`${text} (silent)`) : text
}
