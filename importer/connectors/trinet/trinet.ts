/**
 * TriNet PEO: one list of employees by position, the first of which is number one. There is no word for "changed
 * since", so every poll reads everybody.
 */
import type { TrinetSettings } from '../../../schemas/hris/connection.ts'
import {
  trinetCompanySchema,
  trinetDepartmentsSchema,
  trinetEmployeesSchema,
  trinetLocationsSchema,
} from '../../../schemas/hris/trinet.ts'
import { ImportError } from '../../errors.ts'
import { chosenColumns } from '../chosen-columns.ts'
import type { CompanyFacts, Connector, ConnectorContext, SnapshotFacts, SnapshotRows } from '../connector.ts'
import { finishedSnapshot } from '../finished-snapshot.ts'
import { ListMoved, offsetPages } from '../offset-pages.ts'
import { partial } from '../pages.ts'
import { Session } from '../session.ts'
import { type Column, SnapshotTable } from '../snapshot-table.ts'
import {
  automaticColumns,
  BASIC,
  FULL,
  identify,
  type Lists,
  ORG,
  OTHER_COLUMNS,
  READ_ACCESS,
  type Row,
} from './fields.ts'

const TITLE = 'TriNet'
const PAGE = 100
/** Pages that are asked for at the same time. */
const AHEAD_MAX = 4
/** How often a list that changes while it is read is read again. */
const READINGS_MAX = 3
const NO_LISTS: Lists = { departments: new Map(), locations: new Map() }

type Context = ConnectorContext<TrinetSettings>

export const trinet: Connector<TrinetSettings> = {
  kind: 'trinet',
  title: TITLE,
  readAccess: READ_ACCESS,
  automaticMapping: automaticColumns('employeeId', NO_LISTS),
  check,
  snapshot,
}

async function check(context: Context): Promise<CompanyFacts> {
  refuseOtherProducts(context.settings)
  const session = sessionOf(context)
  const { data } = await session.get({
    path: `/v1/manage-company/${context.settings.companyId}/org-details`,
    schema: trinetCompanySchema,
    what: 'the company',
    permission: BASIC,
  })
  return {
    id: data.companyId ?? context.settings.companyId,
    name: data.companyName ?? data.legalName ?? null,
    fields: OTHER_COLUMNS.map(({ field, from, target }) => ({
      ...{ field, from, label: target.kind === 'demographic' ? target.label : field },
    })),
    missingPermissions: null,
  }
}

async function* snapshot(context: Context): AsyncGenerator<SnapshotRows, SnapshotFacts, void> {
  refuseOtherProducts(context.settings)
  const session = sessionOf(context)
  const { companyId } = context.settings
  const [departments, locations] = await Promise.all([
    departmentsOf(session, companyId),
    locationsOf(session, companyId),
  ])
  const lists = { departments: departments ?? new Map(), locations: locations ?? new Map() }
  const columns = columnsOf(context.settings, lists)
  const isFull = await mayReadAll(session, companyId)
  const table = await readWhole(context, session, columns, isFull)
  const missing = [...(isFull ? [] : [FULL]), ...(departments === null ? [ORG] : [])]
  return yield* finishedSnapshot(
    table,
    columns.flatMap(({ field, permission = '' }) => (missing.includes(permission) ? [field] : [])),
  )
}

const OTHER_PRODUCTS = {
  'hr-plus': 'TriNet HR Plus',
  'hr-platform': 'TriNet HR Platform (formerly Zenefits)',
}

/** They are other systems under the same name, with another API or none. */
function refuseOtherProducts({ product, apiUrl }: TrinetSettings): void {
  const { hostname } = new URL(apiUrl)
  const other = /(?:^|\.)zenefits\.com$/.test(hostname) ? 'hr-platform' : product
  if (other === 'peo') return
  throw new ImportError('API_PLAN', {
    system: OTHER_PRODUCTS[other],
    problem: 'only TriNet PEO can be connected, since the other products do not have its API',
    remedy:
      'If the company uses TriNet PEO, connect with its Company ID. Otherwise export a CSV and send it over SFTP.',
  })
}

