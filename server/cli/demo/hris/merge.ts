/**
 * Merge as its documents describe it: one API key, one token per linked account, lists behind cursors, null for
 * whatever is empty, unsupported or switched off.
 */
import type { HrisCompany, HrisPerson } from './company.ts'
import type { SimAnswer, SimApi, SimRequest } from './simulator.ts'
import { bearerOf } from './tokens.ts'

export type MergeModel = 'Employee' | 'Group' | 'Location' | 'Employment'
export type MergeStatus = 'SYNCING' | 'DONE' | 'FAILED' | 'DISABLED' | 'PAUSED' | 'PARTIALLY_SYNCED'

export interface MergeOptions {
  readonly company: HrisCompany
  readonly apiKey?: string
  readonly accountToken?: string
}

export const MERGE_ACCOUNT = { apiKey: 'simulated-key', accountToken: 'simulated-account' }
const PUBLIC_TOKEN = 'simulated-public-token'

export class MergeApi implements SimApi {
  readonly company: HrisCompany
  /** Account tokens that are linked, and the API key that goes with them. */
  readonly accountTokens: Set<string>
  apiKey: string
  /** What its copy of each model is like. */
  readonly status: Record<MergeModel, MergeStatus> = {
    ...{ Employee: 'DONE', Group: 'DONE', Location: 'DONE', Employment: 'DONE' },
  }
  isInitialSync = false
  accountStatus: 'COMPLETE' | 'RELINK_NEEDED' | 'IDLE' | 'INCOMPLETE' = 'COMPLETE'
  /** Fields of an employee that are switched off. */
  readonly disabledFields = new Set<string>()

  constructor({ company, apiKey, accountToken }: MergeOptions) {
    this.company = company
    this.apiKey = apiKey ?? MERGE_ACCOUNT.apiKey
    this.accountTokens = new Set([accountToken ?? MERGE_ACCOUNT.accountToken])
  }

  answer(request: SimRequest): SimAnswer {
    if (bearerOf(request.headers) !== this.apiKey) return detail(401, 'Invalid API key.')
    const path = request.path.replace(/^\/hris\/v1\//, '')
    if (path === 'link-token' && request.method === 'POST') return this.#linkToken()
    if (path === `account-token/${PUBLIC_TOKEN}`) return this.#accountToken()
    if (!this.accountTokens.has(request.headers['x-account-token'] ?? '')) {
      return detail(401, 'Invalid account token.')
    }
    return request.method === 'GET' ? this.#data(path, request.query) : detail(405, 'Method not allowed.')
  }

  #linkToken(): SimAnswer {
    return {
      status: 200,
      json: { link_token: 'simulated-link-token', integration_name: null, magic_link_url: null },
    }
  }

