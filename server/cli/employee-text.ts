/** A person as a person reads it on this terminal: each value, and under whose word it stands. */
import type { Employee } from '../../importer/types.ts'
import { type Column, tableText } from './table.ts'
import { type Colors, printable, type Terminal } from './terminal.ts'

type Value = Employee['values'][number]
type Origin = NonNullable<Value['from']>

/** What is told of refusals, and of changes unless all are asked for. */
const LATEST = 5

export function employeeText(
  employee: Employee,
  { outColors }: Terminal,
  { history }: { history: boolean },
): string {
  const { values, refused, changes } = employee
  const shownChanges = history ? changes : changes.slice(0, LATEST)
  const blocks = [
    head(employee, outColors),
    tableText(VALUES, values, outColors),
    section('Pinned', tableText(PINS, employee.pins, outColors), employee.pins, outColors),
    section(
      'Was not taken',
      tableText(REFUSED, history ? refused : refused.slice(0, LATEST), outColors),
      refused,
      outColors,
    ),
    section('Last changes', tableText(CHANGES, shownChanges, outColors), changes, outColors),
    shownChanges.length < changes.length
      ? outColors.dim(`${changes.length - shownChanges.length} earlier changes: --history shows them.\n`)
      : '',
  ]
  return `\n${blocks.filter((text) => text !== '').join('\n')}`
}

function head(employee: Employee, colors: Colors): string {
  const { values, account, status, asOf, reportsTo, reports, id, merged } = employee
  const name = values.find(({ field }) => field === 'Name')?.value ?? ''
  const line = reportsTo.map((one) => printable(one.name ?? '')).join(' › ')
  return [
    `${colors.bold(printable(name))}  ${inStatusColor(status, colors)}${asOf === null ? '' : colors.dim(`  as of ${asOf}`)}`,
    colors.dim(`Person ${id} of ${account}`),
    `Reports to  ${line === '' ? colors.dim('nobody known') : line}`,
    `Reports     ${reports === 0 ? colors.dim('none') : reports.toLocaleString('en-US')}`,
    ...merged.map((one) => `Was also    ${printable(one.name ?? '')} ${colors.dim(keysOf(one))}`),
    '',
  ].join('\n')
}

function keysOf({ employeeId, email, run }: Employee['merged'][number]): string {
  const keys = [employeeId, email].filter((key) => key !== null).map(printable)
  return [...keys, `merged by run ${run}`].join('  ')
}

const STATUS_COLORS: Readonly<Partial<Record<Employee['status'], 'green' | 'yellow' | 'red'>>> = {
  active: 'green',
  upcoming: 'yellow',
  removed: 'red',
}

function inStatusColor(status: Employee['status'], colors: Colors): string {
  return colors[STATUS_COLORS[status] ?? 'dim'](status)
}

function section(title: string, table: string, rows: readonly unknown[], colors: Colors): string {
  return rows.length === 0 ? '' : `${colors.bold(title)}\n${table}`
}

const VALUES: readonly Column<Value>[] = [
  { header: 'Field', cell: ({ field }) => printable(field) },
  { header: 'Value', cell: ({ value }, colors) => shown(value, colors) },
  { header: 'From', cell: ({ from }, colors) => origin(from, colors) },
  { header: 'Since (UTC)', cell: ({ from }) => (from === null ? '' : moment(from.at)) },
  {
    header: 'Before',
    cell: ({ previous }, colors) =>
      previous === null ? '' : colors.dim(previous.value === null ? 'nothing' : printable(previous.value)),
  },
]

const PINS: readonly Column<Employee['pins'][number]>[] = [
  { header: 'Field', cell: ({ field }) => printable(field) },
  { header: 'Until', cell: ({ until }, colors) => until ?? colors.dim('for good') },
  { header: 'By', cell: ({ by }) => printable(by) },
  { header: 'Since (UTC)', cell: ({ at }) => moment(at) },
]

const REFUSED: readonly Column<Employee['refused'][number]>[] = [
  { header: 'Received (UTC)', cell: ({ at }) => moment(at) },
  { header: 'From', cell: (one, colors) => origin(one, colors) },
  { header: 'Code', cell: ({ code }, colors) => colors.yellow(code) },
  { header: 'Why', cell: ({ message }) => printable(message) },
]

const CHANGES: readonly Column<Employee['changes'][number]>[] = [
  { header: 'When (UTC)', cell: ({ at }) => moment(at) },
  { header: 'From', cell: (one, colors) => origin(one, colors) },
  { header: 'What', cell: ({ what, field }) => (field === null ? what : printable(field)) },
  {
    header: 'Change',
    cell: ({ what, before, after }, colors) =>
      what === 'changed' ? `${shown(before, colors)} → ${shown(after, colors)}` : '',
  },
]

function origin(from: Origin | null, colors: Colors): string {
  if (from === null) return colors.dim('not known')
  // What a person asked for stands in no file of anybody.
  const line = from.line === null ? ` by ${printable(from.by)}` : `:${from.line}`
  return `${printable(from.fileName)}${line} ${colors.dim(`${from.source} ${from.run}`)}`
}

function shown(value: string | null, colors: Colors): string {
  return value === null ? colors.dim('nothing') : printable(value)
}

function moment(at: string): string {
  return at.slice(0, 16).replace('T', ' ')
}
