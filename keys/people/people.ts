/** People who sign in: who they are, what they may do, and whether a password is theirs. */
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import { ImportError } from '../../schemas/errors.ts'
import {
  type AccountRole,
  type Invitation,
  includes,
  type NewUser,
  newUserSchema,
  type Role,
  type User,
  userEmailSchema,
} from '../../schemas/people.ts'
import { createPasswordVerifier, hashPassword } from '../password-hash.ts'
import { mustBeStrong, PASSWORD_BYTES_MAX } from '../password-rules.ts'
import { hashSecret, newPublicId, newSecret } from './secret.ts'
import type { PeopleTables, WebLinkTable, WebUserTable } from './tables.ts'

export interface People {
  /** Whether nobody can sign in yet. */
  isEmpty(): Promise<boolean>
  /** Adds somebody, with a link to choose a password by. Throws `USER_INVALID`, `USER_EXISTS`, `ACCOUNT_UNKNOWN`. */
  add(user: NewUser): Promise<Invitation>
  /** Everybody, or those with a role in the account (slug); by address. */
  list(account: string | null): Promise<User[]>
  /** By address or id. Throws `USER_UNKNOWN`. */
  find(key: string): Promise<User>
  /** Gives a role in an account (slug), or takes it away. Throws `USER_UNKNOWN`, `ACCOUNT_UNKNOWN`. */
  setRole(key: string, account: string, role: AccountRole | null): Promise<User>
  setOperator(key: string, isOperator: boolean): Promise<User>
  /** Takes somebody away, with their sessions and links. Throws `USER_UNKNOWN`. */
  remove(key: string): Promise<User>
  /** Takes password, second factor and sessions away, and gives a link to choose a new one by. Throws `USER_UNKNOWN`. */
  reset(key: string): Promise<Invitation>
  /** A link that makes the first operator, good for a quarter of an hour; null where there is somebody. */
  setupLink(): Promise<{ readonly secret: string; readonly expiresAt: string } | null>
  /** Whose password a link lets set: a user, or the first operator to be. Throws `LINK_SPENT`. */
  linkOf(secret: string): Promise<{ readonly user: User | null }>
  /** Uses a link up. `email` and `name` are those of the first operator. Throws `LINK_SPENT`, `PASSWORD_WEAK`, `USER_INVALID`. */
  useLink(secret: string, given: { email?: string; name?: string; password: string }): Promise<User>
  /** Takes as long for an address that nobody has. `busy` says nothing about the password: too many others wait. */
  verify(email: string, password: string): Promise<User | 'busy' | null>
  /** Another password, by who knows the present one. Throws `SIGN_IN_FAILED`, `PASSWORD_WEAK`. */
  changePassword(id: string, former: string, password: string): Promise<void>
}

const SETUP_MS = 15 * 60_000
const INVITATION_MS = 7 * 24 * 60 * 60_000

/** What somebody may do in an account (slug); null for nothing at all. */
export function roleIn(user: Pick<User, 'isOperator' | 'roles'>, account: string): Role | null {
  if (user.isOperator) return 'operator'
  return user.roles.find((one) => one.account === account)?.role ?? null
}

/** Whether somebody's role in an account suffices. */
export function may(user: Pick<User, 'isOperator' | 'roles'>, account: string, needed: Role): boolean {
  const role = roleIn(user, account)
  return role !== null && includes(role, needed)
}

