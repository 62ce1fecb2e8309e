/** The settings of an account. */
import { ImportError } from '../../../../importer/errors.ts'
import { ACCOUNT_ROLES } from '../../../../schemas/people.ts'
import type { NewDelivery } from '../../../control/door.ts'
import { formOf } from '../../guard.ts'
import { statusOf } from '../../problem.ts'
import { accountRoute, type InAccount, type Route } from '../../route.ts'
import { accountPage } from '../frame.ts'
import type { Piece } from '../html.ts'
import { keysPart } from '../keys.ts'
import { notice } from '../parts.ts'
import {
  type AccessData,
  accessPart,
  auditPart,
  demographicsPart,
  missingPart,
  type SettingPage,
  settingsTop,
} from '../settings.ts'
import { SETTINGS } from '../words/settings.ts'
import { mayDecide } from './imports.ts'
import { isAdmin } from './sources.ts'

const AT = '/a/:account/settings'
const admin = { needs: 'account_admin' } as const

export const SETTING_ROUTES: readonly Route[] = [
  accountRoute(
    { method: 'GET', path: AT, needs: 'viewer', summary: 'leads to the settings' },
    ({ c, account }) => c.redirect(`/a/${account.slug}/settings/keys`, 303),
  ),
  accountRoute(
    { method: 'GET', path: `${AT}/keys`, needs: 'viewer', summary: 'who may deliver by SFTP' },
    (given) => keys(given),
  ),
  accountRoute({ method: 'POST', path: `${AT}/keys`, ...admin, summary: 'adds a key' }, async (given) => {
    const { c, account, door } = given
    const { line = '', expires = '', networks = '', back = '' } = await formOf(c)
    const options = {
      ...(expires && { expiresAt: `${expires}T23:59:59Z` }),
      ...(networks.trim() && { networks: networks.trim() }),
    }
    try {
      await door.addKey(account.slug, line.trim(), options)
    } catch (error) {
      return await keys(given, knownError(error))
    }
    return c.redirect(backTo(given, back), 303)
  }),
  accountRoute(
    { method: 'POST', path: `${AT}/keys/revoke`, ...admin, summary: 'ends the use of a key' },
    async (given) => {
      const { c, account, door } = given
      const { fingerprint = '', back = '' } = await formOf(c)
      // A key of another account is none that there is.
      const own = (await door.listKeys(account.slug)).some((key) => key.fingerprint === fingerprint)
      if (!own) throw new ImportError('KEY_UNKNOWN', { fingerprint })
      await door.revokeKey(fingerprint)
      return c.redirect(backTo(given, back), 303)
    },
  ),
  accountRoute(
    { method: 'GET', path: `${AT}/demographics`, needs: 'viewer', summary: 'columns beyond the fixed ones' },
    (given) => demographics(given),
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/demographics/rename`, ...admin, summary: 'gives one another label' },
    (given) =>
      changeDemographics(given, async ({ from = '', to = '' }) => {
        await given.door.renameDemographic(given.account.slug, { from, to: to.trim() })
        return given.c.req.path.replace(/\/rename$/, '')
      }),
  ),
  accountRoute(
    {
      method: 'POST',
      path: `${AT}/demographics/delete`,
      ...admin,
      summary: 'takes one away that nobody has',
    },
    (given) =>
      changeDemographics(given, async ({ label = '' }) => {
        await given.door.deleteDemographic(given.account.slug, label)
        return given.c.req.path.replace(/\/delete$/, '')
      }),
  ),
  accountRoute(
    {
      method: 'POST',
      path: `${AT}/demographics/merge`,
      ...admin,
      summary: 'shows what making two of them one would do',
    },
    (given) =>
      changeDemographics(given, async ({ from = '', into = '' }) => {
        const { account, door, viewer } = given
        const delivery: NewDelivery = {
          ...{ account: account.slug, fileName: `${MERGE_FILE}.csv`, sentBy: viewer.name },
          importType: 'partial',
          mode: 'dry_run',
        }
        const run = await door.deliver(
          delivery,
          encoded(door.demographicsMerge(account.slug, { from, into })),
        )
        return `/a/${account.slug}/imports/${run.id}`
      }),
  ),
  accountRoute(
    { method: 'GET', path: `${AT}/missing`, needs: 'viewer', summary: 'people whom a source sends no more' },
    async (given) => {
      const { c, account, door, viewer } = given
      const sources = (await door.sources(account.slug)).map(({ name }) => name)
      const asked = c.req.query('source')
      const source =
        sources.find((one) => one === asked) ?? sources.find((one) => one === 'sftp') ?? sources[0] ?? ''
      const after = /^\d{1,9}$/.exec(c.req.query('after') ?? '')?.[0]
      const page = await door.missing(
        account.slug,
        source,
        after === undefined ? {} : { after: Number(after) },
      )
      const data = { slug: account.slug, sources, page, csrf: viewer.csrf, mayChange: mayDecide(given) }
      return await showSetting(given, 'missing', missingPart(data))
    },
  ),
  accountRoute(
    {
      method: 'POST',
      path: `${AT}/missing/ignore`,
      needs: 'data_admin',
      summary: 'leaves a person out of it',
    },
    async ({ c, http, account, door, viewer }) => {
      const { source = '', person = '' } = await formOf(c)
      const key = await http.insight.keyOf(account.slug, Number(person))
      await door.ignoreMissing(account.slug, { source, key }, { by: viewer.name })
      return c.redirect(`/a/${account.slug}/settings/missing?source=${encodeURIComponent(source)}`, 303)
    },
  ),
  accountRoute(
    { method: 'GET', path: `${AT}/access`, ...admin, summary: 'who may sign in, and as what' },
    (given) => access(given, {}),
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/access`, ...admin, summary: 'invites somebody' },
    async (given) => {
      const { c, http, account, door } = given
      const { name = '', email = '', role = '' } = await formOf(c)
      const roles = [{ account: account.slug, role: ACCOUNT_ROLES.find((one) => one === role) ?? 'viewer' }]
      try {
        const invitation = await door.addUser({ email, name: name.trim(), roles })
        const origin = http.publicUrl ?? new URL(c.req.url).origin
        return await access(given, {
          invitation: { invitation, link: `${origin}/welcome/${invitation.secret}` },
        })
      } catch (error) {
        return await access(given, { problem: knownError(error) })
      }
    },
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/access/remove`, ...admin, summary: 'takes a role away' },
    async (given) => {
      const { c, account, door } = given
      const { user = '' } = await formOf(c)
      const own = (await door.listUsers(account.slug)).some(({ id }) => id === user)
      if (own) await door.setRole(user, account.slug, null)
      return c.redirect(`/a/${account.slug}/settings/access`, 303)
    },
  ),
  accountRoute({ method: 'GET', path: `${AT}/audit`, ...admin, summary: 'who did what' }, async (given) => {
    const before = /^\d{1,12}$/.exec(given.c.req.query('before') ?? '')?.[0]
    const place = before === undefined ? {} : { before: Number(before) }
    const page = await given.door.auditLog(given.account.slug, place)
    return await showSetting(given, 'audit', auditPart({ page }))
  }),
]

const MERGE_FILE = 'demographics-made-one'

/** A page of the settings, with the status of what went wrong. */
export async function showSetting(
  given: InAccount,
  here: SettingPage,
  body: Piece,
  problem?: ImportError,
): Promise<Response> {
  const facts = { title: SETTINGS[here].title, section: 'settings' } as const
  const all = [settingsTop(given.account.slug, here, isAdmin(given)), body]
  return await given.c.html(
    await accountPage(given, facts, all),
    problem === undefined ? 200 : statusOf(problem),
  )
}

async function keys(given: InAccount, problem?: ImportError): Promise<Response> {
  const { account, door, viewer, http } = given
  const data = {
    ...{ slug: account.slug, csrf: viewer.csrf, mayChange: isAdmin(given), now: http.now() },
    keys: await door.listKeys(account.slug),
    back: `/a/${account.slug}/settings/keys`,
  }
  const body = [problem === undefined ? null : notice('bad', problem.message, problem.fix), keysPart(data)]
  return await showSetting(given, 'keys', body, problem)
}

/** Only a page of the same account. */
function backTo({ account }: InAccount, back: string): string {
  const own = `/a/${account.slug}/`
  return back.startsWith(own) && /^[\w./-]+$/.test(back) ? back : `${own}settings/keys`
}

async function demographics(given: InAccount, problem?: ImportError): Promise<Response> {
  const { account, door, viewer } = given
  const all = await door.demographics(account.slug)
  const data = { slug: account.slug, demographics: all, csrf: viewer.csrf, mayChange: isAdmin(given) }
  const body = [
    problem === undefined ? null : notice('bad', problem.message, problem.fix),
    demographicsPart(data),
  ]
  return await showSetting(given, 'demographics', body, problem)
}

/** Goes to where the change leads, else back to the list. */
async function changeDemographics(
  given: InAccount,
  change: (form: Readonly<Record<string, string>>) => Promise<string>,
): Promise<Response> {
  try {
    return given.c.redirect(await change(await formOf(given.c)), 303)
  } catch (error) {
    return await demographics(given, knownError(error))
  }
}

async function* encoded(chunks: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for await (const chunk of chunks) yield encoder.encode(chunk)
}

async function access(
  given: InAccount,
  more: Pick<AccessData, 'invitation'> & { readonly problem?: ImportError },
): Promise<Response> {
  const { account, door, viewer } = given
  const data = { slug: account.slug, users: await door.listUsers(account.slug), csrf: viewer.csrf, ...more }
  return await showSetting(given, 'access', accessPart(data), more.problem)
}

/** What a person can mend is told where they typed; anything else rises, and so does what they may not do. */
export function knownError(error: unknown): ImportError {
  if (error instanceof ImportError && [404, 409, 422].includes(statusOf(error))) return error
  throw error
}
