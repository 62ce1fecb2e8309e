/**
 * TriNet PEO as its documents describe it: client credentials for an hour, numbers as text, employees by position
 * from one, faults as its gateway writes them.
 */
import type { HrisCompany, HrisPerson } from './company.ts'
import type { SimAnswer, SimApi, SimRequest } from './simulator.ts'
import { bearerOf, Tokens } from './tokens.ts'

export interface TrinetOptions {
  readonly company: HrisCompany
  readonly now?: () => number
  readonly clientId?: string
  readonly clientSecret?: string
  /** Endpoints the client may call; default all. */
  readonly allowed?: readonly TrinetEndpoint[]
}

export type TrinetEndpoint = 'employees' | 'employees-all' | 'departments' | 'locations' | 'org-details'

const ALL: readonly TrinetEndpoint[] = [
  'employees',
  'employees-all',
  'departments',
  'locations',
  'org-details',
]
export const TRINET_CLIENT = { id: 'trinet-client', secret: 'simulated-secret' }
const LIFE_S = 3_599
const SCOPES = ['basic-read', 'read']

export class TrinetApi implements SimApi {
  readonly company: HrisCompany
  readonly access: Tokens
  /** Endpoints the client may call. */
  allowed: readonly TrinetEndpoint[]
  readonly #options: TrinetOptions
  readonly #now: () => number
  #byId: ReadonlyMap<string, HrisPerson> = new Map()

