/** `webhook`: endpoints that are told by HTTP what happens, and what they answered. */
import type { Message } from '../../schemas/notify.ts'
import type { Attempt, Webhook } from '../../schemas/webhook.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

export async function addWebhook(
  { terminal, config }: Context,
  { account, json, ...given }: { account: string; url: string; types?: string[]; json: boolean },
): Promise<number> {
  const added = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.webhooks.add(account, given),
  )
  await terminal.data(json ? jsonText(added) : `${added.secret}\n`)
  terminal.say(`Webhook ${added.id} is there. Its secret stands above, this once; it signs what is sent.`)
  return EXIT.done
}

export async function rotateWebhook(
  { terminal, config }: Context,
  id: string,
  { json }: { json: boolean },
): Promise<number> {
  const rotated = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.webhooks.rotate(id),
  )
  await terminal.data(json ? jsonText(rotated) : `${rotated.secret}\n`)
  terminal.say(
    `The new secret stands above. Until ${rotated.formerSecretUntil ?? ''} the one before signs as well.`,
  )
  return EXIT.done
}

export async function listWebhooks(
  { terminal, config }: Context,
  { account, json }: { account?: string; json: boolean },
): Promise<number> {
  const all = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.webhooks.list(account ?? null),
  )
  if (json) await terminal.data(jsonText(all))
  else if (all.length > 0) await terminal.data(tableText(WEBHOOKS, all, terminal.outColors))
  else terminal.say('No webhooks. Add one with `rollcall webhook add <url> --account <slug>`.')
  return EXIT.done
}

export async function removeWebhook({ terminal, config }: Context, id: string): Promise<number> {
  await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.webhooks.remove(id))
  terminal.say(`Webhook ${printable(id)} is gone; what waited for it is given up.`)
  return EXIT.done
}

export async function listDeliveries(
  { terminal, config }: Context,
  { account, message, json }: { account?: string; message?: string; json: boolean },
): Promise<number> {
  if (message !== undefined) return await showAttempts({ terminal, config }, message, json)
  const filter = { channel: 'webhook' as const, ...(account === undefined ? {} : { account }) }
  const all = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.outbox.messages(filter),
  )
  if (json) await terminal.data(jsonText(all))
  else if (all.length > 0) await terminal.data(tableText(DELIVERIES, all, terminal.outColors))
  else terminal.say('Nothing was sent yet.')
  return EXIT.done
}

async function showAttempts({ terminal, config }: Context, message: string, json: boolean): Promise<number> {
  const attempts = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.outbox.attempts(message),
  )
  if (json) await terminal.data(jsonText(attempts))
  else if (attempts.length > 0) await terminal.data(tableText(ATTEMPTS, attempts, terminal.outColors))
  else terminal.say('It was not tried yet.')
  return EXIT.done
}

export async function resend({ terminal, config }: Context, message: string): Promise<number> {
  await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.outbox.resend(message))
  terminal.say(
    `Message ${printable(message)} is sent again, under the same id. A running server does so within seconds.`,
  )
  return EXIT.done
}

const time = (iso: string) => iso.slice(0, 19).replace('T', ' ')

const WEBHOOKS: readonly Column<Webhook>[] = [
  { header: 'Webhook', cell: ({ id }) => id },
  { header: 'Account', cell: ({ account }) => account },
  { header: 'Address', cell: ({ url }) => printable(url) },
  { header: 'Is told of', cell: ({ types }) => types.join(', ') },
  {
    header: 'State',
    cell: ({ disabledAt }, colors) =>
      disabledAt === null ? 'on' : colors.red('off: it said that it is gone'),
  },
]

const DELIVERIES: readonly Column<Message>[] = [
  { header: 'Message', cell: ({ id }) => id },
  { header: 'Since (UTC)', cell: ({ createdAt }) => time(createdAt) },
  { header: 'Tells', cell: ({ type }) => type },
  { header: 'To', cell: ({ target }) => printable(target) },
  { header: 'State', cell: ({ state }) => (state === 'dead' ? 'given up' : state) },
  { header: 'Tries', align: 'right', cell: ({ attempts }) => String(attempts) },
  { header: 'Problem', cell: ({ problem }) => printable(problem ?? '') },
]

const ATTEMPTS: readonly Column<Attempt>[] = [
  { header: 'Try', align: 'right', cell: ({ number }) => String(number) },
  { header: 'At (UTC)', cell: ({ at }) => time(at) },
  { header: 'Status', align: 'right', cell: ({ status }) => String(status ?? '') },
  { header: 'Took', align: 'right', cell: ({ milliseconds }) => `${milliseconds} ms` },
  { header: 'Problem', cell: ({ problem }) => printable(problem ?? '') },
]
