/** Connections: the catalogue, the way of setting one up, how one stands, and what is done with it. */
import { setTimeout as delay } from 'node:timers/promises'
import { ImportError } from '../../../../importer/errors.ts'
import type { ConnectorKind } from '../../../../importer/types.ts'
import { isConnectorKind } from '../../../../schemas/connection.ts'
import { SYSTEMS } from '../../../../schemas/connection-secrets.ts'
import { formOf } from '../../guard.ts'
import { accountRoute, type InAccount, type Route } from '../../route.ts'
import { cataloguePage } from '../catalogue.ts'
import { beforePage, credentialsPage, type Obstacle } from '../connecting.ts'
import { type ConnectionData, connectionNow, connectionPage, isMoving } from '../connection.ts'
import { autoSyncOfForm, givenSecrets, newConnection, withoutSecrets } from '../connection-forms.ts'
import { accountPage } from '../frame.ts'
import { CONNECTIONS, REMEDIES } from '../words/connections.ts'
import { mayDecide } from './imports.ts'

const AT = '/a/:account/connections'
const ONE = `${AT}/:connection`
const NEW = '/a/:account/connect/:kind'
const FACTS = { title: CONNECTIONS.title, section: 'sources' } as const
const viewer = { needs: 'viewer' } as const
const admin = { needs: 'data_admin' } as const

export const CONNECTION_ROUTES: readonly Route[] = [
  accountRoute(
    { method: 'GET', path: AT, ...viewer, summary: 'systems that can be connected, and those that are' },
    async (given) => {
      const { c, account, door } = given
      const data = {
        ...{ slug: account.slug, search: (c.req.query('q') ?? '').trim(), mayChange: mayDecide(given) },
        connections: await door.hris.list(account.slug),
      }
      return await accountPage(given, FACTS, cataloguePage(data))
    },
  ),
  accountRoute(
    { method: 'GET', path: NEW, ...admin, summary: 'setting up a connection: what is read, credentials' },
    (given) => {
      const kind = kindOf(given)
      const { step, admin: word } = given.c.req.query()
      if (step !== 'connect') return before(given, kind, null)
      return word === 'yes' ? credentials(given, kind, {}, null) : before(given, kind, unconfirmed(kind))
    },
  ),
  accountRoute(
    { method: 'POST', path: NEW, ...admin, summary: 'makes a connection; it imports nobody yet' },
    async (given) => {
      const { c, account, door } = given
      const kind = kindOf(given)
      const form = await formOf(c)
      if (form['admin'] !== 'yes') return await before(given, kind, unconfirmed(kind))
      try {
        const { connection } = await door.hris.connect(account.slug, newConnection(kind, form))
        return c.redirect(`/a/${account.slug}/connections/${connection.source}`, 303)
      } catch (error) {
        return await credentials(given, kind, withoutSecrets(form), obstacleOf(error))
      }
    },
  ),
  accountRoute({ method: 'GET', path: ONE, ...viewer, summary: 'one connection' }, (given) =>
    show(given, {}),
  ),
  accountRoute(
    { method: 'GET', path: `${ONE}/now`, ...viewer, summary: 'how it stands, as a part of its page' },
    async (given) => connectionNow(await dataOf(given, {})),
  ),
  accountRoute(
    {
      method: 'POST',
      path: `${ONE}/consent`,
      ...admin,
      summary: 'a new way to the consent of an administrator',
    },
    async (given) => {
      const { c, account, door } = given
      const { how } = await formOf(c)
      try {
        const { page } = await door.hris.reauthorize(account.slug, nameOf(given), null)
        if (page === null) return back(given, 'connected')
        // Whoever comes back must be on the host they left from, and a form may not lead to another one.
        const isHere = new URL(page).host === (c.req.header('host') ?? '')
        return how === 'link' || !isHere
          ? await show(given, { link: page })
          : c.redirect(new URL(page).pathname, 303)
      } catch (error) {
        return await show(given, { obstacle: obstacleOf(error) })
      }
    },
  ),
  actRoute('reconnect', 'gives access anew, with the same or other credentials', async (given) => {
    const { account, door } = given
    const { kind } = await door.hris.show(account.slug, nameOf(given))
    const secrets = givenSecrets(kind, await formOf(given.c))
    const { page } = await door.hris.reauthorize(account.slug, nameOf(given), secrets)
    return back(given, page === null ? 'connected' : null)
  }),
  actRoute('finalise', 'opens the review in front of the first import', async (given) => {
    const { c, account, door } = given
    const finalising = door.hris
      .finalise(account.slug, nameOf(given), { by: given.viewer.name })
      .then(({ id }) => door.settled(id))
    const run = await soon(given, finalising)
    if (run === null) return back(given, 'reading')
    return c.redirect(`/a/${account.slug}/imports/${run.id}${run.state === 'held' ? '/plan' : ''}`, 303)
  }),
  actRoute('sync', 'reads people now', async (given) => {
    const { account, door } = given
    const syncing = door.hris
      .sync(account.slug, nameOf(given), { by: given.viewer.name })
      .then(({ id }) => door.settled(id))
    return back(given, (await soon(given, syncing)) === null ? 'reading' : 'synced')
  }),
  actRoute('auto-sync', 'turns syncing by itself on or off, and sets its times', async (given) => {
    const { account, door } = given
    const change = autoSyncOfForm(await formOf(given.c))
    await door.hris.setAutoSync(account.slug, nameOf(given), change)
    return back(given, 'saved')
  }),
  actRoute('pause', 'reads nothing until it is resumed', async (given) => {
    await given.door.hris.pause(given.account.slug, nameOf(given))
    return back(given, 'paused')
  }),
  actRoute('resume', 'goes on after a pause', async (given) => {
    await given.door.hris.resume(given.account.slug, nameOf(given))
    return back(given, 'resumed')
  }),
  actRoute('disconnect', 'forgets the credentials', async (given) => {
    const { disconnectNeeded: title, disconnectNeededText: text } = CONNECTIONS.access
    if ((await formOf(given.c))['sure'] !== 'yes') return await show(given, { obstacle: { title, text } })
    await given.door.hris.disconnect(given.account.slug, nameOf(given))
    return back(given, 'disconnected')
  }),
]

