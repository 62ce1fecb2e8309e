/** Tokens by which programs call the API: for one account or the whole server, with a role, for a time. */
import type { Kysely } from 'kysely'
import { ImportError } from '../../schemas/errors.ts'
import { type MadeToken, type NewToken, newTokenSchema, type Token } from '../../schemas/people.ts'
import { hashSecret, newPublicId, newSecret } from './secret.ts'
import type { ApiTokenTable, PeopleTables } from './tables.ts'

/** Scanners for leaked secrets find it by this. */
const PREFIX = 'rc_'
const DAY_MS = 24 * 60 * 60_000
const TOUCH_MS = 60_000

export interface Tokens {
  /** Throws `TOKEN_INVALID`, `ACCOUNT_UNKNOWN`. */
  add(token: NewToken, by: string): Promise<MadeToken>
  /** Of one account (slug), or all; newest first. */
  list(account: string | null): Promise<Token[]>
  /** Throws `TOKEN_UNKNOWN`. */
  revoke(id: string): Promise<Token>
  /** The token, where it is good. */
  find(secret: string): Promise<Token | null>
}

/** `db` may hold any further tables. */
export function createTokens<T extends PeopleTables>(deps: { db: Kysely<T>; now: () => Date }): Tokens {
  // Kysely is invariant in its tables; this module uses only those it names.
  const db = deps.db as unknown as Kysely<PeopleTables>
  const now = () => deps.now().toISOString()

  const rows = () =>
    db
      .selectFrom('api_token')
      .leftJoin('account', 'account.id', 'api_token.account_id')
      .selectAll('api_token')
      .select('account.slug')

  return {
    async add(given, by) {
      const parsed = newTokenSchema.safeParse(given)
      if (!parsed.success)
        throw new ImportError('TOKEN_INVALID', {
          problem: parsed.error.issues[0]?.message ?? 'it has the wrong form',
        })
      const { name, account, role, access, days } = parsed.data
      const isForAll = account === null
      // A token for one account may never do what only an operator may.
      if (isForAll !== (role === 'operator'))
        throw new ImportError('TOKEN_INVALID', {
          problem: 'the role operator is for the whole server, and every other for one account',
        })
      const secret = `${PREFIX}${newSecret()}`
      const row: ApiTokenTable = {
        ...{ id: newPublicId(), account_id: isForAll ? null : await idOf(db, account) },
        ...{ hash: hashSecret(secret), ending: secret.slice(-4), name, role, access },
        ...{ created_by: by, created_at: now(), revoked_at: null, last_used_at: null },
        expires_at: new Date(deps.now().getTime() + days * DAY_MS).toISOString(),
      }
      await db.insertInto('api_token').values(row).execute()
      return { ...shown({ ...row, slug: account }), secret }
    },

    async list(account) {
      const query = rows().orderBy('api_token.created_at', 'desc')
      return (await (account === null ? query : query.where('account.slug', '=', account)).execute()).map(
        shown,
      )
    },

    async revoke(id) {
      await db
        .updateTable('api_token')
        .set({ revoked_at: now() })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .execute()
      const row = await rows().where('api_token.id', '=', id).executeTakeFirst()
      if (row === undefined) throw new ImportError('TOKEN_UNKNOWN', { id })
      return shown(row)
    },

    async find(secret) {
      if (!secret.startsWith(PREFIX)) return null
      const row = await rows()
        .where('hash', '=', hashSecret(secret))
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now())
        .executeTakeFirst()
      if (row === undefined) return null
      await touch(db, row, deps.now())
      return shown(row)
    },
  }
}

/** To the minute: a program that calls ten times a second must not make the disk sync ten times for it. */
async function touch(db: Kysely<PeopleTables>, row: ApiTokenTable, now: Date): Promise<void> {
  if (row.last_used_at !== null && now.getTime() - Date.parse(row.last_used_at) < TOUCH_MS) return
  await db
    .updateTable('api_token')
    .set({ last_used_at: now.toISOString() })
    .where('id', '=', row.id)
    .execute()
}

async function idOf(db: Kysely<PeopleTables>, slug: string): Promise<string> {
  const row = await db.selectFrom('account').select('id').where('slug', '=', slug).executeTakeFirst()
  if (row === undefined) throw new ImportError('ACCOUNT_UNKNOWN', { slug })
  return row.id
}

function shown(row: ApiTokenTable & { slug: string | null }): Token {
  return {
    ...{ id: row.id, name: row.name, account: row.slug, role: row.role, access: row.access },
    ...{ ending: row.ending, createdBy: row.created_by, createdAt: row.created_at },
    ...{ expiresAt: row.expires_at, revokedAt: row.revoked_at, lastUsedAt: row.last_used_at },
  }
}
