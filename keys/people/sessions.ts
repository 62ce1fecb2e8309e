/** Sessions of people who signed in with a browser. One ends when nothing was asked for a while, and in any case after half a day. */
import type { Kysely } from 'kysely'
import { ImportError } from '../../schemas/errors.ts'
import type { WebSession } from '../../schemas/people.ts'
import { hashSecret, newSecret } from './secret.ts'
import type { PeopleTables, WebSessionTable } from './tables.ts'

export const SESSION_IDLE_MS = 30 * 60_000
export const SESSION_MS = 12 * 60 * 60_000
/** A page with ten parts must not make the disk sync ten times for it. */
const TOUCH_MS = 60_000
const AGENT_MAX = 200
/** So much of the hash names a session; far too little to guess the secret by. */
const ID_LENGTH = 16

/** `code`: the password was right, and the second factor is still to come. */
export type Stage = 'code' | 'full'

export interface Sessions {
  /** Answers the secret for the cookie. */
  open(userId: string, from: { address: string; agent: string; stage: Stage }): Promise<string>
  /** Whose it is, where it is still good; it lives on by being asked for. */
  find(
    secret: string,
  ): Promise<{ readonly id: string; readonly userId: string; readonly stage: Stage } | null>
  /** Newest first. */
  list(userId: string): Promise<WebSession[]>
  /** By its secret. */
  close(secret: string): Promise<void>
  /** One of somebody's, by its id. Throws `SESSION_UNKNOWN`. */
  end(userId: string, id: string): Promise<void>
  /** All of somebody's but the one that is named. */
  endOthers(userId: string, id: string | null): Promise<number>
}

/** `db` may hold any further tables. */
export function createSessions<T extends PeopleTables>(deps: { db: Kysely<T>; now: () => Date }): Sessions {
  // Kysely is invariant in its tables; this module uses only those it names.
  const db = deps.db as unknown as Kysely<PeopleTables>
  const ago = (ms: number) => new Date(deps.now().getTime() - ms).toISOString()

  const good = () =>
    db
      .selectFrom('web_session')
      .selectAll()
      .where('seen_at', '>', ago(SESSION_IDLE_MS))
      .where('created_at', '>', ago(SESSION_MS))

  return {
    async open(userId, { address, agent, stage }) {
      const secret = newSecret()
      const at = deps.now().toISOString()
      await db
        .deleteFrom('web_session')
        .where((is) =>
          is.or([is('seen_at', '<=', ago(SESSION_IDLE_MS)), is('created_at', '<=', ago(SESSION_MS))]),
        )
        .execute()
      const row: WebSessionTable = {
        ...{ hash: hashSecret(secret), user_id: userId, stage, created_at: at, seen_at: at },
        ...{ address, agent: agent.slice(0, AGENT_MAX) },
      }
      await db.insertInto('web_session').values(row).execute()
      return secret
    },

    async find(secret) {
      const row = await good().where('hash', '=', hashSecret(secret)).executeTakeFirst()
      if (row === undefined) return null
      if (row.seen_at < ago(TOUCH_MS)) {
        const seen_at = deps.now().toISOString()
        await db.updateTable('web_session').set({ seen_at }).where('hash', '=', row.hash).execute()
      }
      return { id: idOf(row), userId: row.user_id, stage: row.stage }
    },

    async list(userId) {
      const rows = await good()
        .where('user_id', '=', userId)
        .where('stage', '=', 'full')
        .orderBy('created_at', 'desc')
        .execute()
      return rows.map((row) => ({
        ...{ id: idOf(row), createdAt: row.created_at, seenAt: row.seen_at },
        ...{ address: row.address, agent: row.agent },
      }))
    },

    async close(secret) {
      await db.deleteFrom('web_session').where('hash', '=', hashSecret(secret)).execute()
    },

    async end(userId, id) {
      const rows = await good().where('user_id', '=', userId).execute()
      const row = rows.find((one) => idOf(one) === id)
      if (row === undefined) throw new ImportError('SESSION_UNKNOWN', { id })
      await db.deleteFrom('web_session').where('hash', '=', row.hash).execute()
    },

    async endOthers(userId, id) {
      const rows = await good().where('user_id', '=', userId).execute()
      const hashes = rows.filter((one) => idOf(one) !== id).map((one) => one.hash)
      if (hashes.length > 0) await db.deleteFrom('web_session').where('hash', 'in', hashes).execute()
      return hashes.length
    },
  }
}

function idOf({ hash }: Pick<WebSessionTable, 'hash'>): string {
  return hash.slice(0, ID_LENGTH)
}
