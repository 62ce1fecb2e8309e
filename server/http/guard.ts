/** Who is let in to a route: the one place where rights are looked at. Whatever is not allowed here is refused. */
import { timingSafeEqual } from 'node:crypto'
import { ImportError } from '../../importer/errors.ts'
import type { Account } from '../../importer/types.ts'
import { includes, ROLE_NAMES, type Role } from '../../schemas/people.ts'
import { senderOf } from './address.ts'
import type { Http } from './http.ts'
import type { AccountBy, HttpContext, RouteFacts } from './route.ts'
import { roleOf, type Viewer, viewerOf } from './viewer.ts'

export interface Admitted {
  readonly viewer: Viewer | null
  readonly account: Account | null
  readonly role: Role | null
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Throws what speaks against it: `SIGN_IN_NEEDED`, `NOT_ALLOWED`, `FORM_STALE`, `ACCOUNT_UNKNOWN`, … */
export async function admit(http: Http, c: HttpContext, route: RouteFacts): Promise<Admitted> {
  const { access } = route
  mustBeText(c.req.url.replaceAll('%00', '\0'))
  if (access.needs === 'nobody') {
    http.requestLimit(senderOf(http, c))
    if (!isSafe(c)) mustBeOurPage(http, c)
    return { viewer: null, account: null, role: null }
  }
  const viewer = await viewerOf(http, c)
  http.requestLimit(viewer === null ? senderOf(http, c) : viewer.id)
  if (viewer === null) throw new ImportError('SIGN_IN_NEEDED')
  if (!isSafe(c)) await mustMeanIt(http, c, viewer, route)

  if (access.needs === 'anybody') return { viewer, account: null, role: null }
  if (access.needs === 'operator') {
    if (!viewer.isOperator) throw notAllowed(viewer, null, 'operator')
    return { viewer, account: null, role: 'operator' }
  }
  const { account, role } = await accountFor(http, c, viewer, access.accountBy)
  if (!includes(role, access.needs)) throw notAllowed(viewer, role, access.needs)
  return { viewer, account, role }
}

/** Fields of a small form. */
export async function formOf(c: HttpContext): Promise<Readonly<Record<string, string>>> {
  const type = c.req.header('content-type') ?? ''
  if (!type.startsWith('application/x-www-form-urlencoded')) return {}
  const fields = Object.entries(await c.req.parseBody())
  for (const [, value] of fields) if (typeof value === 'string') mustBeText(value)
  return Object.fromEntries(fields.map(([name, value]) => [name, typeof value === 'string' ? value : '']))
}

/** Not every database can hold U+0000, and nobody is called so. Throws `REQUEST_INVALID`. */
export function mustBeText(text: string): void {
  if (text.includes('\0')) throw new ImportError('REQUEST_INVALID', { problem: 'it holds U+0000' })
}

/** Whether what came as the `csrf` of a form is that of the viewer's session. */
export function isOwnForm(viewer: Viewer, given: string | undefined): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(viewer.csrf ?? '')]
  return viewer.csrf !== null && a.length === b.length && timingSafeEqual(a, b)
}

function isSafe(c: HttpContext): boolean {
  return SAFE.has(c.req.method)
}

/** A change must be meant by who is signed in: not by another site that sends their cookie along. */
async function mustMeanIt(http: Http, c: HttpContext, viewer: Viewer, route: RouteFacts): Promise<void> {
  if (!viewer.mayWrite) throw new ImportError('TOKEN_READS_ONLY')
  if (viewer.kind === 'token') return
  mustBeOurPage(http, c)
  const header = c.req.header('x-csrf-token')
  if (isOwnForm(viewer, header)) return
  const isForm = (c.req.header('content-type') ?? '').startsWith('multipart/form-data')
  // The field stands in the body in front of the file, and is looked at when that is read.
  if (route.body === 'upload' && isForm && header === undefined) return
  if (!isOwnForm(viewer, (await formOf(c))['csrf'])) throw new ImportError('FORM_STALE')
}

/** Browsers say where a request was made; one that was made elsewhere changes nothing here. */
function mustBeOurPage(http: Http, c: HttpContext): void {
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  if (site !== undefined ? site !== 'same-origin' && site !== 'none' : !isOurOrigin(http, c, origin))
    throw new ImportError('FORM_STALE')
}

function isOurOrigin(http: Http, c: HttpContext, origin: string | undefined): boolean {
  // No browser: whoever sends this has the cookie because it is theirs.
  if (origin === undefined) return true
  if (http.publicUrl !== null && origin === new URL(http.publicUrl).origin) return true
  return URL.canParse(origin) && new URL(origin).host === c.req.header('host')
}

async function accountFor(
  http: Http,
  c: HttpContext,
  viewer: Viewer,
  by: AccountBy,
): Promise<{ account: Account; role: Role }> {
  if (by === 'run') return await accountOfRun(http, viewer, c.req.param('id') ?? '')
  const slug = by === 'path' ? c.req.param('account') : (c.req.query('account') ?? onlyAccount(viewer))
  if (slug === undefined || slug === '')
    throw new ImportError('REQUEST_INVALID', { problem: 'it does not say which account' })
  const role = roleOf(viewer, slug)
  // Whether there is such an account is nobody's business who has no role in it.
  if (role === null) throw new ImportError('ACCOUNT_UNKNOWN', { slug })
  return { account: await http.door.account(slug), role }
}

async function accountOfRun(
  http: Http,
  viewer: Viewer,
  id: string,
): Promise<{ account: Account; role: Role }> {
  const slug = (await http.door.run(id)).account ?? ''
  const role = roleOf(viewer, slug)
  if (role === null) throw new ImportError('RUN_UNKNOWN', { id })
  return { account: await http.door.account(slug), role }
}

function onlyAccount({ roles }: Viewer): string | undefined {
  return roles.length === 1 ? roles[0]?.account : undefined
}

function notAllowed(viewer: Viewer, role: Role | null, needed: Role): ImportError {
  const own = role ?? viewer.roles[0]?.role
  return new ImportError('NOT_ALLOWED', {
    needed: ROLE_NAMES[needed],
    role: own === undefined ? 'none' : ROLE_NAMES[own],
  })
}
