import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../importer/db/open.ts'
import {
  type ConnectionVault,
  createConnectionVault,
  type KeptSecrets,
} from '../../keys/connection-secrets.ts'
import { openVault } from '../../keys/vault.ts'
import type { ConnectionSecrets } from '../../schemas/connection-secrets.ts'
import { ImportError } from '../../schemas/errors.ts'
import { databaseOn, ENGINES, temporaryFolder } from '../support/engines.ts'

const NOW = new Date('2026-11-21T09:00:00Z')
const given = (access: string, refresh: string): ConnectionSecrets => ({
  ...{ kind: 'justworks', clientId: 'client', clientSecret: 'very secret', webhookSecrets: [] },
  tokens: { access, refresh, expiresAt: null, scopes: null },
})

describe.each(ENGINES)('secrets of connections on %s', (engine) => {
  async function open(now: () => Date = () => NOW) {
    const url = await databaseOn(engine)
    const nodes: OpenDatabase[] = [await openDatabase(url), await openDatabase(url)]
    onTestFinished(async () => void (await Promise.all(nodes.map((node) => node.close()))))
    const [first, second] = nodes
    if (!first || !second) throw new Error('two nodes')
    const account = { slug: 'acme', name: 'Acme', timezone: 'UTC', created_at: NOW.toISOString() }
    for (const id of ['a', 'b'])
      await first.db
        .insertInto('account')
        .values({ ...account, id, slug: id })
        .execute()
    const secretFile = join(temporaryFolder(), 'master.key')
    const vault = () => openVault(secretFile, { mayCreate: true })
    const of = ({ db }: OpenDatabase) => createConnectionVault({ db, vault, now })
    return { db: first.db, one: of(first), other: of(second) }
  }
  const owner = { accountId: 'a', source: 'justworks', kind: 'justworks' } as const
  const must = async (vault: ConnectionVault): Promise<KeptSecrets> => {
    const kept = await vault.get(owner)
    if (kept === null) throw new Error('nothing is kept')
    return kept
  }
  test('they come back as given, are sealed in the database, and open only for whom they are', async () => {
    const it = await open()
    await it.one.put(owner, given('access', 'refresh'))
    expect((await must(it.other)).secrets).toEqual(given('access', 'refresh'))
    const rows = await it.db.selectFrom('connection_secret').selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(/very secret|refresh"|client"/)
    for (const [to, kind] of [
      ['b', 'justworks'],
      ['a', 'trinet'],
    ] as const) {
      await it.db.updateTable('connection_secret').set({ account_id: to }).execute()
      await expect(it.one.get({ accountId: to, source: 'justworks', kind })).rejects.toThrow(ImportError)
      await it.db.updateTable('connection_secret').set({ account_id: 'a' }).execute()
    }
    const [row] = rows
    await it.db
      .updateTable('connection_secret')
      .set({ body: `${row?.body.slice(0, -4)}AAAA` })
      .execute()
    await expect(it.one.get(owner)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
    await it.one.remove(owner)
    expect(await it.one.get(owner)).toBeNull()
    expect(await it.one.setAt(owner)).toBeNull()
  })

  test('of two nodes that renew at once one does, and what it got is stored before either uses it', async () => {
    const it = await open()
    await it.one.put(owner, given('old', 'r1'))
    const seen = await must(it.one)
    let calls = 0
    const renew = async (secrets: ConnectionSecrets): Promise<ConnectionSecrets> => {
      calls++
      // The other node comes while the first one is still asking.
      await Promise.resolve()
      if (secrets.kind !== 'justworks') throw new Error('kind')
      expect(secrets.tokens?.refresh).toBe('r1')
      return given('new', 'r2')
    }
    const [one, other] = await Promise.all(
      [it.one, it.other].map((vault) => vault.renewed(owner, seen, renew)),
    )
    expect(calls).toBe(1)
    expect(one?.secrets).toEqual(given('new', 'r2'))
    expect(other).toEqual(one)
    expect(await must(it.other)).toEqual(one)
    // Whoever comes late with what they saw before gets the new ones and asks nobody.
    expect(await it.other.renewed(owner, seen, renew)).toEqual(one)
    expect(calls).toBe(1)
  })

  test('a renewal that fails is told, and the next one may try; one that died holds nobody up for long', async () => {
    let time = NOW
    const it = await open(() => time)
    await it.one.put(owner, given('old', 'r1'))
    const seen = await must(it.one)
    await expect(
      it.one.renewed(owner, seen, async () => {
        throw new ImportError('API_UNREACHABLE', { system: 'Justworks', problem: 'timed out' })
      }),
    ).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
    await it.db
      .updateTable('connection_secret')
      .set({ lease_owner: 'dead', lease_until: '2026-11-21T09:00:30Z' })
      .execute()
    const waits = it.other.renewed(owner, seen, async () => given('new', 'r2'))
    time = new Date('2026-11-21T09:00:31Z')
    expect((await waits).secrets).toEqual(given('new', 'r2'))
  })

  test('secrets that a person gave while others were renewed are kept', async () => {
    const it = await open()
    await it.one.put(owner, given('old', 'r1'))
    const seen = await must(it.one)
    const renewed = await it.one.renewed(owner, seen, async () => {
      await it.other.put(owner, given('given', 'by a person'))
      return given('new', 'r2')
    })
    expect(renewed.secrets).toEqual(given('given', 'by a person'))
    expect((await must(it.one)).secrets).toEqual(given('given', 'by a person'))
  })
})
