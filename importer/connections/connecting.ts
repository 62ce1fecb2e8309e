/** Gives a connection access: keeps what a person gave, tries it or sends somebody to consent, and lets it go on. */
import {
  type ConnectionSecrets,
  type GivenSecrets,
  givenSecretsSchema,
} from '../../schemas/connection-secrets.ts'
import { type ConnectionSettings, connectionSettingsSchema } from '../../schemas/hris/connection.ts'
import { ImportError } from '../errors.ts'
import { exchangePublicToken } from './access.ts'
import { openConsent } from './consent.ts'
import { asking, type ConnectionContext, ownerOf } from './context.ts'
import { problemJson } from './problem.ts'
import { type ConnectionRow, type Kept, keptConnections, moveConnection, standing } from './store.ts'

/**
 * Answers the ticket of a consent page, or null where none is needed and the access was tried. Without `given`, what
 * is kept is used again. Throws `CONNECTION_INVALID`, `API_*`.
 */
export async function giveAccess(
  context: ConnectionContext,
  kept: Kept,
  given: GivenSecrets | null,
  signal: AbortSignal,
): Promise<string | null> {
  const { db, secrets } = context
  const owner = ownerOf(kept)
  const before = (await secrets.get(owner))?.secrets ?? null
  if (given === null && before === null)
    throw new ImportError('CONNECTION_INVALID', { problem: 'no credentials are kept, so they must be given' })
  const after = given === null ? null : await asKept(context, kept, given, before)
  await toConnecting(context, kept)
  if (after !== null) await secrets.put(owner, after)
  context.connectors.forget(owner)
  const [connecting] = await keptConnections(db, { accountId: kept.account.id, source: kept.row.source })
  if (connecting === undefined) throw new Error('a connection is gone')
  if (kept.kind === 'justworks') return await openConsent(context, connecting)
  await begin(context, connecting, signal)
  return null
}

/** Tries the access, and lets the connection go on from where it stood. Throws `API_*`. */
export async function begin(context: ConnectionContext, kept: Kept, signal: AbortSignal): Promise<void> {
  const { db, connectors, clock } = context
  const asked = asking(context, kept, signal)
  try {
    await connectors.connectorOf(kept.kind).check(asked)
  } catch (error) {
    if (!(error instanceof ImportError)) throw error
    const to = kept.row.connected_at === null ? 'not_connected' : 'needs_reauthorization'
    await moveConnection(db, kept, 'connecting', to, { problem: problemJson(error, clock.now()) })
    throw error
  }
  const { scopes } = await asked.credential()
  const now = clock.now().toISOString()
  const to = standing(kept.row)
  await moveConnection(db, kept, 'connecting', to, {
    granted: JSON.stringify(scopes ?? []),
    ...{ problem: null, attempts: 0, retry_at: null },
    ...(to === 'initial_sync' ? ({ wanted: 'initial', initial_since: now } as const) : {}),
    // What was missed while nobody was let in is caught up by the next slot.
    ...(to === 'connected' ? { slots_since: now } : {}),
  })
}

async function toConnecting({ db }: ConnectionContext, kept: Kept): Promise<void> {
  const { state } = kept.row
  const values: Partial<ConnectionRow> = { problem: null }
  if (state === 'connecting') return
  if (state === 'not_connected' || state === 'needs_reauthorization' || state === 'paused') {
    await moveConnection(db, kept, state, 'connecting', values)
    return
  }
  // Somebody gives other credentials before the old ones fail.
  await moveConnection(db, kept, state, 'needs_reauthorization')
  await moveConnection(db, kept, 'needs_reauthorization', 'connecting', values)
}

async function asKept(
  { connectors }: ConnectionContext,
  kept: Kept,
  given: GivenSecrets,
  before: ConnectionSecrets | null,
): Promise<ConnectionSecrets> {
  switch (given.kind) {
    case 'trinet':
      return { ...given, webhookSecrets: [] }
    case 'justworks': {
      const { webhookSecret, ...client } = given
      // The consent is asked for anew; the old tokens serve until then.
      const tokens = before?.kind === 'justworks' && before.clientId === given.clientId ? before.tokens : null
      return { ...client, tokens, webhookSecrets: listed(webhookSecret, before) }
    }
    case 'merge': {
      const { apiKey, publicToken = '', webhookSecret } = given
      const { apiUrl } = kept.settings
      const accountToken =
        given.accountToken ??
        (await exchangePublicToken(connectors.clientOf(ownerOf(kept), kept.settings), apiUrl, {
          apiKey,
          publicToken,
        }))
      return { kind: 'merge', apiKey, accountToken, webhookSecrets: listed(webhookSecret, before) }
    }
  }
}

/** A new webhook secret counts beside the one before: senders change theirs a little later. */
function listed(secret: string | undefined, before: ConnectionSecrets | null): string[] {
  const old = before?.webhookSecrets ?? []
  return secret === undefined ? [...old] : [...new Set([secret, ...old])].slice(0, 2)
}

/** Throws `CONNECTION_INVALID`. */
export function settingsOf(given: Readonly<Record<string, unknown>>): ConnectionSettings {
  const parsed = connectionSettingsSchema.safeParse(given)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  const at = first?.path.map(String).join('.') ?? ''
  const unknown = first?.code === 'unrecognized_keys' ? `there is no setting "${first.keys[0]}"` : null
  throw new ImportError('CONNECTION_INVALID', {
    problem: unknown ?? `${at}: ${first?.message ?? 'not valid'}`,
  })
}

/** Says which name is wrong or missing, never what was given for it. Throws `CONNECTION_INVALID`. */
export function parsedSecrets(given: GivenSecrets, kind: ConnectionSettings['kind']): GivenSecrets {
  const parsed = givenSecretsSchema.safeParse({ ...given, kind })
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  const name = first?.path.map(String).join('.') ?? ''
  const problem = `the credential ${name} is missing or too long`
  throw new ImportError('CONNECTION_INVALID', {
    problem: name === '' ? (first?.message ?? 'not complete') : problem,
  })
}