  #accountToken(): SimAnswer {
    const [account_token] = this.accountTokens
    const integration = { name: 'Simulated HRIS', slug: 'simulated', categories: ['hris'] }
    return { status: 200, json: { account_token, id: this.company.id, integration } }
  }

  #data(path: string, query: URLSearchParams): SimAnswer {
    const { people, departments, offices } = this.company
    switch (path) {
      case 'account-details':
        return { status: 200, json: this.#account() }
      case 'sync-status':
        return listed(this.#models(), query, (model) => this.#syncStatus(model))
      case 'linked-account-scopes':
        return { status: 200, json: { common_models: this.#models().map((model) => this.#scopes(model)) } }
      case 'employees':
        return listed(this.#readable('Employee', people), query, (person) => this.#employee(person))
      case 'groups':
        return listed(this.#readable('Group', departments), query, ({ id, name }) => ({
          ...COMMON,
          ...{ id: uuid(id), remote_id: id, name, type: 'DEPARTMENT', parent_group: null },
        }))
      case 'locations':
        return listed(this.#readable('Location', offices), query, ({ id, name }, index) => ({
          ...COMMON,
          // A place often has no name of its own.
          ...{ id: uuid(id), remote_id: id, name: index === 1 ? null : name, city: name, state: 'NY' },
        }))
      case 'employments':
        return listed(this.#readable('Employment', people), query, employmentOf)
      default:
        return detail(404, 'Not found.')
    }
  }

  #models(): MergeModel[] {
    return ['Employee', 'Group', 'Location', 'Employment']
  }

  /** A model that is switched off is an empty list, not an error. */
  #readable<T>(model: MergeModel, items: readonly T[]): readonly T[] {
    return this.status[model] === 'DISABLED' ? [] : items
  }

  #account(): Record<string, unknown> {
    return {
      ...{ id: uuid(this.company.id), integration: 'Simulated HRIS', integration_slug: 'simulated' },
      ...{ category: 'hris', end_user_origin_id: 'acme', end_user_organization_name: this.company.name },
      ...{ end_user_email_address: 'it@acme.example', status: this.accountStatus, is_duplicate: false },
      ...{ webhook_listener_url: null, account_type: 'TEST', completed_at: '2026-01-01T00:00:00Z' },
    }
  }

  #syncStatus(model: MergeModel): Record<string, unknown> {
    return {
      ...{ model_name: model, model_id: `hris.${model}`, status: this.status[model] },
      last_sync_result: this.status[model] === 'SYNCING' ? 'DONE' : this.status[model],
      ...{ is_initial_sync: this.isInitialSync, last_sync_start: '2026-02-02T10:50:00Z' },
      ...{ next_sync_start: '2026-02-03T10:50:00Z', last_sync_finished: '2026-02-02T11:02:00Z' },
    }
  }

  #scopes(model: MergeModel): Record<string, unknown> {
    const isEnabled = this.status[model] !== 'DISABLED'
    return {
      model_name: model,
      model_permissions: { READ: { is_enabled: isEnabled }, WRITE: { is_enabled: false } },
      field_permissions: {
        enabled_fields: [],
        disabled_fields: model === 'Employee' ? [...this.disabledFields] : [],
      },
    }
  }

  #employee(person: HrisPerson): Record<string, unknown> {
    const today = new Date().toISOString().slice(0, 10)
    const employee = {
      ...COMMON,
      ...{ id: uuid(person.id), remote_id: person.id, employee_number: person.number, company: null },
      ...{ first_name: person.given, last_name: person.family, preferred_name: person.preferred },
      display_full_name: `${person.preferred ?? person.given} ${person.family}`,
      ...{ username: null, groups: [uuid(person.departmentId), null], work_email: person.workEmail },
      ...{ personal_email: person.personalEmail, mobile_phone_number: person.mobile },
      ...{ employments: [uuid(`job ${person.id}`)], home_location: null },
      ...{ work_location: uuid(person.officeId), manager: person.managerId && uuid(person.managerId) },
      ...{ team: null, pay_group: null, ssn: null, gender: person.sex.toUpperCase(), ethnicity: null },
      ...{ marital_status: null, date_of_birth: midnight(person.born), hire_date: null },
      ...{ start_date: midnight(person.start), termination_date: midnight(person.end) },
      employment_status: person.end !== null && person.end <= today ? 'INACTIVE' : 'ACTIVE',
      ...{ avatar: null, custom_fields: null },
      field_mappings: {
        organization_defined_targets: Object.fromEntries(
          this.company.customFields.flatMap(({ id, name }) =>
            person.custom[id] === undefined ? [] : [[name, { value: person.custom[id] }]],
          ),
        ),
        linked_account_defined_targets: {},
      },
      remote_data: null,
    }
    const off = [...this.disabledFields].map((field) => [field, null])
    return { ...employee, ...Object.fromEntries(off) }
  }
}

const COMMON = {
  ...{ created_at: '2025-11-01T08:00:00Z', modified_at: '2026-02-02T11:00:00Z', remote_was_deleted: false },
}

function employmentOf(person: HrisPerson): Record<string, unknown> {
  return {
    ...COMMON,
    ...{ id: uuid(`job ${person.id}`), employee: uuid(person.id), job_title: person.title },
    // Never kept; it is here so that a test can see that.
    ...{ pay_rate: 123_456, pay_currency: 'USD', effective_date: midnight(person.start) },
    employment_type: person.isContractor ? 'CONTRACTOR' : 'FULL_TIME',
  }
}

function listed<T>(
  items: readonly T[],
  query: URLSearchParams,
  show: (item: T, index: number) => Record<string, unknown>,
): SimAnswer {
  const size = Math.min(100, Number(query.get('page_size') ?? 30))
  const cursor = query.get('cursor')
  const from = cursor === null ? 0 : Number(Buffer.from(cursor, 'base64').toString().replace('p=', ''))
  if (!Number.isInteger(from)) return detail(400, 'Invalid cursor')
  const next = from + size < items.length ? Buffer.from(`p=${from + size}`).toString('base64') : null
  const results = items.slice(from, from + size).map((item, index) => show(item, from + index))
  return { status: 200, json: { next, previous: null, results } }
}

/** Every date is a moment, at midnight. */
function midnight(date: string | null): string | null {
  return date === null ? null : `${date}T00:00:00Z`
}

/** An id as Merge gives them, always the same for the same thing. */
export function uuid(of: string): string {
  const hex = Buffer.from(of).toString('hex').padStart(32, '0').slice(-32)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

function detail(status: number, text: string): SimAnswer {
  return { status, json: { detail: text } }
}