function sessionOf(context: Context): Session {
  return new Session(context, {
    title: TITLE,
    // The second header is what every client that is known to work sends.
    headers: ({ bearer }) => ({ authorization: `Bearer ${bearer}`, grant_type: 'client_credentials' }),
  })
}

function columnsOf({ fields, employeeIdFrom }: TrinetSettings, lists: Lists): readonly Column<Row>[] {
  const automatic = automaticColumns(employeeIdFrom, lists)
  const all = [...automatic, ...OTHER_COLUMNS]
  return chosenColumns(fields, automatic, (name) => all.find(({ field }) => field === name))
}

async function departmentsOf(session: Session, companyId: string): Promise<Map<string, string> | null> {
  const found = await session.getIfAllowed({
    path: `/v1/company/${companyId}/departments`,
    schema: trinetDepartmentsSchema,
    what: 'departments',
    permission: ORG,
  })
  return found && new Map((found.data ?? []).map(({ deptId, deptName }) => [deptId, deptName ?? '']))
}

async function locationsOf(session: Session, companyId: string): Promise<Map<string, string> | null> {
  const found = await session.getIfAllowed({
    path: `/v1/company/${companyId}/locations`,
    schema: trinetLocationsSchema,
    what: 'locations',
    permission: ORG,
  })
  return (
    found &&
    new Map((found.data ?? []).map(({ locationId, locationName }) => [locationId, locationName ?? '']))
  )
}

/** Dates of service and managers are a permission of their own; without it the rest may still be read. */
async function mayReadAll(session: Session, companyId: string): Promise<boolean> {
  const query = { viewType: 'All', limit: '1', offset: '1' }
  return (await session.getIfAllowed(employeesCall(companyId, query))) !== null
}

function employeesCall(companyId: string, query: Readonly<Record<string, string>>) {
  return {
    path: `/v1/company/${companyId}/employees`,
    query,
    schema: trinetEmployeesSchema,
    what: 'the list of employees',
    permission: BASIC,
  }
}

async function readWhole(...reading: Parameters<typeof readOnce>): Promise<SnapshotTable<Row>> {
  let before: number | null = null
  for (let readings = 1; readings <= READINGS_MAX; readings++) {
    const { table, total, isMoved } = await readOnce(...reading)
    if (!isMoved && (total === null || table.people === total)) return table
    // Somebody who left the list moves everybody behind them up by one, over the edge of a page. What is the same
    // the second time did not move: then the list itself names somebody twice.
    if (!isMoved && table.received === total && table.people === before) return table
    before = table.people
  }
  throw partial(TITLE, `it changed each of the ${READINGS_MAX} times it was read`)
}

interface Reading {
  readonly table: SnapshotTable<Row>
  /** People in the list, as it says itself; null where it does not. */
  readonly total: number | null
  readonly isMoved: boolean
}

async function readOnce(
  { settings: { companyId, employeeIdFrom } }: Context,
  session: Session,
  columns: readonly Column<Row>[],
  isFull: boolean,
): Promise<Reading> {
  const table = new SnapshotTable<Row>(TITLE, columns, (of) => identify(of, employeeIdFrom))
  let total: number | null = null
  const pages = offsetPages(TITLE, { first: 1, aheadMax: AHEAD_MAX }, async (offset) => {
    const query = { ...(isFull ? { viewType: 'All' } : {}), limit: String(PAGE), offset: String(offset) }
    const call = { ...employeesCall(companyId, query), isContinuation: offset > 1 }
    const { employeeData, employeesTotal, hasMore } = (await session.get(call)).data
    total = employeesTotal ?? null
    return { items: employeeData ?? [], total, hasMore: hasMore ?? false }
  })
  try {
    for await (const employees of pages) table.add(employees)
    return { table, total, isMoved: false }
  } catch (error) {
    if (error instanceof ListMoved) return { table, total, isMoved: true }
    throw error
  }
}
