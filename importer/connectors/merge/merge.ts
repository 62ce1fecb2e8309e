/**
 * Merge: one account of one customer at an HRIS behind it. What is read is a copy that Merge keeps, so first of all
 * it is asked whether that copy is whole; then four lists are read side by side and joined.
 */
import type { z } from 'zod'
import type { MergeSettings } from '../../../schemas/hris/connection.ts'
import {
  type MergeSyncStatus,
  mergeAccountSchema,
  mergeEmployeesSchema,
  mergeEmploymentsSchema,
  mergeGroupsSchema,
  mergeLocationsSchema,
  mergeScopesSchema,
  mergeSyncStatusSchema,
} from '../../../schemas/hris/merge.ts'
import { ImportError } from '../../errors.ts'
import { chosenColumns } from '../chosen-columns.ts'
import type { CompanyFacts, Connector, ConnectorContext, SnapshotFacts, SnapshotRows } from '../connector.ts'
import { finishedSnapshot } from '../finished-snapshot.ts'
import { cursorPages } from '../pages.ts'
import { Session } from '../session.ts'
import { type Column, SnapshotTable } from '../snapshot-table.ts'
import {
  automaticColumns,
  type Group,
  identify,
  type Job,
  type Lists,
  MAPPED_PREFIX,
  mappedColumn,
  otherColumns,
  READ_ACCESS,
  type Row,
} from './fields.ts'
import { disabledIn, isDisabled, isReady, MODELS, type Model } from './readiness.ts'

const TITLE = 'Merge'
const PAGE = '100'
const NO_LISTS: Lists = { groups: new Map(), locations: new Map(), jobs: new Map() }

type Context = ConnectorContext<MergeSettings>

export const merge: Connector<MergeSettings> = {
  kind: 'merge',
  title: TITLE,
  readAccess: READ_ACCESS,
  automaticMapping: automaticColumns('employee_number', NO_LISTS),
  check,
  snapshot,
}

async function check(context: Context): Promise<CompanyFacts> {
  const session = sessionOf(context)
  const account = await session.get({
    path: '/hris/v1/account-details',
    schema: mergeAccountSchema,
    what: 'the linked account',
    permission: 'Account details',
  })
  if (account.status === 'RELINK_NEEDED') {
    throw new ImportError('API_AUTH', { system: TITLE, problem: 'the account must be linked again' })
  }
  if (account.category !== null && account.category !== undefined && account.category !== 'hris') {
    throw new ImportError('API_PLAN', {
      system: TITLE,
      problem: 'the linked account is not one of an HRIS',
      remedy: 'Link an account of the category HRIS.',
    })
  }
  const disabled = await disabledOf(session)
  const needed = automaticColumns(context.settings.employeeIdFrom, NO_LISTS).flatMap(
    ({ permission }) => permission ?? [],
  )
  return {
    id: account.id ?? null,
    name: account.end_user_organization_name ?? null,
    fields: otherColumns(NO_LISTS).map(({ field, from, target }) => ({
      ...{ field, from, label: target.kind === 'demographic' ? target.label : field },
    })),
    missingPermissions: disabled && [...new Set(needed)].filter((one) => isDisabled(disabled, one)),
  }
}

async function* snapshot(context: Context): AsyncGenerator<SnapshotRows, SnapshotFacts, void> {
  const session = sessionOf(context)
  const { settings } = context
  const readable = await readableModels(session)
  const disabled = (await disabledOf(session)) ?? new Set<string>()
  const lists = await listsOf(session, readable)
  const columns = columnsOf(settings, lists)
  const table = new SnapshotTable<Row>(TITLE, columns, (of) => identify(of, settings.employeeIdFrom))
  for await (const employees of pagesOf(session, 'Employee', mergeEmployeesSchema)) {
    table.add(employees.filter((one) => one.remote_was_deleted !== true))
  }
  const unreadable = new Set([...disabled, ...MODELS.filter((model) => !readable.has(model))])
  return yield* finishedSnapshot(
    table,
    columns.flatMap(({ field, permission = '' }) => (isDisabled(unreadable, permission) ? [field] : [])),
  )
}

