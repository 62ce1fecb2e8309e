/** `employee set`, `employee pin`, `employee unpin`: a person's own word on another, and what no file may write. */
import { text as wholeText } from 'node:stream/consumers'
import type { Edit, EditPreview } from '../../importer/types.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { EXIT, UsageError } from './failure.ts'
import { followRun } from './follow.ts'
import { exitCodeOf } from './outcome.ts'
import { runText } from './run-text.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { type Colors, printable, type Terminal } from './terminal.ts'

export interface EditOptions {
  readonly account: string
  /** An Employee Id or Email. */
  readonly key: string
  /** As typed: `Email=ada@example.com`. */
  readonly words: readonly string[]
  readonly isPinned: boolean
  readonly until?: string
  readonly reason?: string
  readonly yes: boolean
  readonly json: boolean
}

/** Shows what would change; with a yes, changes it. */
export async function editEmployee(context: Context, options: EditOptions): Promise<number> {
  const { words, isPinned, until, ...rest } = options
  if (until !== undefined && !isPinned)
    throw new UsageError('--until says how long a value is pinned.', 'Add --pin.')
  const { stdin } = context.terminal
  const values = await Promise.all(words.map((word) => toValue(word, stdin)))
  return await carryOut(context, rest, { values, pin: isPinned ? { until: until ?? null } : null })
}

export interface PinOptions {
  readonly account: string
  readonly key: string
  readonly field: string
  /** Sets it first; `-` reads it from stdin. */
  readonly value?: string
  readonly until?: string
  readonly reason?: string
  readonly yes: boolean
  readonly json: boolean
}

/** Without a value there is nothing to look at first: the value stays what it is, and `unpin` gives it free. */
export async function pinEmployee(context: Context, options: PinOptions): Promise<number> {
  const { field, value, until = null, ...rest } = options
  if (value !== undefined) {
    const given = await fromStdin(value, context.terminal.stdin)
    return await carryOut(context, rest, { values: [{ field, value: given }], pin: { until } })
  }
  const { account, key } = options
  await withSession({ ...context, needs: 'look' }, ({ door }) =>
    door.fields.pin(account, key, { field, until }, { by: whoAmI() }),
  )
  context.terminal.say(`Pinned${until === null ? '' : ` until ${until}`}: no source writes it.`)
  return EXIT.done
}

export async function unpinEmployee(
  context: Context,
  { account, key, field }: Pick<PinOptions, 'account' | 'key' | 'field'>,
): Promise<number> {
  await withSession({ ...context, needs: 'look' }, ({ door }) => door.fields.unpin(account, key, field))
  context.terminal.say('No longer pinned: the next file that may write it does.')
  return EXIT.done
}

async function carryOut(
  { terminal, config }: Context,
  { account, key, reason, yes, json }: Pick<EditOptions, 'account' | 'key' | 'reason' | 'yes' | 'json'>,
  edit: Edit,
): Promise<number> {
  if (!yes) {
    const preview = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
      door.fields.editPreview(account, key, edit),
    )
    await terminal.data(json ? jsonText(preview) : previewText(preview, terminal))
    terminal.say('Nothing was written. Add --yes to do it.')
    return EXIT.held
  }
  const run = await withSession({ config, terminal, needs: 'work' }, async (session) => {
    const decision = { by: whoAmI(), ...(reason === undefined ? {} : { reason }) }
    const { id } = await session.door.fields.edit(account, key, edit, decision)
    return await followRun(session, id, terminal)
  })
  await terminal.data(json ? jsonText(run) : await runText(run, terminal))
  return exitCodeOf(run)
}

async function toValue(word: string, stdin: Terminal['stdin']): Promise<Edit['values'][number]> {
  const at = word.indexOf('=')
  if (at < 1)
    throw new UsageError(
      `"${printable(word)}" sets nothing.`,
      'Write field=value, as in Email=ada@example.com; field=- reads the value from stdin.',
    )
  return { field: word.slice(0, at), value: await fromStdin(word.slice(at + 1), stdin) }
}

async function fromStdin(value: string, stdin: Terminal['stdin']): Promise<string> {
  return value === '-' ? (await wholeText(stdin)).replace(/\r?\n$/, '') : value
}

function previewText(
  { person, changes, pinned, manager, reports }: EditPreview,
  { outColors }: Terminal,
): string {
  const blocks = [
    `${nameOf(person, outColors)}\n`,
    changes.length > 0 ? tableText(CHANGES, changes, outColors) : 'No value changes.\n',
    manager === null ? '' : `Reports to  ${whoever(manager.before)} → ${whoever(manager.after)}\n`,
    reports > 0
      ? `${reports} ${reports === 1 ? 'person waits' : 'people wait'} for a manager with this key, and would get them.\n`
      : '',
    pinned.length > 0 ? `Pinned      ${pinned.map(printable).join(', ')}\n` : '',
  ]
  return `\n${blocks.filter((one) => one !== '').join('\n')}`
}

function whoever(person: EditPreview['person'] | null): string {
  return person === null ? 'nobody' : printable(person.name ?? '')
}

function nameOf({ name, employeeId, email, id }: EditPreview['person'], colors: Colors): string {
  const keys = [employeeId, email].filter((key) => key !== null).map(printable)
  return `${printable(name ?? '')}  ${colors.dim([...keys, `person ${id}`].join('  '))}`
}

const CHANGES: readonly Column<EditPreview['changes'][number]>[] = [
  { header: 'Field', cell: ({ field }) => printable(field) },
  { header: 'Now', cell: ({ before }, colors) => shown(before, colors) },
  { header: 'Then', cell: ({ after }, colors) => shown(after, colors) },
]

function shown(value: string | null, colors: Colors): string {
  return value === null ? colors.dim('nothing') : printable(value)
}
