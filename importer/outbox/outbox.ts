/** What people may ask of the outbox. */
import { accountOf } from '../accounts.ts'
import type { EngineRoom } from '../engine-room.ts'
import { listAttempts } from './attempts.ts'
import { listMessages, resend, retry } from './messages.ts'
import { listRecipients, removeRecipient, setRecipient } from './recipients.ts'
import type { Outbox } from './types.ts'

export function createOutbox({ db, clock }: EngineRoom): Outbox {
  return {
    recipients: async (slug) => listRecipients(db, await accountOf(db, slug)),
    setRecipient: async (slug, given) => setRecipient(db, await accountOf(db, slug), given, clock.now()),
    async removeRecipient(slug, address) {
      await removeRecipient(db, await accountOf(db, slug), address)
      return null
    },
    async messages({ account, ...rest }) {
      const of = account === undefined ? {} : { accountId: (await accountOf(db, account)).id }
      return await listMessages(db, { ...rest, ...of })
    },
    retry: (id) => retry(db, id, clock.now()),
    resend: (id) => resend(db, id, clock.now()),
    attempts: (id) => listAttempts(db, id),
  }
}