/** What a person can mend is told on the page of the connection. */
function actRoute(what: string, summary: string, act: (given: InAccount) => Promise<Response>): Route {
  return accountRoute({ method: 'POST', path: `${ONE}/${what}`, ...admin, summary }, async (given) => {
    try {
      return await act(given)
    } catch (error) {
      return await show(given, { obstacle: obstacleOf(error) })
    }
  })
}

/** How long a person waits for what may take hours. */
const PATIENCE_MS = 2_000

/** What comes of it soon; null for what goes on behind the page, which then tells of it by itself. */
async function soon<T>({ http }: InAccount, work: Promise<T>): Promise<T | null> {
  const patience = new AbortController()
  const waited = delay(PATIENCE_MS, null, { signal: patience.signal, ref: false }).catch(() => null)
  const first = await Promise.race([work, waited]).finally(() => patience.abort())
  // The connection keeps what went wrong, and its page shows it.
  if (first === null) work.catch((error: unknown) => http.log.info({ err: error }, 'a sync did not end well'))
  return first
}

function kindOf({ c }: InAccount): ConnectorKind {
  const kind = c.req.param('kind') ?? ''
  if (!isConnectorKind(kind)) throw new ImportError('NO_SUCH_PAGE')
  return kind
}

export function nameOf({ c }: InAccount): string {
  return c.req.param('connection') ?? ''
}

function back(given: InAccount, said: ConnectionData['said']): Response {
  const query = said === null ? '' : `?said=${said}`
  return given.c.redirect(`/a/${given.account.slug}/connections/${nameOf(given)}${query}`, 303)
}

async function before(given: InAccount, kind: ConnectorKind, obstacle: Obstacle | null): Promise<Response> {
  const { c, account, door } = given
  const data = { slug: account.slug, kind, readAccess: await door.hris.readAccess(kind), obstacle }
  return c.html(await accountPage(given, FACTS, beforePage(data)), obstacle === null ? 200 : 422)
}

async function credentials(
  given: InAccount,
  kind: ConnectorKind,
  form: Readonly<Record<string, string>>,
  obstacle: Obstacle | null,
): Promise<Response> {
  const { c, account, viewer } = given
  const data = { slug: account.slug, kind, csrf: viewer.csrf, given: form, obstacle }
  return c.html(await accountPage(given, FACTS, credentialsPage(data)), obstacle === null ? 200 : 422)
}

function unconfirmed(kind: ConnectorKind): Obstacle {
  const { needed, neededText } = CONNECTIONS.before
  return { title: needed, text: neededText(SYSTEMS[kind]) }
}

type More = Partial<Pick<ConnectionData, 'obstacle' | 'link'>>

async function dataOf(given: InAccount, { obstacle = null, link = null }: More): Promise<ConnectionData> {
  const { account, door, viewer } = given
  const connection = await door.hris.show(account.slug, nameOf(given))
  const data = { slug: account.slug, connection, csrf: viewer.csrf, mayChange: mayDecide(given) }
  return { ...data, obstacle, link, said: obstacle === null ? saidOf(given) : null }
}

function saidOf({ c }: InAccount): ConnectionData['said'] {
  const said = c.req.query('said') ?? ''
  return Object.hasOwn(CONNECTIONS.said, said) ? (said as keyof typeof CONNECTIONS.said) : null
}

async function show(given: InAccount, more: More): Promise<Response> {
  const data = await dataOf(given, more)
  const facts = { ...FACTS, ...(isMoving(data.connection) ? { refreshSeconds: 5 } : {}) }
  const status = data.obstacle === null ? 200 : 422
  return given.c.html(await accountPage(given, facts, connectionPage(data)), status)
}

/** What a person can mend, in words for a page; anything else rises. */
export function obstacleOf(error: unknown): Obstacle {
  const isOurs =
    error instanceof ImportError && /^(?:API_|CONNECTION_(?!NONE)|CONSENT_|MAPPING_)/.test(error.code)
  if (!isOurs) throw error
  return { title: error.message, text: REMEDIES[error.code] ?? error.fix }
}
