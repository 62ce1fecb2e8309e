/** `missing`: people whom a source once sent and sends no more, and an operator's word on them. */
import { ImportError } from '../../importer/errors.ts'
import type { MissingPage, Run } from '../../importer/types.ts'
import type { Door, NewDelivery } from '../control/door.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { EXIT } from './failure.ts'
import { followRun } from './follow.ts'
import { exitCodeOf } from './outcome.ts'
import { runText } from './run-text.ts'
import { type Session, withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

export interface OfSource {
  readonly account: string
  readonly source: string
}

export interface ListOptions extends OfSource {
  readonly files: number
  readonly limit?: number
  readonly after?: number
  readonly json: boolean
}

export async function listMissing(
  { terminal, config }: Context,
  { account, source, files, limit, after, json }: ListOptions,
): Promise<number> {
  const place = {
    filesMin: files,
    ...(limit === undefined ? {} : { limit }),
    ...(after === undefined ? {} : { after }),
  }
  const page = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.missing(account, source, place),
  )
  if (json) await terminal.data(jsonText(page))
  else if (page.people.length > 0) await terminal.data(tableText(COLUMNS, page.people, terminal.outColors))
  else terminal.say(nobody(page))
  if (!json && page.next !== null) terminal.say(`More people follow: add --after ${page.next}.`)
  return EXIT.done
}

function nobody({ setting, account, source, files }: MissingPage): string {
  if (setting === 'ignore')
    return `The source ${source} keeps no account of it: \`rollcall source set ${source} --account ${account} missing=report\`.`
  return `Nobody is missing from the ${files} ${files === 1 ? 'file' : 'files'} of the source ${source} so far.`
}

export async function ignoreMissing(
  { terminal, config }: Context,
  { account, source, key }: OfSource & { readonly key: string },
): Promise<number> {
  await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.ignoreMissing(account, { source, key }, { by: whoAmI() }),
  )
  terminal.say('They are not listed any more until the source has sent them again.')
  return EXIT.done
}

export interface LeftOptions {
  readonly account: string
  readonly key: string
  readonly date: string
  readonly json: boolean
}

/** A manual import of one row: with a history, and undone like any other. */
export async function markLeft(context: Context, { account, key, date, json }: LeftOptions): Promise<number> {
  return await importing(context, { account, json }, async (door) => {
    const { values } = await door.employee(account, key)
    const stored = (field: string) => values.find((one) => one.field === field)?.value ?? ''
    return {
      fileName: 'left.csv',
      rows: [
        ['Employee Id', 'Email', 'End Date'],
        [stored('Employee Id'), stored('Email'), date],
      ],
    }
  })
}

/** A manual import too: what holds back a file that takes many people away holds it back as well. */
export async function deactivateMissing(
  context: Context,
  { account, source, files, json }: OfSource & { readonly files: number; readonly json: boolean },
): Promise<number> {
  return await importing(context, { account, json }, async (door) => {
    const rows = [['Employee Id', 'Email', 'Employee Deactivated']]
    for (let after: number | null = 0; after !== null; ) {
      const page: MissingPage = await door.missing(account, source, { filesMin: files, after, limit: 1_000 })
      if (page.setting !== 'deactivate') throw new ImportError('MISSING_NOT_ALLOWED', { source })
      for (const { employeeId, email } of page.people) rows.push([employeeId ?? '', email ?? '', 'TRUE'])
      after = page.next
    }
    return { fileName: `missing from ${source}.csv`, rows }
  })
}

interface Made {
  readonly fileName: string
  /** The header first. */
  readonly rows: readonly (readonly string[])[]
}

async function importing(
  { terminal, config }: Context,
  { account, json }: { account: string; json: boolean },
  make: (door: Door) => Promise<Made>,
): Promise<number> {
  const run = await withSession({ config, terminal, needs: 'work' }, async (session) => {
    const made = await make(session.door)
    return made.rows.length < 2 ? null : await deliver(session, account, made, terminal)
  })
  if (run === null) {
    terminal.say('Nobody is missing: nothing was done.')
    return EXIT.done
  }
  await terminal.data(json ? jsonText(run) : await runText(run, terminal))
  return exitCodeOf(run)
}

async function deliver(
  session: Session,
  account: string,
  { fileName, rows }: Made,
  terminal: Context['terminal'],
): Promise<Run> {
  const text = rows.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('')
  const delivery: NewDelivery = {
    ...{ account, fileName, sentBy: whoAmI() },
    importType: 'partial',
    mode: 'apply',
  }
  const { id } = await session.door.deliver(delivery, bytesOf(text))
  return await followRun(session, id, terminal)
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`
}

type Missing = MissingPage['people'][number]

const COLUMNS: readonly Column<Missing>[] = [
  { header: 'Name', cell: ({ name }) => printable(name ?? '') },
  { header: 'Employee Id', cell: ({ employeeId }) => printable(employeeId ?? '') },
  { header: 'Email', cell: ({ email }) => printable(email ?? '') },
  { header: 'Files', align: 'right', cell: ({ absences }, colors) => colors.bold(`${absences}`) },
  { header: 'Missing since (UTC)', cell: ({ since }) => since.slice(0, 16).replace('T', ' ') },
  { header: 'Last in run', cell: ({ lastRun }) => lastRun },
]
