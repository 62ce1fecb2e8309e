/**
 * Justworks: one list of members in pages of a hundred, of everybody, also of those who left, since managers are
 * among them. One token is one company.
 */
import type { JustworksSettings } from '../../../schemas/hris/connection.ts'
import {
  type JustworksMember,
  justworksCompanySchema,
  justworksCustomFieldsSchema,
  justworksFieldValuesSchema,
  justworksMembersSchema,
} from '../../../schemas/hris/justworks.ts'
import { chosenColumns } from '../chosen-columns.ts'
import type { CompanyFacts, Connector, ConnectorContext, SnapshotFacts, SnapshotRows } from '../connector.ts'
import { finishedSnapshot } from '../finished-snapshot.ts'
import { cursorPages } from '../pages.ts'
import { Session } from '../session.ts'
import { type Column, SnapshotTable } from '../snapshot-table.ts'
import {
  automaticColumns,
  BIRTH,
  CUSTOM_PREFIX,
  customColumn,
  identify,
  type Member,
  OTHER_COLUMNS,
  READ_ACCESS,
  SEX,
} from './fields.ts'

const TITLE = 'Justworks'
/** More a page are not given. */
const PAGE = '100'
const MEMBERS = { what: 'the list of members', permission: 'member.basic:read' }
const CUSTOM = { what: 'custom fields', permission: 'company.detail:read member.detail:read' }

type Context = ConnectorContext<JustworksSettings>

export const justworks: Connector<JustworksSettings> = {
  kind: 'justworks',
  title: TITLE,
  readAccess: READ_ACCESS,
  automaticMapping: automaticColumns('work_id'),
  check,
  snapshot,
}

async function check(context: Context): Promise<CompanyFacts> {
  const session = sessionOf(context)
  const company = await session.get({
    path: '/v1/company',
    schema: justworksCompanySchema,
    what: 'the company',
    permission: 'company.basic:read',
  })
  const columns = [...OTHER_COLUMNS, ...(await customColumns(session))]
  const { scopes } = await session.credential
  return {
    id: company.id ?? null,
    name: company.name ?? company.legal_name ?? null,
    fields: columns.map(({ field, from, target }) => ({
      ...{ field, from, label: target.kind === 'demographic' ? target.label : field },
    })),
    missingPermissions: scopes === null ? null : ungranted(automaticColumns('work_id'), scopes),
  }
}

async function* snapshot(context: Context): AsyncGenerator<SnapshotRows, SnapshotFacts, void> {
  const session = sessionOf(context)
  const columns = await columnsOf(session, context.settings)
  const { employeeIdFrom } = context.settings
  const table = new SnapshotTable<Member>(TITLE, columns, (of, tell) => identify(of, employeeIdFrom, tell))
  const readCustom = customReader(session, columns)
  for await (const members of cursorPages(TITLE, (cursor) => membersAt(session, cursor))) {
    table.add(await Promise.all(members.map(readCustom)))
  }
  const { scopes } = await session.credential
  const missing = new Set(scopes === null ? [] : ungranted(columns, scopes))
  return yield* finishedSnapshot(
    table,
    columns.flatMap(({ field, permission }) => (permission && missing.has(permission) ? [field] : [])),
  )
}

function sessionOf(context: Context): Session {
  return new Session(context, {
    title: TITLE,
    headers: ({ bearer }) => ({ authorization: `Bearer ${bearer}` }),
  })
}

async function membersAt(session: Session, cursor: string | null) {
  const { items, next_cursor } = await session.get({
    path: '/v1/members',
    query: { limit: PAGE, ...(cursor === null ? {} : { cursor }) },
    schema: justworksMembersSchema,
    isContinuation: cursor !== null,
    ...MEMBERS,
  })
  return { items, next: next_cursor === undefined || next_cursor === '' ? null : next_cursor }
}

async function columnsOf(session: Session, settings: JustworksSettings): Promise<readonly Column<Member>[]> {
  const { fields, employeeIdFrom, consent } = settings
  const custom = fields?.some(isCustom) ? await customColumns(session) : []
  const automatic = automaticColumns(employeeIdFrom)
  const all = [...automatic, ...OTHER_COLUMNS, ...custom]
  // What nobody asked consent for is not missing: it is not read.
  const unasked = new Set([consent.dateOfBirth ? '' : BIRTH, consent.sex ? '' : SEX])
  return chosenColumns(fields, automatic, (name) => all.find(({ field }) => field === name)).filter(
    ({ permission = '' }) => !unasked.has(permission),
  )
}

function isCustom(field: string): boolean {
  return field.startsWith(CUSTOM_PREFIX)
}

async function customColumns(session: Session): Promise<Column<Member>[]> {
  const path = '/v1/company/custom-fields'
  const found = await session.getIfAllowed({ path, schema: justworksCustomFieldsSchema, ...CUSTOM })
  return (found?.items ?? []).map(({ id, label }) => customColumn(id, label ?? id))
}

const NO_VALUES: ReadonlyMap<string, string> = new Map()

/** Custom values have to be asked for one member at a time, so only where one of them is mapped. */
function customReader(session: Session, columns: readonly Column<Member>[]) {
  if (!columns.some(({ field }) => isCustom(field))) {
    return async (member: JustworksMember): Promise<Member> => ({ member, custom: NO_VALUES })
  }
  return async (member: JustworksMember): Promise<Member> => {
    const path = `/v1/members/${encodeURIComponent(member.id)}/custom-field-values`
    const { items } = await session.get({
      path,
      schema: justworksFieldValuesSchema,
      isContinuation: true,
      ...CUSTOM,
    })
    const custom = new Map(items.map(({ id, values }) => [id, (values ?? []).filter(Boolean).join(', ')]))
    return { member, custom }
  }
}

/** Of the permissions that the columns need, those that the token does not carry. */
function ungranted(columns: readonly Column<Member>[], scopes: readonly string[]): string[] {
  const needed = new Set(columns.flatMap(({ permission }) => permission ?? []))
  // Which fields are basic and which are detail no document says, so only these two can be told for sure.
  return [BIRTH, SEX].filter((permission) => needed.has(permission) && !scopes.includes(permission))
}
