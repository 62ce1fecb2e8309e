/**
 * Secrets of connections. Each connection has a key of its own, sealed under the master key; the secrets are sealed
 * under that, together with whose they are. A newer version is stored before anybody uses it, and while one node
 * refreshes, the others wait for what it stores: an HRIS that gives a new refresh token takes the old one back.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { type ConnectionSecrets, connectionSecretsSchema, SYSTEMS } from '../schemas/connection-secrets.ts'
import { ImportError } from '../schemas/errors.ts'
import { opened, sealed } from './seal.ts'
import type { ConnectionSecretTable } from './tables.ts'
import type { Vault } from './vault.ts'

export interface ConnectionSecretTables {
  connection_secret: ConnectionSecretTable
}

export interface SecretOwner {
  readonly accountId: string
  /** Name of the source. */
  readonly source: string
  /** What kind of connection: secrets of one kind do not open as those of another. */
  readonly kind: ConnectionSecrets['kind']
}

export interface KeptSecrets {
  readonly secrets: ConnectionSecrets
  /** Grows with every change. */
  readonly version: number
  /** ISO 8601, UTC: when a person gave them. */
  readonly setAt: string
}

export interface ConnectionVault {
  /** Null where there are none. Throws `SECRET_UNREADABLE`. */
  get(owner: SecretOwner): Promise<KeptSecrets | null>
  /** What a person gave; takes the place of what was there. */
  put(owner: SecretOwner, secrets: ConnectionSecrets): Promise<void>
  /** Throws nothing where there are none. */
  remove(owner: SecretOwner): Promise<void>
  /** When they were given; for lists, which open nothing. */
  setAt(owner: Omit<SecretOwner, 'kind'>): Promise<string | null>
  /**
   * Newer secrets than those of `seen`: made by `renew` if nobody else is at it, and stored before they are answered;
   * otherwise those that the other one stores. One at a time over all nodes. What `renew` throws is thrown.
   */
  renewed(
    owner: SecretOwner,
    seen: KeptSecrets,
    renew: (current: ConnectionSecrets) => Promise<ConnectionSecrets>,
  ): Promise<KeptSecrets>
}

/** Longer than a token call may take. */
const LEASE_MS = 60_000
/** Then whoever refreshes has died, and its lease is about to run out. */
const PATIENCE_MS = LEASE_MS + 5_000
const LOOK_MS = 50

