/**
 * Changes the master key. The new one joins the old one in the key file and seals from then on, both open; then what
 * the old one sealed is sealed anew, batch by batch; and the old one goes when nothing has been under it for a while.
 * It may be killed anywhere: what counts is what the file and the rows say, so the next call goes on from there.
 */
import { type Kysely, sql } from 'kysely'
import type { SecretKeys, SecretRotation } from '../schemas/secret-keys.ts'
import { derived, type KeyRing, newMasterKey, readRing, replaceRing, unreadable } from './key-ring.ts'
import { putResealed, resealed, rowsToReseal, SEALED_PLACES, sealedUnder } from './sealed-places.ts'
import { openVault } from './vault.ts'

export interface SecretRotator {
  /** Throws `SECRET_UNREADABLE`. */
  show(): Promise<SecretKeys>
  /** Begins a change, or goes on with one that is not done. Throws `SECRET_UNREADABLE`. */
  rotate(): Promise<SecretRotation>
  /** Goes on with a change that was begun, if there is one. Throws `SECRET_UNREADABLE`. */
  goOn(): Promise<void>
}

/**
 * So long an old key stays after a newer one has come. Somebody may have sealed with it a moment before and store it a
 * moment later, and a second factor that is being set up waits in a browser.
 */
const KEPT_MS = 60 * 60_000
const BATCH_ROWS = 100

/** `db` may hold any further tables. */
export function createSecretRotator<T>(deps: {
  db: Kysely<T>
  /** File with the master keys. */
  path: string
  now: () => Date
  /** Called after each batch; what it throws ends the work, as a kill would. */
  onBatch?: () => void
}): SecretRotator {
  const { path, now, onBatch } = deps
  // Kysely is invariant in its tables; the places name theirs.
  const db = deps.db as unknown as Kysely<unknown>
  let last: Promise<unknown> = Promise.resolve()

  /** One after the other: a command and the clock may come at once. */
  function inTurn<R>(work: () => Promise<R>): Promise<R> {
    const turn = last.then(work, work)
    last = turn.catch(() => {})
    return turn
  }

  async function ringHere(): Promise<KeyRing> {
    const ring = await readRing(path)
    if (ring === null) throw unreadable(path, 'it is not there')
    return ring
  }

  /** Nobody else who works on this database changes the file meanwhile: of two new keys, one would be lost. */
  async function changeRing(change: (ring: KeyRing) => KeyRing): Promise<void> {
    await db.transaction().execute(async (trx) => {
      await sql`update audit_head set seq = seq where id = 1`.execute(trx)
      const ring = await ringHere()
      const changed = change(ring)
      if (changed !== ring) await replaceRing(path, changed)
    })
  }

  async function show(): Promise<SecretKeys> {
    const ring = await readRing(path)
    const under = new Map<string, Record<string, number>>()
    for (const place of SEALED_PLACES) {
      for (const [id, count] of await sealedUnder(db, place)) {
        const sealed = under.get(id) ?? {}
        under.set(id, { ...sealed, [place.kind]: (sealed[place.kind] ?? 0) + count })
      }
    }
    const here = (ring?.keys ?? []).map(({ id, since }, at, keys) => ({
      ...{ id, since, sealed: under.get(id) ?? {} },
      state: at === keys.length - 1 ? ('seals' as const) : ('opens' as const),
    }))
    const missing = [...under]
      .filter(([id]) => !here.some((key) => key.id === id))
      .map(([id, sealed]) => ({ id, since: null, sealed, state: 'missing' as const }))
    const { rows } = await sql<{ count: number | string }>`select count(*) as count from erased`.execute(db)
    return {
      ...{ path, keys: [...missing, ...here], marks: Number(rows[0]?.count ?? 0) },
      formerMarkKeys: ring?.formerMarkKeys.length ?? 0,
    }
  }

  /** Seals anew whatever is not under the newest key. */
  async function resealAll(): Promise<Pick<SecretRotation, 'resealed' | 'unreadable'>> {
    const vault = await openVault(path, { mayCreate: false })
    const unreadable: Record<string, number> = {}
    let done = 0
    for (const place of SEALED_PLACES) {
      let after: readonly string[] | null = null
      for (;;) {
        const of = { keyId: vault.keyId, after, limit: BATCH_ROWS }
        const rows = await rowsToReseal(db, place, of)
        const made = rows.flatMap((row) => {
          const sealed = resealed(vault, place, row)
          if (sealed === null) unreadable[place.kind] = (unreadable[place.kind] ?? 0) + 1
          return sealed === null ? [] : { ...row, resealed: sealed }
        })
        await db.transaction().execute(async (trx) => {
          for (const row of made) if (await putResealed(trx, place, row)) done++
        })
        const end = rows.at(-1)
        if (end === undefined) break
        after = end.at
        onBatch?.()
      }
    }
    return { resealed: done, unreadable }
  }

  /** Only keys that nothing was under when it was looked the first time: what was just sealed anew may be copied yet. */
  async function retire({ keys }: SecretKeys): Promise<string[]> {
    const unused = new Set(keys.filter(({ sealed }) => Object.keys(sealed).length === 0).map(({ id }) => id))
    let retired: string[] = []
    await changeRing((ring) => {
      if (!mayGo(ring)) return ring
      const gone = ring.keys.slice(0, -1).filter(({ id }) => unused.has(id))
      retired = gone.map(({ id }) => id)
      if (gone.length === 0) return ring
      const marks = gone.map(({ bytes }) => derived(bytes, 'rollcall marks'))
      return {
        keys: ring.keys.filter((key) => !gone.includes(key)),
        formerMarkKeys: [...ring.formerMarkKeys, ...marks],
      }
    })
    return retired
  }

  function mayGo(ring: KeyRing): boolean {
    const from = retiredFrom(ring)
    return from !== null && from <= now().toISOString()
  }

  async function finish(): Promise<Pick<SecretRotation, 'resealed' | 'unreadable' | 'retired'>> {
    const before = await show()
    const sealed = await resealAll()
    return { ...sealed, retired: await retire(before) }
  }

  return {
    show,

    rotate: () =>
      inTurn(async () => {
        const begun = await ringHere()
        const first = begun.keys.length > 1 ? await finish() : null
        let isNew = false
        // A change that was cut off is only finished: whoever repeats the command wants one new key, not two.
        const isOver = first === null || (first.resealed === 0 && first.retired.length > 0)
        if (isOver) {
          await changeRing((ring) => {
            isNew = ring.keys.length === 1
            return isNew ? { ...ring, keys: [...ring.keys, newMasterKey(now())] } : ring
          })
        }
        const { resealed, unreadable } = isOver ? await resealAll() : first
        const after = await show()
        const from = retiredFrom(await ringHere())
        return { isNew, resealed, unreadable, retired: first?.retired ?? [], retiredFrom: from, after }
      }),

    goOn: () =>
      inTurn(async () => {
        const ring = await readRing(path)
        if (ring !== null && ring.keys.length > 1) await finish()
      }),
  }
}

function retiredFrom({ keys }: KeyRing): string | null {
  const since = keys.at(-1)?.since ?? null
  if (keys.length < 2 || since === null) return null
  return new Date(Date.parse(since) + KEPT_MS).toISOString()
}
