/** `mapping`: what the fields of an API become, and what another mapping would do. */
import type { MappingChange, MappingImpact, MappingVersion } from '../../../importer/types.ts'
import { targetOf, targetText } from '../../../schemas/mapped-target.ts'
import type { MappedTarget } from '../../../schemas/mapping.ts'
import { type Context, jsonText, whoAmI } from '../context.ts'
import { EXIT, UsageError } from '../failure.ts'
import { exitCodeOf } from '../outcome.ts'
import { runText } from '../run-text.ts'
import { withSession } from '../session.ts'
import { type Column, tableText } from '../table.ts'
import { printable, type Terminal } from '../terminal.ts'
import type { Named } from './connections.ts'

export async function showMapping(
  { terminal, config }: Context,
  {
    account,
    source,
    versions,
    fields,
    json,
  }: Named & { readonly versions: boolean; readonly fields: boolean },
): Promise<number> {
  return await withSession({ config, terminal, needs: 'look' }, async ({ door }) => {
    if (fields) {
      const mappable = await door.hris.mappable(account, source)
      await terminal.data(json ? jsonText(mappable) : tableText(FIELDS, mappable, terminal.outColors))
      return EXIT.done
    }
    const all = await door.hris.mappings(account, source)
    if (json) await terminal.data(jsonText(versions ? all : all.find(({ isCurrent }) => isCurrent)))
    else if (versions) await terminal.data(tableText(VERSIONS, all, terminal.outColors))
    else await terminal.data(currentText(all, terminal))
    return EXIT.done
  })
}

export interface MappingOptions extends Named {
  readonly words: readonly string[]
  readonly reason: string | undefined
}

/** Shows what it would do, and changes nothing. */
export async function previewMapping(context: Context, options: MappingOptions): Promise<number> {
  const { terminal, config } = context
  const { account, source, json } = options
  const impact = await withSession({ config, terminal, needs: 'work' }, ({ door }) =>
    door.hris.proposeMapping(account, source, proposalOf(options)),
  )
  await terminal.data(json ? jsonText(impact) : await impactText(impact, terminal))
  terminal.say(
    `Nothing is changed yet. Use it with \`rollcall mapping use ${source} ${impact.version} --account ${account}\`; \`rollcall runs plan ${impact.run.id}\` shows everybody.`,
  )
  return EXIT.done
}

/** Puts it in force, after showing what it does. */
export async function setMapping(context: Context, options: MappingOptions): Promise<number> {
  const { terminal, config } = context
  const { account, source, json } = options
  const impact = await withSession({ config, terminal, needs: 'work' }, async ({ door }) => {
    const proposed = await door.hris.proposeMapping(account, source, proposalOf(options))
    // What cannot even be planned would stop every sync.
    if (proposed.run.state === 'dry_run') await door.hris.useMapping(account, source, proposed.version)
    return proposed
  })
  await terminal.data(json ? jsonText(impact) : await impactText(impact, terminal))
  if (impact.run.state !== 'dry_run') {
    terminal.say('It is not used: with it nothing could be imported.')
    return exitCodeOf(impact.run)
  }
  terminal.say(inForce(impact.version, options))
  return EXIT.done
}

export async function applyMapping(
  { terminal, config }: Context,
  { account, source, version, json }: Named & { readonly version: number },
): Promise<number> {
  const all = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.hris.useMapping(account, source, version),
  )
  if (json) await terminal.data(jsonText(all))
  terminal.say(inForce(version, { account, source }))
  return EXIT.done
}

export async function revertMapping(
  { terminal, config }: Context,
  {
    account,
    source,
    version,
    reason,
    json,
  }: Named & { readonly version: number; readonly reason: string | undefined },
): Promise<number> {
  const all = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.hris.revertMapping(account, source, { to: version, by: whoAmI(), reason: reason ?? null }),
  )
  if (json) await terminal.data(jsonText(all))
  terminal.say(inForce(all.find(({ isCurrent }) => isCurrent)?.version ?? 0, { account, source }))
  return EXIT.done
}

