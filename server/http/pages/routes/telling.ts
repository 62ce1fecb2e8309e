/** Who is told what: mails and webhooks. */
import { ImportError } from '../../../../importer/errors.ts'
import type { Message } from '../../../../schemas/notify.ts'
import type { WebhookWithSecret } from '../../../../schemas/webhook.ts'
import { formOf } from '../../guard.ts'
import { accountRoute, type InAccount, type Route } from '../../route.ts'
import { chosen } from '../chosen.ts'
import { accountPage } from '../frame.ts'
import { type NotificationsData, notificationsPart } from '../notifications.ts'
import { notice } from '../parts.ts'
import { deliveryPage, WEBHOOK_GROUPS, type WebhooksData, webhooksPart } from '../webhooks.ts'
import { TELLING } from '../words/telling.ts'
import { knownError, showSetting } from './settings.ts'

const MAILS = '/a/:account/settings/notifications'
const WEBHOOKS = '/a/:account/settings/webhooks'
const admin = { needs: 'account_admin' } as const
const DEAD_MAX = 100
const LAST = 30

export const TELLING_ROUTES: readonly Route[] = [
  accountRoute({ method: 'GET', path: MAILS, ...admin, summary: 'who gets mails about what' }, (given) =>
    notifications(given),
  ),
  accountRoute(
    { method: 'POST', path: MAILS, ...admin, summary: 'adds an address, or changes what it hears of' },
    async (given) => {
      const { c, account, door } = given
      const [{ address = '' }, topics] = [await formOf(c), await chosen(c, 'topics')]
      try {
        await door.outbox.setRecipient(account.slug, { address, topics })
      } catch (error) {
        return await notifications(given, { problem: knownError(error), draft: { address, topics } })
      }
      return c.redirect(mailsOf(given), 303)
    },
  ),
  accountRoute(
    { method: 'POST', path: `${MAILS}/remove`, ...admin, summary: 'sends no more mails to an address' },
    async (given) => {
      const { address = '' } = await formOf(given.c)
      await given.door.outbox.removeRecipient(given.account.slug, address)
      return given.c.redirect(mailsOf(given), 303)
    },
  ),
  accountRoute(
    { method: 'POST', path: `${MAILS}/retry`, ...admin, summary: 'tries a mail again' },
    async (given) => {
      const { message = '' } = await formOf(given.c)
      const { id } = await ownMessage(given, message)
      await given.door.outbox.retry(id)
      return given.c.redirect(mailsOf(given), 303)
    },
  ),
  accountRoute(
    { method: 'GET', path: WEBHOOKS, ...admin, summary: 'programs that are told by HTTP' },
    (given) => webhooks(given),
  ),
  accountRoute({ method: 'POST', path: WEBHOOKS, ...admin, summary: 'adds a webhook' }, async (given) => {
    const { c, account, door } = given
    const [{ url = '' }, types] = [await formOf(c), await chosen(c, 'types')]
    const isAll = WEBHOOK_GROUPS.every(([group]) => types.includes(group))
    try {
      const made = await door.webhooks.add(account.slug, { url: url.trim(), types: isAll ? ['*'] : types })
      return await webhooks(given, { made })
    } catch (error) {
      return await webhooks(given, { problem: knownError(error), draft: { url, types } })
    }
  }),
  accountRoute(
    { method: 'POST', path: `${WEBHOOKS}/rotate`, ...admin, summary: 'gives a webhook a new secret' },
    async (given) => webhooks(given, { made: await given.door.webhooks.rotate(await ownWebhook(given)) }),
  ),
  accountRoute(
    { method: 'POST', path: `${WEBHOOKS}/remove`, ...admin, summary: 'removes a webhook' },
    async (given) => {
      await given.door.webhooks.remove(await ownWebhook(given))
      return given.c.redirect(`/a/${given.account.slug}/settings/webhooks`, 303)
    },
  ),
  accountRoute(
    { method: 'GET', path: `${WEBHOOKS}/:id`, ...admin, summary: 'one delivery, with every try' },
    async (given) => {
      const { c, account, door, viewer } = given
      const message = await ownMessage(given, c.req.param('id') ?? '')
      const attempts = await door.outbox.attempts(message.id)
      const data = { slug: account.slug, message, attempts, csrf: viewer.csrf }
      const facts = { title: TELLING.webhooks.delivery, section: 'settings' } as const
      return await accountPage(given, facts, deliveryPage(data))
    },
  ),
  accountRoute(
    { method: 'POST', path: `${WEBHOOKS}/:id/resend`, ...admin, summary: 'sends a message again' },
    async (given) => {
      const { c, account, door } = given
      const { id } = await ownMessage(given, c.req.param('id') ?? '')
      await door.outbox.resend(id)
      return c.redirect(`/a/${account.slug}/settings/webhooks/${id}`, 303)
    },
  ),
]

function mailsOf({ account }: InAccount): string {
  return `/a/${account.slug}/settings/notifications`
}

/** A message of another account is none that there is. */
async function ownMessage({ account, door }: InAccount, id: string): Promise<Message> {
  const [message] = await door.outbox.messages({ account: account.slug, id })
  if (message === undefined) throw new ImportError('MESSAGE_UNKNOWN', { id })
  return message
}

/** The same for a webhook. */
async function ownWebhook({ c, account, door }: InAccount): Promise<string> {
  const { webhook: id = '' } = await formOf(c)
  const own = (await door.webhooks.list(account.slug)).some((one) => one.id === id)
  if (!own) throw new ImportError('WEBHOOK_UNKNOWN', { id })
  return id
}

async function notifications(
  given: InAccount,
  { problem, draft }: Pick<NotificationsData, 'draft'> & { readonly problem?: ImportError } = {},
): Promise<Response> {
  const { account, door, viewer } = given
  const of = { account: account.slug, channel: 'mail' } as const
  const data = {
    ...{ slug: account.slug, csrf: viewer.csrf, draft },
    recipients: await door.outbox.recipients(account.slug),
    dead: await door.outbox.messages({ ...of, state: 'dead', limit: DEAD_MAX }),
    last: await door.outbox.messages({ ...of, limit: LAST }),
  }
  const body = [problemNotice(problem), notificationsPart(data)]
  return await showSetting(given, 'notifications', body, problem)
}

async function webhooks(
  given: InAccount,
  more: Pick<WebhooksData, 'draft'> & {
    readonly made?: WebhookWithSecret
    readonly problem?: ImportError
  } = {},
): Promise<Response> {
  const { account, door, viewer } = given
  const data = {
    ...{ slug: account.slug, csrf: viewer.csrf, draft: more.draft, made: more.made },
    webhooks: await door.webhooks.list(account.slug),
    deliveries: await door.outbox.messages({ account: account.slug, channel: 'webhook', limit: LAST }),
  }
  const body = [problemNotice(more.problem), webhooksPart(data)]
  return await showSetting(given, 'webhooks', body, more.problem)
}

function problemNotice(problem: ImportError | undefined) {
  return problem === undefined ? null : notice('bad', problem.message, problem.fix)
}
