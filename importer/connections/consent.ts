/**
 * The way to a consent page and back: a link that is shown once, a page that says what will be read, and the return with
 * a code. What comes back counts once, for an hour, and only from the browser that left: a code that somebody else was
 * given must not connect an account to a stranger's company.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import { consentContext } from '../../keys/connection-secrets.ts'
import type { ConnectionConsentTable } from '../db/tables/connections.ts'
import { ImportError } from '../errors.ts'
import { type ConnectionContext, ownerOf } from './context.ts'
import { arrive, depart, type OAuthClient } from './oauth.ts'
import { type Kept, keptConnections } from './store.ts'

/** Time to find somebody who may authorise it. */
const TICKET_MS = 3_600_000

/** Makes the link's last part; one that was made before is void. */
export async function openConsent({ db, clock }: ConnectionContext, { row }: Kept): Promise<string> {
  const ticket = secretPart()
  const values = {
    ...{ ticket: hashOf(ticket), state: null, browser: null, sealed: null },
    expires_at: new Date(clock.now().getTime() + TICKET_MS).toISOString(),
  }
  await db
    .insertInto('connection_consent')
    .values({ account_id: row.account_id, source: row.source, ...values })
    .onConflict((on) => on.columns(['account_id', 'source']).doUpdateSet(values))
    .execute()
  return ticket
}

/** Which connection a link is for; changes nothing. Throws `CONSENT_INVALID`. */
export async function consentFor(context: ConnectionContext, ticket: string): Promise<Kept> {
  return await whose(context, await byHash(context, 'ticket', ticket))
}

/** Where a browser is sent, and what it must bring back as a cookie. */
export interface Leaving {
  readonly url: string
  readonly browser: string
}

/** `redirectUri`: where the HRIS sends the person afterwards. Throws `CONSENT_INVALID`, `API_AUTH`. */
export async function leave(
  context: ConnectionContext,
  ticket: string,
  redirectUri: string,
): Promise<Leaving> {
  const row = await byHash(context, 'ticket', ticket)
  const kept = await whose(context, row)
  const [state, browser] = [secretPart(), secretPart()]
  const { url, verifier } = await depart(await clientOf(context, kept), { state, redirectUri })
  const vault = await context.vault()
  const sealed = vault.seal(
    JSON.stringify({ verifier, redirectUri }),
    consentContext(row.account_id, row.source),
  )
  await context.db
    .updateTable('connection_consent')
    .set({ state: hashOf(state), browser: hashOf(browser), sealed })
    .where('account_id', '=', row.account_id)
    .where('source', '=', row.source)
    .where('ticket', '=', row.ticket)
    .execute()
  return { url, browser }
}

/** What came back from the HRIS: the query of the address, and the cookie. */
export interface Return {
  readonly query: Readonly<Record<string, string>>
  readonly browser: string | null
}

/** Keeps the tokens that the code stands for. Throws `CONSENT_INVALID`, `API_AUTH`. */
export async function comeBack(context: ConnectionContext, { query, browser }: Return): Promise<Kept> {
  const { state = '' } = query
  const row = await byHash(context, 'state', state)
  if (browser === null || row.browser === null || !isSame(hashOf(browser), row.browser))
    throw invalid('it came back to another browser than the one that left')
  // Once, whatever comes of it: nobody tries a second code on the same departure.
  if (!(await spend(context, row))) throw invalid('it has been used already')
  const kept = await whose(context, row)
  if (query['error'] !== undefined) throw invalid(DENIALS[query['error']] ?? 'it was refused there')
  const client = await clientOf(context, kept)
  const { verifier, redirectUri } = await departed(context, row)
  const url = new URL(`${redirectUri}?${new URLSearchParams(query)}`)
  const now = context.clock.now()
  const tokens = await arrive(client, { url, state, verifier, now })
  const before = await context.secrets.get(ownerOf(kept))
  if (before?.secrets.kind !== 'justworks') throw invalid('the connection was taken away meanwhile')
  await context.secrets.put(ownerOf(kept), { ...before.secrets, tokens })
  return kept
}

const DENIALS: Readonly<Record<string, string>> = {
  access_denied: 'whoever was asked did not authorise it',
  invalid_scope: 'the client may not ask for these permissions',
}

async function clientOf(context: ConnectionContext, kept: Kept): Promise<OAuthClient> {
  const found = await context.secrets.get(ownerOf(kept))
  const { settings } = kept
  if (found?.secrets.kind !== 'justworks' || settings.kind !== 'justworks')
    throw invalid('the connection was taken away meanwhile')
  const { clientId, clientSecret } = found.secrets
  return { settings, clientId, clientSecret, http: context.connectors.clientOf(ownerOf(kept), settings) }
}

type ConsentRow = Selectable<ConnectionConsentTable>

async function byHash(
  { db, clock }: ConnectionContext,
  column: 'ticket' | 'state',
  secret: string,
): Promise<ConsentRow> {
  const row = await db
    .selectFrom('connection_consent')
    .selectAll()
    .where(column, '=', hashOf(secret))
    .where('expires_at', '>', clock.now().toISOString())
    .executeTakeFirst()
  if (!row) throw invalid('the link has run out, was used already, or was never given')
  return row
}

async function whose({ db }: ConnectionContext, row: ConsentRow): Promise<Kept> {
  const [kept] = await keptConnections(db, { accountId: row.account_id, source: row.source })
  if (kept === undefined || kept.row.state !== 'connecting') throw invalid('nobody waits for it any more')
  return kept
}

async function spend({ db }: ConnectionContext, row: ConsentRow): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('connection_consent')
    .where('account_id', '=', row.account_id)
    .where('source', '=', row.source)
    .where('state', '=', row.state)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

const departedSchema = z.object({ verifier: z.string(), redirectUri: z.string() })

async function departed({ vault }: ConnectionContext, row: ConsentRow) {
  if (row.sealed === null) throw invalid('it did not leave from here')
  return departedSchema.parse(
    JSON.parse((await vault()).open(row.sealed, consentContext(row.account_id, row.source))),
  )
}

function invalid(problem: string): ImportError {
  return new ImportError('CONSENT_INVALID', { problem })
}

function secretPart(): string {
  return randomBytes(32).toString('base64url')
}

/** Only hashes are kept: whoever reads the database cannot take a link over. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
