/** `lifecycle`: who starts and leaves, and when. */
import type { LifecycleEvent, LifecycleFilter, LifecycleKind } from '../../schemas/lifecycle.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

export async function listLifecycle(
  { terminal, config }: Context,
  account: string,
  { filter, json }: { filter: LifecycleFilter; json: boolean },
): Promise<number> {
  const events = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.lifecycle.events(account, filter),
  )
  if (json) await terminal.data(jsonText(events))
  else if (events.length > 0) await terminal.data(tableText(COLUMNS, events, terminal.outColors))
  else terminal.say('Nothing. A running server follows the calendar, from 30 days back to 60 days ahead.')
  return EXIT.done
}

const COLUMNS: readonly Column<LifecycleEvent>[] = [
  { header: 'Day', cell: ({ day }) => day },
  { header: 'What', cell: ({ kind, isLate }) => `${WORDS[kind]}${isLate ? ' (known late)' : ''}` },
  { header: 'Person', align: 'right', cell: ({ person }) => String(person) },
  { header: 'Employee Id', cell: ({ employeeId }) => printable(employeeId ?? '') },
  { header: 'Name', cell: ({ name }) => printable(name ?? '') },
]

const WORDS: Readonly<Record<LifecycleKind, string>> = {
  upcoming: 'will start',
  started: 'started',
  leaving: 'will leave',
  left: 'left',
}
