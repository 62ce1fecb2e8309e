/**
 * Justworks as its documents describe it: OAuth with a consent page, members in pages of a hundred behind an opaque
 * cursor, and nothing at all where a value is empty.
 */
import { createHash } from 'node:crypto'
import type { HrisCompany, HrisPerson } from './company.ts'
import { BOXED, consentPage } from './justworks-consent.ts'
import type { SimAnswer, SimApi, SimRequest } from './simulator.ts'
import { bearerOf, type Token, Tokens } from './tokens.ts'

export interface JustworksOptions {
  readonly company: HrisCompany
  readonly now?: () => number
  /** Default a day, as the documents say. */
  readonly accessMs?: number
  readonly clientId?: string
  readonly clientSecret?: string
}

const REFRESH_MS = 30 * 24 * 3_600_000
const CODE_MS = 60_000
export const JUSTWORKS_CLIENT = { id: 'rollcall', secret: 'simulated-secret' }
/** What a suitable consent grants. */
export const JUSTWORKS_SCOPES = [
  ...['company.basic:read', 'company.detail:read', 'member.basic:read', 'member.detail:read'],
  ...['member.employment:read', 'member.dob:read', 'member.sex:read'],
]

interface Code {
  readonly challenge: string | null
  readonly redirectUri: string
}

export class JustworksApi implements SimApi {
  readonly company: HrisCompany
  readonly access: Tokens
  readonly refresh: Tokens
  readonly #options: JustworksOptions
  readonly #now: () => number
  readonly #codes: Tokens
  readonly #codeFacts = new Map<string, Code>()

  constructor(options: JustworksOptions) {
    this.company = options.company
    this.#options = options
    this.#now = options.now ?? Date.now
    this.access = new Tokens(this.#now)
    this.refresh = new Tokens(this.#now)
    this.#codes = new Tokens(this.#now)
  }

  /** A token as if somebody had given consent. */
  grant(scopes: readonly string[] = JUSTWORKS_SCOPES): string {
    return this.access.grant(scopes, this.#options.accessMs ?? 24 * 3_600_000)
  }

  answer(request: SimRequest): SimAnswer {
    switch (`${request.method} ${request.path}`) {
      case 'GET /oauth/authorize':
        return consentPage(this.company.name, request.query)
      case 'POST /oauth/authorize':
        return this.#consent(request.form)
      case 'POST /oauth/token':
        return this.#token(request.form)
      case 'POST /v1/oauth/revoke':
        this.access.revoke(request.form.get('token') ?? '')
        this.refresh.revoke(request.form.get('token') ?? '')
        return { status: 200, json: {} }
      default:
        return this.#data(request)
    }
  }

  #consent(form: URLSearchParams): SimAnswer {
    const redirectUri = form.get('redirect_uri') ?? ''
    if (!URL.canParse(redirectUri)) return oauthError('invalid_request', 'redirect_uri')
    const back = new URL(redirectUri)
    const state = form.get('state')
    if (state !== null) back.searchParams.set('state', state)
    if (form.get('decision') !== 'authorize') back.searchParams.set('error', 'access_denied')
    else {
      const asked = (form.get('scope') ?? '').split(' ')
      // Without the tick the consent is given all the same, only for less.
      const scopes = asked.filter((scope) => form.get('box') === 'on' || !BOXED.includes(scope))
      const code = this.#codes.grant(scopes, CODE_MS)
      this.#codeFacts.set(code, { challenge: form.get('code_challenge'), redirectUri })
      back.searchParams.set('code', code)
    }
    return { status: 302, headers: { location: back.href } }
  }

  #token(form: URLSearchParams): SimAnswer {
    const { clientId = JUSTWORKS_CLIENT.id, clientSecret = JUSTWORKS_CLIENT.secret } = this.#options
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
      return oauthError('invalid_client', 'Client authentication failed.', 401)
    }
    const grant = this.#granted(form)
    if (grant === null) return oauthError('invalid_grant', 'The provided authorization grant is invalid.')
    const access = this.grant(grant.scopes)
    return {
      status: 200,
      json: {
        token_type: 'Bearer',
        access_token: access,
        // A refresh token is good once; the next one comes with the answer.
        refresh_token: this.refresh.grant(grant.scopes, REFRESH_MS),
        expires_at: new Date(this.access.find(access)?.expiresAt ?? 0).toISOString(),
        scope: grant.scopes.join(' '),
      },
    }
  }