/** `db` may hold any further tables. */
export function createPeople<T extends PeopleTables>(deps: { db: Kysely<T>; now: () => Date }): People {
  // Kysely is invariant in its tables; this module uses only those it names.
  const db = deps.db as unknown as Kysely<PeopleTables>
  const now = () => deps.now().toISOString()
  const verifier = createPasswordVerifier()

  async function find(key: string): Promise<User> {
    const [user] = await users(db, { key: key.toLowerCase(), id: key })
    if (user === undefined) throw new ImportError('USER_UNKNOWN', { user: key })
    return user
  }

  async function link(userId: string | null, forMs: number): Promise<{ secret: string; expiresAt: string }> {
    const secret = newSecret()
    const expiresAt = new Date(deps.now().getTime() + forMs).toISOString()
    // One at a time: who asks for a new one has lost the old.
    await db
      .deleteFrom('web_link')
      .where('user_id', userId === null ? 'is' : '=', userId)
      .execute()
    await db.deleteFrom('web_link').where('expires_at', '<', now()).execute()
    const row: WebLinkTable = {
      hash: hashSecret(secret),
      user_id: userId,
      created_at: now(),
      expires_at: expiresAt,
    }
    await db.insertInto('web_link').values(row).execute()
    return { secret, expiresAt }
  }

  async function goodLink(secret: string): Promise<WebLinkTable> {
    const row = await db
      .selectFrom('web_link')
      .selectAll()
      .where('hash', '=', hashSecret(secret))
      .where('expires_at', '>', now())
      .executeTakeFirst()
    if (row === undefined) throw new ImportError('LINK_SPENT')
    return row
  }

  async function endSessions(userId: string): Promise<void> {
    await db.deleteFrom('web_session').where('user_id', '=', userId).execute()
  }

  async function isEmpty(): Promise<boolean> {
    return (await db.selectFrom('web_user').select('id').limit(1).execute()).length === 0
  }

  return {
    isEmpty,

    async add(given) {
      const user = parsed(newUserSchema, given)
      const accounts = await Promise.all(user.roles.map(async (one) => accountId(db, one.account)))
      const row = newRow({ ...user, name: user.name ?? user.email }, now())
      await db.transaction().execute(async (trx) => {
        await insertUser(trx, row)
        for (const [at, { role }] of user.roles.entries()) {
          const account_id = accounts[at] ?? ''
          await trx.insertInto('web_role').values({ account_id, user_id: row.id, role }).execute()
        }
      })
      return { ...(await link(row.id, INVITATION_MS)), user: await find(row.id) }
    },

    list: (account) => users(db, account === null ? {} : { account }),
    find,

    async setRole(key, slug, role) {
      const { id: user_id } = await find(key)
      const account_id = await accountId(db, slug)
      if (role === null) {
        await db
          .deleteFrom('web_role')
          .where('account_id', '=', account_id)
          .where('user_id', '=', user_id)
          .execute()
      } else {
        await db
          .insertInto('web_role')
          .values({ account_id, user_id, role })
          .onConflict((on) => on.columns(['account_id', 'user_id']).doUpdateSet({ role }))
          .execute()
      }
      return await find(user_id)
    },

    async setOperator(key, isOperator) {
      const { id } = await find(key)
      await db
        .updateTable('web_user')
        .set({ is_operator: isOperator ? 1 : 0 })
        .where('id', '=', id)
        .execute()
      return await find(id)
    },

    async remove(key) {
      const user = await find(key)
      await db.transaction().execute(async (trx) => {
        for (const table of ['web_session', 'web_link', 'web_role'] as const) {
          await trx.deleteFrom(table).where('user_id', '=', user.id).execute()
        }
        await trx.deleteFrom('web_user').where('id', '=', user.id).execute()
      })
      return user
    },

    async reset(key) {
      const { id } = await find(key)
      const nothing = { password_hash: null, totp_secret: null, totp_step: null }
      await db.updateTable('web_user').set(nothing).where('id', '=', id).execute()
      await endSessions(id)
      return { ...(await link(id, INVITATION_MS)), user: await find(id) }
    },

    setupLink: async () => ((await isEmpty()) ? await link(null, SETUP_MS) : null),

    async linkOf(secret) {
      const { user_id } = await goodLink(secret)
      if (user_id === null && !(await isEmpty())) throw new ImportError('LINK_SPENT')
      return { user: user_id === null ? null : await find(user_id) }
    },

    async useLink(secret, { email, name, password }) {
      const { hash, user_id } = await goodLink(secret)
      const user = user_id === null ? null : await find(user_id)
      const row =
        user === null ? newRow({ ...parsed(firstOperator, { email, name }), isOperator: true }, now()) : null
      mustBeStrong(password, [user?.email ?? row?.email ?? '', user?.name ?? row?.name ?? ''])
      const password_hash = await hashPassword(password)
      await db.transaction().execute(async (trx) => {
        // Of two who use it at once, one finds it gone.
        const { numDeletedRows } = await trx
          .deleteFrom('web_link')
          .where('hash', '=', hash)
          .executeTakeFirstOrThrow()
        if (numDeletedRows !== 1n) throw new ImportError('LINK_SPENT')
        if (row !== null) {
          const somebody = await trx.selectFrom('web_user').select('id').limit(1).execute()
          if (somebody.length > 0) throw new ImportError('LINK_SPENT')
          await insertUser(trx, { ...row, password_hash })
        } else {
          await trx.updateTable('web_user').set({ password_hash }).where('id', '=', user_id).execute()
        }
      })
      await endSessions(row?.id ?? user_id ?? '')
      return await find(row?.id ?? user_id ?? '')
    },

    async verify(email, password) {
      const key = userEmailSchema.safeParse(email).data ?? ''
      const row = await db.selectFrom('web_user').selectAll().where('email', '=', key).executeTakeFirst()
      const isLong = Buffer.byteLength(password) > PASSWORD_BYTES_MAX
      const verdict = await verifier.verify(isLong ? '' : password, row?.password_hash ?? null)
      if (verdict === 'busy') return 'busy'
      if (verdict !== 'good' || row === undefined) return null
      await db.updateTable('web_user').set({ last_sign_in_at: now() }).where('id', '=', row.id).execute()
      return await find(row.id)
    },

    async changePassword(id, former, password) {
      const user = await find(id)
      const row = await db.selectFrom('web_user').selectAll().where('id', '=', id).executeTakeFirst()
      if ((await verifier.verify(former, row?.password_hash ?? null)) !== 'good')
        throw new ImportError('SIGN_IN_FAILED')
      mustBeStrong(password, [user.email, user.name])
      const password_hash = await hashPassword(password)
      await db.updateTable('web_user').set({ password_hash }).where('id', '=', id).execute()
    },
  }
}

