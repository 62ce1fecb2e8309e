/** `account notify`: who gets mails about an account. */
import type { Recipient } from '../../schemas/notify.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

export async function addRecipient(
  { terminal, config }: Context,
  { account, json, ...given }: { account: string; address: string; topics?: string[]; json: boolean },
): Promise<number> {
  const added = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.outbox.setRecipient(account, given),
  )
  if (json) await terminal.data(jsonText(added))
  terminal.say(`Mails about ${account} (${added.topics.join(', ')}) go to ${printable(added.address)}.`)
  if (config.smtpUrl === null)
    terminal.say('No mail server is set yet: without ROLLCALL_SMTP_URL and ROLLCALL_MAIL_FROM they wait.')
  return EXIT.done
}

export async function listRecipients(
  { terminal, config }: Context,
  { account, json }: { account: string; json: boolean },
): Promise<number> {
  const recipients = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.outbox.recipients(account),
  )
  if (json) await terminal.data(jsonText(recipients))
  else if (recipients.length > 0) await terminal.data(tableText(COLUMNS, recipients, terminal.outColors))
  else
    terminal.say(
      `Nobody. Add an address with \`rollcall account notify add <address> --account ${account}\`.`,
    )
  return EXIT.done
}

export async function removeRecipient(
  { terminal, config }: Context,
  { account, address }: { account: string; address: string },
): Promise<number> {
  await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.outbox.removeRecipient(account, address),
  )
  terminal.say(`No more mails about ${account} go to ${printable(address)}.`)
  return EXIT.done
}

const COLUMNS: readonly Column<Recipient>[] = [
  { header: 'Address', cell: ({ address }) => printable(address) },
  { header: 'Hears of', cell: ({ topics }) => topics.join(', ') },
  { header: 'Since', cell: ({ addedAt }) => addedAt.slice(0, 10) },
]