export function createConnectionVault<T extends ConnectionSecretTables>(deps: {
  db: Kysely<T>
  vault: () => Promise<Vault>
  now: () => Date
  /** Waits between two looks at what another node does. */
  rest?: (ms: number) => Promise<void>
}): ConnectionVault {
  // Kysely is invariant in its tables; this module uses only the one it names.
  const db = deps.db as unknown as Kysely<ConnectionSecretTables>
  const { vault, now, rest = delay } = deps

  const rowOf = ({ accountId, source }: Omit<SecretOwner, 'kind'>) =>
    db
      .selectFrom('connection_secret')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('source', '=', source)
      .executeTakeFirst()

  async function get(owner: SecretOwner): Promise<KeptSecrets | null> {
    const row = await rowOf(owner)
    if (row === undefined) return null
    const text = opened(await dataKey(owner, row.data_key), row.body, bodyContext(owner))
    if (text === null) throw damaged()
    return {
      secrets: connectionSecretsSchema.parse(JSON.parse(text)),
      version: row.version,
      setAt: row.set_at,
    }
  }

  async function dataKey(owner: SecretOwner, text: string): Promise<Buffer> {
    return Buffer.from((await vault()).open(text, keyContext(owner)), 'base64')
  }

  /** True where the lease is ours: the secrets are still those that were seen, and nobody is at it. */
  async function lease(owner: SecretOwner, version: number, holder: string): Promise<boolean> {
    const at = now()
    const { numUpdatedRows } = await db
      .updateTable('connection_secret')
      .set({ lease_owner: holder, lease_until: new Date(at.getTime() + LEASE_MS).toISOString() })
      .where('account_id', '=', owner.accountId)
      .where('source', '=', owner.source)
      .where('version', '=', version)
      .where((or) => or.or([or('lease_until', 'is', null), or('lease_until', '<', at.toISOString())]))
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async function store(owner: SecretOwner, seen: KeptSecrets, secrets: ConnectionSecrets): Promise<boolean> {
    let known: Buffer | null = null
    for (;;) {
      const row = await rowOf(owner)
      if (row === undefined || row.version !== seen.version) return false
      const key = await dataKey(owner, row.data_key)
      // The same key sealed anew comes from a change of the master key, and must not cost us the tokens.
      if (known !== null && !key.equals(known)) return false
      known = key
      const { numUpdatedRows } = await db
        .updateTable('connection_secret')
        .set({
          body: sealed(key, JSON.stringify(secrets), bodyContext(owner)),
          version: seen.version + 1,
          ...{ lease_owner: null, lease_until: null },
        })
        .where('account_id', '=', owner.accountId)
        .where('source', '=', owner.source)
        .where('version', '=', seen.version)
        .where('data_key', '=', row.data_key)
        .executeTakeFirst()
      if (numUpdatedRows === 1n) return true
    }
  }

  async function release(owner: SecretOwner, holder: string): Promise<void> {
    await db
      .updateTable('connection_secret')
      .set({ lease_owner: null, lease_until: null })
      .where('account_id', '=', owner.accountId)
      .where('source', '=', owner.source)
      .where('lease_owner', '=', holder)
      .execute()
  }

  return {
    get,

    async put(owner, secrets) {
      const key = randomBytes(32)
      const at = now().toISOString()
      const values = {
        data_key: (await vault()).seal(key.toString('base64'), keyContext(owner)),
        body: sealed(key, JSON.stringify(connectionSecretsSchema.parse(secrets)), bodyContext(owner)),
        set_at: at,
        lease_owner: null,
        lease_until: null,
      }
      await db
        .insertInto('connection_secret')
        .values({ account_id: owner.accountId, source: owner.source, version: 1, ...values })
        .onConflict((on) =>
          on.columns(['account_id', 'source']).doUpdateSet((of) => ({
            ...values,
            version: of('connection_secret.version', '+', 1),
          })),
        )
        .execute()
    },

    async remove({ accountId, source }) {
      await db
        .deleteFrom('connection_secret')
        .where('account_id', '=', accountId)
        .where('source', '=', source)
        .execute()
    },

    setAt: async (owner) => (await rowOf(owner))?.set_at ?? null,

    async renewed(owner, seen, renew) {
      const holder = randomBytes(16).toString('hex')
      for (let waited = 0; waited <= PATIENCE_MS; waited += LOOK_MS) {
        const current = await get(owner)
        if (current === null) throw noAccess(owner, 'no credentials are kept')
        if (current.version > seen.version) return current
        if (await lease(owner, seen.version, holder)) {
          try {
            const secrets = await renew(current.secrets)
            if (await store(owner, current, secrets))
              return { ...current, secrets, version: current.version + 1 }
            // Somebody gave new ones meanwhile: theirs count.
          } catch (error) {
            await release(owner, holder)
            throw error
          }
        }
        await rest(LOOK_MS)
      }
      throw noAccess(owner, 'another node has been renewing the access for too long')
    },
  }
}

function noAccess({ kind }: SecretOwner, problem: string): ImportError {
  return new ImportError('API_AUTH', { system: SYSTEMS[kind], problem })
}

function damaged(): ImportError {
  return new ImportError('SECRET_UNREADABLE', {
    path: 'the database',
    problem: 'the secrets of a connection are damaged, or belong to another one',
  })
}

/** What the connection's own key is sealed with. */
export function keyContext({ accountId, source, kind }: SecretOwner): string {
  return `connection key/${accountId}/${source}/${kind}`
}

function bodyContext({ accountId, source, kind }: SecretOwner): string {
  return `connection secrets/${accountId}/${source}/${kind}`
}

/** What waits for a browser to come back from a consent page. */
export function consentContext(accountId: string, source: string): string {
  return `connection consent/${accountId}/${source}`
}
