/**
 * Webhooks that an HRIS sends. They are proved by their signature and answered at once; all they do is make people be
 * read soon, in the usual way. What they say about anybody is not looked at.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { ConnectionSecrets } from '../../schemas/connection-secrets.ts'
import { type ConnectionContext, ownerOf } from './context.ts'
import { type Kept, keptConnections, want } from './store.ts'

export interface HookCall {
  /** The unguessable part of the address. */
  readonly hook: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Byte for byte as it came. */
  readonly body: string
}

/** `again`: it was taken before. `idle`: nothing is read of this connection now. */
export type HookAnswer = 'taken' | 'again' | 'idle' | 'unsigned' | 'unknown'

/** A signature with its time counts for so long. */
const TOLERANCE_MS = 300_000
/** Then a sender does not try again any more. */
const REMEMBERED_MS = 3 * 86_400_000

export async function takeHook(context: ConnectionContext, call: HookCall): Promise<HookAnswer> {
  const { db, clock } = context
  const [kept] = await keptConnections(db, { hook: call.hook })
  if (kept === undefined) return 'unknown'
  const found = await context.secrets.get(ownerOf(kept))
  const secrets = found?.secrets.webhookSecrets ?? []
  const now = clock.now()
  if (!secrets.some((secret) => isSigned(kept.kind, secret, call, now))) return 'unsigned'
  if (!(await isFirst(context, kept, call))) return 'again'
  if (kept.row.connected_at === null || kept.row.state === 'paused') return 'idle'
  await want(db, kept, 'webhook')
  return 'taken'
}

function isSigned(
  kind: ConnectionSecrets['kind'],
  secret: string,
  { headers, body }: HookCall,
  now: Date,
): boolean {
  if (kind === 'merge') {
    const signature = createHmac('sha256', secret).update(body).digest('base64url')
    return isSame(unpadded(headers['x-merge-webhook-signature'] ?? ''), signature)
  }
  if (kind === 'justworks') {
    const at = headers['x-justworks-webhook-signature-timestamp'] ?? ''
    const given = headers['x-justworks-webhook-signature'] ?? ''
    if (!isRecent(at, now)) return false
    // How the time and the body are joined is not written anywhere; each of these proves as much as the other.
    return ['.', ''].some((joint) => {
      const mac = createHmac('sha256', secret).update(`${at}${joint}${body}`)
      return isSame(given.replace(/^(?:sha256|v1)=/, '').toLowerCase(), mac.digest('hex'))
    })
  }
  return false
}

/** Seconds or milliseconds since 1970, or an ISO 8601 time. */
function isRecent(text: string, now: Date): boolean {
  const number = Number(text)
  const at = text === '' || Number.isNaN(number) ? Date.parse(text) : number > 1e11 ? number : number * 1_000
  return Math.abs(now.getTime() - at) <= TOLERANCE_MS
}

function unpadded(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** Senders try again where no answer reached them in time. */
async function isFirst(
  { db, clock }: ConnectionContext,
  { row, kind }: Kept,
  { headers, body }: HookCall,
): Promise<boolean> {
  const now = clock.now()
  // Only what the signature covers: anybody can send anything else along with what they overheard.
  const at = kind === 'justworks' ? headers['x-justworks-webhook-signature-timestamp'] : ''
  const mark = createHash('sha256').update(`${at}\0${body}`).digest('base64url')
  const of = { account_id: row.account_id, source: row.source }
  await db
    .deleteFrom('connection_hook')
    .where('account_id', '=', row.account_id)
    .where('source', '=', row.source)
    .where('at', '<', new Date(now.getTime() - REMEMBERED_MS).toISOString())
    .execute()
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('connection_hook')
    .values({ ...of, mark, at: now.toISOString() })
    .onConflict((on) => on.columns(['account_id', 'source', 'mark']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}