function inForce(version: number, { account, source }: Pick<Named, 'account' | 'source'>): string {
  return `Version ${version} of the mapping is in force from the next sync on: \`rollcall sync ${source} --account ${account}\`.`
}

function proposalOf({ words, reason }: MappingOptions) {
  return { change: changeOf(words), by: whoAmI(), reason: reason ?? null }
}

/** `field=Column`, `field=-` to read it no more, `values.Column.sent=meant`. */
export function changeOf(words: readonly string[]): MappingChange {
  const fields: Record<string, MappedTarget | null> = {}
  const values: Record<string, Record<string, string | null>> = {}
  for (const word of words) {
    const at = word.lastIndexOf('=')
    if (at < 1)
      throw new UsageError(
        `"${word}" is no mapping.`,
        'Write field=Column, for example custom.Team=Team, or field=- for none.',
      )
    const [name, text] = [word.slice(0, at), word.slice(at + 1)]
    if (!name.startsWith('values.')) {
      fields[name] = text === '-' || text === '' ? null : targetOf(text)
      continue
    }
    const [column, sent] = splitLast(name.slice('values.'.length))
    values[column] = { ...values[column], [sent]: text === '' ? null : text }
  }
  return { fields, values }
}

function splitLast(path: string): [string, string] {
  const at = path.indexOf('.')
  if (at < 1)
    throw new UsageError(`"values.${path}" names no value.`, 'Write "values.Employment Type.W2=Employee".')
  return [path.slice(0, at), path.slice(at + 1)]
}

function currentText(all: readonly MappingVersion[], { outColors }: Terminal): string {
  const current = all.find(({ isCurrent }) => isCurrent)
  if (current === undefined) return 'No mapping.\n'
  const rows = Object.entries(current.mapping.fields).map(([field, target]) => ({ field, target }))
  const values = Object.entries(current.mapping.values).flatMap(([column, map]) =>
    Object.entries(map).map(
      ([sent, meant]) => `${printable(column)}: ${printable(sent)} -> ${printable(meant)}\n`,
    ),
  )
  return `Version ${current.version}, by ${printable(current.by)}\n\n${tableText(MAPPED, rows, outColors)}${values.length > 0 ? `\n${values.join('')}` : ''}`
}

async function impactText(
  { version, run, isFresh, gained, lost }: MappingImpact,
  terminal: Terminal,
): Promise<string> {
  const { counts } = run
  const lines = [
    `Version ${version} of the mapping, tried on ${isFresh ? 'people who were read for it' : 'the people that were read last'}:`,
    ...(gained.length > 0 ? [`  new columns: ${gained.map(printable).join(', ')}`] : []),
    ...(lost.length > 0
      ? [`  columns that come no more, whose stored values stay: ${lost.map(printable).join(', ')}`]
      : []),
    `  ${counts.updated} people would change, ${counts.created} would be new, ${counts.unchanged} stay as they are, ${counts.excluded} would be excluded`,
    '',
  ]
  return `${lines.join('\n')}${await runText(run, terminal)}`
}

const MAPPED: readonly Column<{ field: string; target: MappedTarget }>[] = [
  { header: 'Field of the API', cell: ({ field }) => printable(field) },
  { header: 'Becomes', cell: ({ target }) => printable(targetText(target)) },
]

const VERSIONS: readonly Column<MappingVersion>[] = [
  { header: 'Version', align: 'right', cell: ({ version }) => String(version) },
  { header: 'In force', cell: ({ isCurrent }) => (isCurrent ? 'yes' : '') },
  { header: 'At (UTC)', cell: ({ at }) => at.slice(0, 16).replace('T', ' ') },
  { header: 'By', cell: ({ by }) => printable(by) },
  {
    header: 'Why',
    cell: ({ reason, revertsTo }) => printable(reason ?? (revertsTo === null ? '' : `back to ${revertsTo}`)),
  },
]

const FIELDS: readonly Column<{ field: string; from: string; label: string }>[] = [
  { header: 'Field', cell: ({ field }) => printable(field) },
  { header: 'In the API', cell: ({ from }) => printable(from) },
  { header: 'Would be called', cell: ({ label }) => printable(label) },
]
