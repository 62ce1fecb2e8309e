/** From what happened to the messages about it: one for each who wants to hear. */
import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Topic } from '../../schemas/notify.ts'
import { wants } from '../../schemas/webhook.ts'
import type { Db } from '../db/open.ts'
import type { EventTable, OutboxTable } from '../db/tables/outbox.ts'
import type { Tables } from '../db/tables.ts'
import { newId } from '../id.ts'
import { recipientsOf } from './recipients.ts'
import { cursorOf, nextPeople, PEOPLE_AT_ONCE } from './run-people.ts'

/** Under what topic an event is told by mail; others are not. */
const TOPIC_OF: Readonly<Record<string, Topic>> = {
  'run.held': 'held',
  'run.rejected': 'failed',
  'run.failed': 'failed',
  'run.finished': 'finished',
  'lifecycle.many_left': 'warning',
  'feed.warning': 'warning',
}

/** Events at a time. */
const BATCH = 100

/** Writes the messages of all events. Each goes with its event's leaving, so none is written twice or forgotten. */
export async function spread(db: Db, now: Date): Promise<void> {
  for (;;) {
    const events = await db
      .selectFrom('event')
      .select(['account_id', 'id'])
      .orderBy('id')
      .limit(BATCH)
      .execute()
    for (const event of events) await db.transaction().execute((trx) => spreadOne(trx, event, now))
    // What is left of a run's people is an event again.
    if (events.length === 0) return
  }
}

async function spreadOne(
  trx: Kysely<Tables>,
  key: Pick<Selectable<EventTable>, 'account_id' | 'id'>,
  now: Date,
): Promise<void> {
  const event = await trx
    .deleteFrom('event')
    .where('account_id', '=', key.account_id)
    .where('id', '=', key.id)
    .returningAll()
    .executeTakeFirst()
  // Another node was first.
  if (event === undefined) return
  if (event.type === RUN_PEOPLE) return await spreadPeople(trx, event, now)
  for (const target of await mailTargets(trx, event)) {
    await trx
      .insertInto('outbox')
      .values({ ...messageOf(event, now), channel: 'mail', target })
      .execute()
  }
  await spreadToEndpoints(trx, event, now)
}

/** An event of our own, behind that of a run: its people are still to be told, from the row in its data on. */
const RUN_PEOPLE = 'run.people'

async function spreadToEndpoints(
  trx: Kysely<Tables>,
  event: Selectable<EventTable>,
  now: Date,
): Promise<void> {
  const endpoints = await endpointsOf(trx, event.account_id)
  for (const { id } of endpoints.filter(({ types }) => wants(types, event.type))) {
    await trx
      .insertInto('outbox')
      .values({ ...messageOf(event, now), channel: 'webhook', target: id })
      .execute()
  }
  const areWanted = endpoints.some(({ types }) =>
    types.some((one) => one === '*' || one.startsWith('employee.')),
  )
  if (event.type !== 'run.finished' || event.run_id === null || !areWanted) return
  const people = { ...event, id: `${event.id}-people`, type: RUN_PEOPLE, data: cursorOf(event.run_id) }
  await trx.insertInto('event').values(people).execute()
}

/** A part of the people of a run. What is left is an event again, in the same commit. */
async function spreadPeople(trx: Kysely<Tables>, event: Selectable<EventTable>, now: Date): Promise<void> {
  const { byType, next } = await nextPeople(trx, event.account_id, event.data)
  if (next !== null)
    await trx
      .insertInto('event')
      .values({ ...event, data: next })
      .execute()
  const endpoints = await endpointsOf(trx, event.account_id)
  for (const [type, people] of byType) {
    for (const { id } of endpoints.filter(({ types }) => wants(types, type))) {
      for (let at = 0; at < people.length; at += PEOPLE_AT_ONCE) {
        const data = JSON.stringify({ run: event.run_id, people: people.slice(at, at + PEOPLE_AT_ONCE) })
        await trx
          .insertInto('outbox')
          .values({ ...messageOf({ ...event, type, data }, now), channel: 'webhook', target: id })
          .execute()
      }
    }
  }
}

async function endpointsOf(
  trx: Kysely<Tables>,
  accountId: string,
): Promise<{ id: string; types: string[] }[]> {
  const rows = await trx
    .selectFrom('webhook_endpoint')
    .select(['id', 'types'])
    .where('account_id', '=', accountId)
    .where('disabled_at', 'is', null)
    .execute()
  return rows.map(({ id, types }) => ({ id, types: types.split(' ') }))
}

async function mailTargets(trx: Kysely<Tables>, event: Selectable<EventTable>): Promise<string[]> {
  const topic = TOPIC_OF[event.type]
  if (topic === undefined || !(await isAutomatic(trx, event))) return []
  return await recipientsOf(trx, event.account_id, topic)
}

/** Whoever imports by hand, undoes or merges is there to see what comes of it. */
async function isAutomatic(trx: Kysely<Tables>, event: Selectable<EventTable>): Promise<boolean> {
  if (event.run_id === null) return true
  const source = await trx
    .selectFrom('run')
    .innerJoin('source', (join) =>
      join.onRef('source.account_id', '=', 'run.account_id').onRef('source.name', '=', 'run.source'),
    )
    .select('source.kind')
    .where('run.account_id', '=', event.account_id)
    .where('run.id', '=', event.run_id)
    .executeTakeFirst()
  return source !== undefined && source.kind !== 'manual'
}

function messageOf(
  { account_id, type, run_id, at, data }: Selectable<EventTable>,
  now: Date,
): Omit<Insertable<OutboxTable>, 'channel' | 'target'> {
  const created_at = now.toISOString()
  return {
    ...{ account_id, type, run_id, data, created_at },
    id: newId(now),
    at: at ?? created_at,
    due_at: created_at,
  }
}