function sessionOf(context: Context): Session {
  return new Session(context, {
    title: TITLE,
    headers: ({ bearer, accountToken = '' }) => ({
      authorization: `Bearer ${bearer}`,
      'x-account-token': accountToken,
    }),
  })
}

/** The models whose copy is whole. Throws `API_PARTIAL`, and `API_PERMISSION` where employees may not be read. */
async function readableModels(session: Session): Promise<ReadonlySet<string>> {
  const statuses: MergeSyncStatus[] = []
  for await (const page of pagesOf(session, 'sync status', mergeSyncStatusSchema)) statuses.push(...page)
  const readable = new Set(MODELS.filter((model) => isReady(model, statuses, TITLE)))
  if (readable.has('Employee')) return readable
  throw new ImportError('API_PERMISSION', { system: TITLE, what: 'employees', permission: 'Employee' })
}

/** Null where Merge does not tell. */
async function disabledOf(session: Session): Promise<ReadonlySet<string> | null> {
  const scopes = await session.getIfAllowed({
    path: '/hris/v1/linked-account-scopes',
    schema: mergeScopesSchema,
    what: 'the scopes of the account',
    permission: 'Linked account scopes',
  })
  return scopes && disabledIn(scopes)
}

const PATHS = {
  Employee: 'employees',
  Group: 'groups',
  Location: 'locations',
  Employment: 'employments',
  'sync status': 'sync-status',
} as const satisfies Record<Model | 'sync status', string>

function pagesOf<T>(
  session: Session,
  model: keyof typeof PATHS,
  schema: z.ZodType<{ next: string | null; results: T[] }>,
): AsyncGenerator<readonly T[], void, void> {
  return cursorPages(TITLE, async (cursor) => {
    const { results, next } = await session.get({
      path: `/hris/v1/${PATHS[model]}`,
      query: { page_size: PAGE, ...(cursor === null ? {} : { cursor }) },
      schema,
      what: `the list of model ${model}`,
      permission: model,
      isContinuation: cursor !== null,
    })
    return { items: results, next }
  })
}

/** Small lists and large ones side by side: each is read page by page, and the API allows several readers. */
async function listsOf(session: Session, readable: ReadonlySet<string>): Promise<Lists> {
  const [groups, locations, jobs] = await Promise.all([
    readable.has('Group') ? groupsOf(session) : NO_LISTS.groups,
    readable.has('Location') ? locationsOf(session) : NO_LISTS.locations,
    readable.has('Employment') ? jobsOf(session) : NO_LISTS.jobs,
  ])
  return { groups, locations, jobs }
}

async function groupsOf(session: Session): Promise<Map<string, Group>> {
  const groups = new Map<string, Group>()
  for await (const page of pagesOf(session, 'Group', mergeGroupsSchema)) {
    for (const { id, name, type } of page) groups.set(id, { name: name ?? '', type: type ?? '' })
  }
  return groups
}

async function locationsOf(session: Session): Promise<Map<string, string>> {
  const locations = new Map<string, string>()
  for await (const page of pagesOf(session, 'Location', mergeLocationsSchema)) {
    for (const { id, name, city, state } of page) {
      locations.set(id, name || [city, state].filter(Boolean).join(', '))
    }
  }
  return locations
}

/** Merge keeps every job that a person ever had; the latest is the one they have. */
async function jobsOf(session: Session): Promise<Map<string, Job>> {
  const jobs = new Map<string, Job>()
  for await (const page of pagesOf(session, 'Employment', mergeEmploymentsSchema)) {
    for (const { employee, job_title, employment_type, effective_date } of page) {
      const since = effective_date ?? ''
      if (employee === null || employee === undefined) continue
      if (since < (jobs.get(employee)?.since ?? '')) continue
      jobs.set(employee, { title: job_title ?? '', type: employment_type ?? '', since })
    }
  }
  return jobs
}

function columnsOf({ fields, employeeIdFrom }: MergeSettings, lists: Lists): readonly Column<Row>[] {
  const automatic = automaticColumns(employeeIdFrom, lists)
  const all = [...automatic, ...otherColumns(lists)]
  return chosenColumns(fields, automatic, (name) =>
    name.startsWith(MAPPED_PREFIX)
      ? mappedColumn(name.slice(MAPPED_PREFIX.length))
      : all.find(({ field }) => field === name),
  )
}
