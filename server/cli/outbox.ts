/** `outbox`: mails and webhooks, and what became of them. */
import type { Message, MessageFilter } from '../../schemas/notify.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { type Colors, printable } from './terminal.ts'

export async function listMessages(
  { terminal, config }: Context,
  { account, state, limit }: MessageFilter,
  { json }: { json: boolean },
): Promise<number> {
  const filter = {
    ...(account === undefined ? {} : { account }),
    ...(state === undefined ? {} : { state }),
    ...(limit === undefined ? {} : { limit }),
  }
  const messages = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.outbox.messages(filter),
  )
  if (json) await terminal.data(jsonText(messages))
  else if (messages.length > 0) await terminal.data(tableText(COLUMNS, messages, terminal.outColors))
  else terminal.say('No messages.')
  return EXIT.done
}

export async function retryMessage(
  { terminal, config }: Context,
  id: string,
  { json }: { json: boolean },
): Promise<number> {
  const message = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.outbox.retry(id))
  if (json) await terminal.data(jsonText(message))
  terminal.say(`Message ${message.id} is tried again. A running server does so within seconds.`)
  return EXIT.done
}

const COLUMNS: readonly Column<Message>[] = [
  { header: 'Message', cell: ({ id }) => id },
  { header: 'Since (UTC)', cell: ({ createdAt }) => createdAt.slice(0, 19).replace('T', ' ') },
  { header: 'Account', cell: ({ account }) => account },
  { header: 'Tells', cell: ({ type }) => type },
  { header: 'Run', cell: ({ run }) => run ?? '' },
  { header: 'To', cell: ({ target }) => printable(target) },
  { header: 'State', cell: ({ state }, colors) => stateText(state, colors) },
  { header: 'Tries', align: 'right', cell: ({ attempts }) => String(attempts) },
  { header: 'Problem', cell: ({ problem }) => printable(problem ?? '') },
]

function stateText(state: Message['state'], colors: Colors): string {
  if (state === 'dead') return colors.red('given up')
  return state === 'waiting' ? colors.yellow('waiting') : 'sent'
}