  constructor(options: TrinetOptions) {
    this.company = options.company
    this.#options = options
    this.#now = options.now ?? Date.now
    this.access = new Tokens(this.#now)
    this.allowed = options.allowed ?? ALL
  }

  grant(): string {
    return this.access.grant(SCOPES, LIFE_S * 1_000)
  }

  answer(request: SimRequest): SimAnswer {
    if (request.path === '/oauth/accesstoken') return this.#token(request)
    if (this.access.find(bearerOf(request.headers)) === null) {
      return fault(401, 'Invalid Access Token', 'oauth.v2.InvalidAccessToken')
    }
    const [, version, kind, companyId, leaf] = request.path.split('/')
    if (version !== 'v1' || companyId !== this.company.id) return failure(404, 'Not Found')
    if (kind === 'manage-company' && leaf === 'org-details')
      return this.#if('org-details', () => this.#details())
    if (kind !== 'company') return failure(404, 'Not Found')
    if (leaf === 'employees') return this.#employees(request.query)
    const { departments, offices } = this.company
    if (leaf === 'departments') {
      return this.#if(leaf, () =>
        success(departments.map(({ id, name }) => ({ deptId: id, deptName: name }))),
      )
    }
    if (leaf === 'locations') {
      return this.#if(leaf, () =>
        success(offices.map(({ id, name }) => ({ locationId: id, locationName: name }))),
      )
    }
    return failure(404, 'Not Found')
  }

  #token({ method, query, form, headers }: SimRequest): SimAnswer {
    const { clientId = TRINET_CLIENT.id, clientSecret = TRINET_CLIENT.secret } = this.#options
    const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
    const grantType = query.get('grant_type') ?? (method === 'POST' ? form.get('grant_type') : null)
    if (grantType !== 'client_credentials') {
      return { status: 400, json: { ErrorCode: 'invalid_request', Error: 'Required param : grant_type' } }
    }
    if (headers['authorization'] !== expected) {
      return { status: 401, json: { ErrorCode: 'invalid_client', Error: 'ClientId is Invalid' } }
    }
    return {
      status: 200,
      json: {
        ...{
          refresh_token_expires_in: '0',
          refresh_count: '0',
          status: 'approved',
          token_type: 'BearerToken',
        },
        ...{ api_product_list: '[trinet-product]', api_product_list_json: ['trinet-product'] },
        ...{ organization_name: 'trinetapi', 'developer.email': 'it@acme.example', client_id: clientId },
        issued_at: String(this.#now()),
        access_token: this.grant(),
        scope: SCOPES.join(' '),
        expires_in: String(LIFE_S),
      },
    }
  }

  #if(endpoint: TrinetEndpoint, answer: () => SimAnswer): SimAnswer {
    return this.allowed.includes(endpoint) ? answer() : failure(403, 'Forbidden')
  }

  #details(): SimAnswer {
    const { id, name } = this.company
    return success({ companyId: id, companyName: name, legalName: name, liveDate: '2015-01-01' })
  }

  #employees(query: URLSearchParams): SimAnswer {
    const isAll = query.get('viewType') === 'All'
    return this.#if(isAll ? 'employees-all' : 'employees', () => {
      const { people } = this.company
      const limit = Number(query.get('limit') ?? 100)
      // Positions begin at one; who asks for number zero gets the first as well.
      const from = Math.max(0, Number(query.get('offset') ?? 1) - 1)
      const today = new Date(this.#now()).toISOString().slice(0, 10)
      return success({
        employeesTotal: people.length,
        hasMore: from + limit < people.length,
        employeeData: people.slice(from, from + limit).map((one) => this.#employee(one, isAll, today)),
      })
    })
  }

  #employee(person: HrisPerson, isAll: boolean, today: string): Record<string, unknown> {
    const department = this.company.departments.find(({ id }) => id === person.departmentId)
    const location = this.company.offices.find(({ id }) => id === person.officeId)
    const name = { firstName: person.given, lastName: person.family, middleName: null }
    return {
      ...{ employeeId: person.id, alternateId: person.number },
      names: [
        { nameType: 'primary', ...name, effectiveDate: person.start, uniqueId: 1, reasonChangeCode: null },
        ...(person.preferred
          ? [{ nameType: 'preferred', ...name, firstName: person.preferred, uniqueId: 2 }]
          : []),
      ],
      bioInfo: { birthdate: person.born, gender: person.sex === 'female' ? 'F' : 'M' },
      employmentInfo: {
        ...{ workEmail: person.workEmail, workPhone: null },
        ...(isAll
          ? {
              employmentStatus: person.end !== null && person.end <= today ? 'T' : 'A',
              ...{ employeeType: 'fulltime', regularTemporary: 'Regular', standardHours: '40' },
              ...{ serviceDate: person.start, terminationDate: person.end, businessTitle: person.title },
              ...{ jobCode: 'JOB1', payGroup: 'SM1', flsaCode: 'T', effectiveDate: person.start },
              department: { deptId: department?.id ?? null, deptName: department?.name ?? null },
              location: { locationId: location?.id ?? null, locationName: location?.name ?? null },
              supervisor: this.#supervisor(person.managerId),
            }
          : {}),
      },
      departmentSplit: isAll ? [{ deptId: department?.id, departmentName: department?.name }] : [],
    }
  }

  /** The supervisor may be somebody whom the list does not show. */
  #supervisor(id: string | null): Record<string, unknown> | null {
    if (id === null) return null
    if (this.#byId.size !== this.company.people.length) {
      this.#byId = new Map(this.company.people.map((one) => [one.id, one]))
    }
    const found = this.#byId.get(id)
    return {
      supervisorId: id,
      supervisorName: found === undefined ? null : `${found.family}, ${found.given}`,
    }
  }
}

function success(data: unknown): SimAnswer {
  return {
    status: 200,
    json: { data, _requestId: '6f0c', _statusCode: '200', _statusText: 'OK', _statusMessage: 'Success' },
  }
}

function failure(status: number, text: string): SimAnswer {
  return {
    status,
    json: { _requestId: '6f0c', _statusCode: String(status), _statusText: text, _statusMessage: text },
  }
}

/** As the gateway before the API writes it. */
function fault(status: number, text: string, code: string): SimAnswer {
  return { status, json: { fault: { faultstring: text, detail: { errorcode: code } } } }
}