const firstOperator = newUserSchema.pick({ email: true }).extend({ name: newUserSchema.shape.name })

function parsed<T extends z.ZodType>(schema: T, given: unknown): z.output<T> {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new ImportError('USER_INVALID', { problem: issue?.message ?? 'it has the wrong form' })
}

function newRow(
  { email, name, isOperator }: { email: string; name?: string | undefined; isOperator: boolean },
  at: string,
): WebUserTable {
  return {
    ...{ id: newPublicId(), email, name: name ?? email, is_operator: isOperator ? 1 : 0 },
    ...{ password_hash: null, totp_secret: null, totp_step: null, created_at: at, last_sign_in_at: null },
  }
}

async function insertUser(db: Kysely<PeopleTables>, row: WebUserTable): Promise<void> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('web_user')
    .values(row)
    .onConflict((on) => on.column('email').doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows !== 1n) throw new ImportError('USER_EXISTS', { email: row.email })
}

async function accountId(db: Kysely<PeopleTables>, slug: string): Promise<string> {
  const row = await db.selectFrom('account').select('id').where('slug', '=', slug).executeTakeFirst()
  if (row === undefined) throw new ImportError('ACCOUNT_UNKNOWN', { slug })
  return row.id
}

async function users(
  db: Kysely<PeopleTables>,
  only: { key?: string; id?: string; account?: string },
): Promise<User[]> {
  let query = db.selectFrom('web_user').selectAll().orderBy('email')
  const { key, id, account } = only
  if (key !== undefined && id !== undefined)
    query = query.where((is) => is.or([is('email', '=', key), is('id', '=', id)]))
  if (account !== undefined) {
    query = query.where('id', 'in', (from) =>
      from
        .selectFrom('web_role')
        .innerJoin('account', 'account.id', 'web_role.account_id')
        .select('user_id')
        .where('account.slug', '=', account),
    )
  }
  const rows = await query.execute()
  const roles = await rolesOf(
    db,
    rows.map((row) => row.id),
  )
  return rows.map((row) => ({
    ...{ id: row.id, email: row.email, name: row.name, isOperator: row.is_operator === 1 },
    roles: roles.filter((one) => one.user_id === row.id).map(({ slug, role }) => ({ account: slug, role })),
    ...{ hasPassword: row.password_hash !== null, hasSecondFactor: row.totp_secret !== null },
    ...{ createdAt: row.created_at, lastSignInAt: row.last_sign_in_at },
  }))
}

async function rolesOf(db: Kysely<PeopleTables>, userIds: readonly string[]) {
  if (userIds.length === 0) return []
  return await db
    .selectFrom('web_role')
    .innerJoin('account', 'account.id', 'web_role.account_id')
    .select(['web_role.user_id', 'web_role.role', 'account.slug'])
    .where('web_role.user_id', 'in', userIds)
    .orderBy('account.slug')
    .execute()
}