  #granted(form: URLSearchParams): Token | null {
    if (form.get('grant_type') === 'refresh_token') return this.refresh.take(form.get('refresh_token') ?? '')
    if (form.get('grant_type') !== 'authorization_code') return null
    const code = form.get('code') ?? ''
    const facts = this.#codeFacts.get(code)
    const grant = this.#codes.take(code)
    if (facts === undefined || facts.redirectUri !== form.get('redirect_uri')) return null
    const verifier = form.get('code_verifier') ?? ''
    const proof = createHash('sha256').update(verifier).digest('base64url')
    return facts.challenge === null || facts.challenge === proof ? grant : null
  }

  #data(request: SimRequest): SimAnswer {
    const token = this.access.find(bearerOf(request.headers))
    if (token === null) return problem(401, 'unauthorized', 'The access token is invalid or has expired.')
    const may = (scope: string) =>
      token.scopes.some((one) => one === scope || one === scope.replace('basic', 'detail'))
    const [, version, root, id, leaf] = request.path.split('/')
    if (version !== 'v1') return NOT_FOUND
    if (root === 'company') return this.#companyAnswer(id, may)
    if (root !== 'members') return NOT_FOUND
    if (!may('member.basic:read')) return FORBIDDEN
    if (id === undefined) return this.#members(request.query, token.scopes)
    const person = this.company.people.find((one) => one.id === id)
    if (person === undefined) return NOT_FOUND
    if (leaf === undefined) return { status: 200, json: memberOf(person, this.company, token.scopes) }
    if (leaf !== 'custom-field-values') return NOT_FOUND
    if (!may('member.detail:read')) return FORBIDDEN
    const items = Object.entries(person.custom).map(([field, value]) => ({ id: field, values: [value] }))
    return { status: 200, json: { items } }
  }

  #companyAnswer(leaf: string | undefined, may: (scope: string) => boolean): SimAnswer {
    const { id, name, departments, offices, customFields } = this.company
    if (leaf === undefined) {
      if (!may('company.basic:read')) return FORBIDDEN
      return { status: 200, json: { id, name, departments, offices } }
    }
    if (leaf !== 'custom-fields') return NOT_FOUND
    if (!may('company.detail:read')) return FORBIDDEN
    const items = customFields.map((one) => ({
      ...{ id: one.id, label: one.name, type: 'text', options: [], cardinality: 'one' },
    }))
    return { status: 200, json: { items } }
  }

  #members(query: URLSearchParams, scopes: readonly string[]): SimAnswer {
    const limit = Number(query.get('limit') ?? 100)
    if (!(limit >= 1 && limit <= 100)) return problem(400, 'invalid_request', 'limit must be from 1 to 100')
    const from = positionOf(query.get('cursor'))
    if (from === null) return problem(400, 'invalid_request', 'cursor is not valid')
    const status = query.get('status')
    const today = new Date(this.#now()).toISOString().slice(0, 10)
    const people = this.company.people.filter(
      (one) => status === null || (status === 'active') === isActive(one, today),
    )
    const items = people.slice(from, from + limit).map((one) => memberOf(one, this.company, scopes, today))
    const isLast = from + limit >= people.length
    return { status: 200, json: { items, ...(isLast ? {} : { next_cursor: cursorAt(from + limit) }) } }
  }
}

function isActive({ end }: HrisPerson, today: string): boolean {
  return end === null || end > today
}

/** Empty values and empty objects are left out; empty lists are there. */
function memberOf(
  person: HrisPerson,
  { id, departments, offices }: HrisCompany,
  scopes: readonly string[],
  today = '9999-12-31',
): Record<string, unknown> {
  const department = departments.find((one) => one.id === person.departmentId)
  const office = offices.find((one) => one.id === person.officeId)
  return filled({
    ...{ id: person.id, company_id: id, work_id: person.number, active: isActive(person, today) },
    type: person.isContractor ? 'contractor' : 'employee',
    name: filled({
      ...{ given_name: person.given, family_name: person.family, preferred_name: person.preferred },
      ...{
        full_preferred_name: `${person.preferred ?? person.given} ${person.family}`,
        additional_names: [],
      },
    }),
    emails: [
      ...(person.workEmail ? [{ address: person.workEmail, type: 'work', is_primary: true }] : []),
      ...(person.personalEmail ? [{ address: person.personalEmail, type: 'personal' }] : []),
    ],
    phones: person.mobile ? [{ number: person.mobile, type: 'mobile' }] : [],
    ...{ addresses: [], employment_history: [], pay_history: [] },
    ...{ job_title: person.title, department, office },
    manager: person.managerId === null ? null : { id: person.managerId },
    ...{ employment_start_date: person.start, employment_termination_date: person.end },
    date_added_to_justworks: person.start,
    date_of_birth: scopes.includes('member.dob:read') ? person.born : null,
    sex_assigned_at_birth: scopes.includes('member.sex:read') ? person.sex : null,
    // Never to be asked for; it is here so that a test can see that it is not kept.
    current_pay: { amount: 12_345_600 },
  })
}

function filled(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  )
}

function cursorAt(position: number): string {
  return Buffer.from(`p=${position}`).toString('base64url')
}

/** Null for a cursor that this API never gave. */
function positionOf(cursor: string | null): number | null {
  if (cursor === null) return 0
  const found = /^p=(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())
  return found === null ? null : Number(found[1])
}

function problem(status: number, type: string, message: string): SimAnswer {
  return { status, json: { error: { type, message } } }
}

function oauthError(error: string, description: string, status = 400): SimAnswer {
  return { status, json: { error, error_description: description } }
}

const NOT_FOUND = problem(404, 'not_found', 'The resource does not exist.')
const FORBIDDEN = problem(403, 'insufficient_scope', 'The access token lacks the scope.')
