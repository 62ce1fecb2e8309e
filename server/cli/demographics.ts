/** `demographics`: how full they are, who last sent them, and their labels. */
import { Readable } from 'node:stream'
import type { DemographicSummary, Run } from '../../importer/types.ts'
import type { NewDelivery } from '../control/door.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { EXIT } from './failure.ts'
import { followRun } from './follow.ts'
import { exitCodeOf } from './outcome.ts'
import { runText } from './run-text.ts'
import { type Session, withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { type Colors, printable, type Terminal } from './terminal.ts'

export async function listDemographics(
  { terminal, config }: Context,
  { account, json }: { account: string; json: boolean },
): Promise<number> {
  const all = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.demographics(account))
  if (json) await terminal.data(jsonText(all))
  else if (all.length > 0) await terminal.data(tableText(COLUMNS, all, terminal.outColors))
  else terminal.say('No demographics. The first import of a source makes them of the columns it finds.')
  return EXIT.done
}

export interface ChangeOptions {
  readonly account: string
  readonly label: string
  readonly yes: boolean
}

/** Shows whom it concerns; with a yes, does it. */
export async function renameDemographic(
  { terminal, config }: Context,
  { account, label, to, yes }: ChangeOptions & { readonly to: string },
): Promise<number> {
  return await withSession({ config, terminal, needs: 'look' }, async ({ door }) => {
    const one = (await door.demographics(account)).find((known) => known.label === label)
    if (one !== undefined && !yes) {
      terminal.say(`${printable(label)} would be called ${printable(to)}: ${usedBy(one)}. No value changes.`)
      return preview(terminal)
    }
    await door.renameDemographic(account, { from: label, to })
    terminal.say(`${printable(label)} is now called ${printable(to)}.`)
    if (one?.lastSent) terminal.say(hintOf(one.lastSent.source, { account, label, to }))
    return EXIT.done
  })
}

/** A file that still has the old column would make a new demographic of it. */
function hintOf(source: string, { account, label, to }: Record<'account' | 'label' | 'to', string>): string {
  const setting = `"mapping.${printable(label)}=${printable(to)}"`
  return `Files that still have a column ${printable(label)}: \`rollcall source set ${source} --account ${account} ${setting}\`.`
}

export interface MergeOptions extends ChangeOptions {
  readonly into: string
  readonly json: boolean
}

/** A manual import of the people whom it concerns; without a yes a dry run of it. */
export async function mergeDemographics(
  { terminal, config }: Context,
  { account, label, into, yes, json }: MergeOptions,
): Promise<number> {
  const { run, kept } = await withSession({ config, terminal, needs: 'work' }, async (session) => {
    const { door } = session
    const bytes: Uint8Array[] = []
    for await (const chunk of door.demographicsMerge(account, { from: label, into }))
      bytes.push(Buffer.from(chunk))
    // The header alone: nobody's value can be moved.
    const settled = bytes.length < 2 ? null : await importMerge(session, { account, yes, bytes }, terminal)
    const one = (await door.demographics(account)).find((known) => known.label === label)
    const left = (one?.filled ?? 0) + (one?.others ?? 0)
    return { run: settled, kept: settled?.state === 'dry_run' ? left - settled.counts.read : left }
  })
  if (run !== null) await terminal.data(json ? jsonText(run) : await runText(run, terminal))
  if (run?.state !== 'held' && kept > 0)
    terminal.say(
      `${number(kept)} ${kept === 1 ? 'person has' : 'people have'} another value in each, and keep both.`,
    )
  if (run === null) {
    terminal.say('There is nothing to move.')
    return EXIT.done
  }
  if (!yes) return preview(terminal)
  if (kept === 0 && run.state.startsWith('succeeded'))
    terminal.say(`Nobody has a value in ${printable(label)} any more: \`rollcall demographics delete\`.`)
  return exitCodeOf(run)
}

async function importMerge(
  session: Session,
  { account, yes, bytes }: { account: string; yes: boolean; bytes: readonly Uint8Array[] },
  terminal: Terminal,
): Promise<Run> {
  const delivery: NewDelivery = {
    ...{ account, fileName: 'merge of demographics.csv', sentBy: whoAmI() },
    importType: 'partial',
    mode: yes ? 'apply' : 'dry_run',
  }
  const { id } = await session.door.deliver(delivery, Readable.from(bytes))
  return await followRun(session, id, terminal)
}

/** Shows whom it concerns; with a yes, does it. */
export async function deleteDemographic(
  { terminal, config }: Context,
  { account, label, yes }: ChangeOptions,
): Promise<number> {
  return await withSession({ config, terminal, needs: 'look' }, async ({ door }) => {
    const one = (await door.demographics(account)).find((known) => known.label === label)
    if (one !== undefined && !yes) {
      const isFree = one.filled + one.others === 0
      terminal.say(
        `${printable(label)} ${isFree ? 'would be deleted' : 'cannot be deleted'}: ${usedBy(one)}.`,
      )
      return isFree ? preview(terminal) : EXIT.failed
    }
    await door.deleteDemographic(account, label)
    terminal.say(`${printable(label)} is deleted. What the history says of it stays.`)
    return EXIT.done
  })
}

function preview(terminal: Terminal): number {
  terminal.say('Nothing was written. Do it with --yes.')
  return EXIT.held
}

function usedBy({ filled, active, others }: DemographicSummary): string {
  const also = others > 0 ? `, and ${number(others)} who left or are deactivated` : ''
  return `${number(filled)} of ${number(active)} active people have a value${also}`
}

const COLUMNS: readonly Column<DemographicSummary>[] = [
  { header: 'Demographic', cell: ({ label }) => printable(label) },
  { header: 'Filled', align: 'right', cell: ({ filled }) => number(filled) },
  { header: 'Of', align: 'right', cell: ({ active }) => number(active) },
  { header: 'Share', align: 'right', cell: share },
  { header: 'Others', align: 'right', cell: ({ others }) => number(others) },
  {
    header: 'Last sent (UTC)',
    cell: ({ lastSent }) => lastSent?.at.slice(0, 16).replace('T', ' ') ?? 'long ago',
  },
  {
    header: 'By',
    cell: ({ lastSent }) => (lastSent === null ? '' : `${lastSent.source}, run ${lastSent.run}`),
  },
]

function share({ filled, active }: DemographicSummary, colors: Colors): string {
  if (active === 0) return ''
  const text = `${Math.round((100 * filled) / active)} %`
  return filled === 0 ? colors.yellow(text) : text
}

function number(count: number): string {
  return count.toLocaleString('en-US')
}
