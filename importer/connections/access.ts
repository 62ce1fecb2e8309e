/** The credential with which a connection asks, fresh when it must be: OAuth tokens, client credentials, account tokens. */
import { z } from 'zod'
import type { ConnectionVault, KeptSecrets, SecretOwner } from '../../keys/connection-secrets.ts'
import { type ConnectionSecrets, SYSTEMS } from '../../schemas/connection-secrets.ts'
import type { ConnectionSettings, JustworksSettings, TrinetSettings } from '../../schemas/hris/connection.ts'
import type { Clock } from '../clock.ts'
import type { ConnectorContext, Credential } from '../connectors/connector.ts'
import type { ApiClient } from '../connectors/http/client.ts'
import { ImportError } from '../errors.ts'
import { refresh } from './oauth.ts'

export interface AccessDeps {
  readonly vault: ConnectionVault
  readonly http: ApiClient
  readonly clock: Clock
  readonly settings: ConnectionSettings
}

type Given = ConnectorContext['credential']
type Of<K extends ConnectionSecrets['kind']> = Extract<ConnectionSecrets, { kind: K }>

/** A token that ends within this time is not used any more: a page of people may take long. */
const MARGIN_MS = 120_000

/** For one reading of people. Throws `API_AUTH`. */
export function accessOf(deps: AccessDeps, owner: SecretOwner): Given {
  switch (deps.settings.kind) {
    case 'justworks':
      return justworksAccess(deps, owner, deps.settings)
    case 'trinet':
      return trinetAccess(deps, owner, deps.settings)
    case 'merge':
      return mergeAccess(deps, owner)
  }
}

async function kept<K extends ConnectionSecrets['kind']>(
  { vault }: AccessDeps,
  owner: SecretOwner,
  kind: K,
): Promise<KeptSecrets & { readonly secrets: Of<K> }> {
  const found = await vault.get(owner)
  const secrets = found?.secrets
  if (!found || !isOf(secrets, kind)) throw noAccess(kind, 'no credentials are kept')
  return { ...found, secrets }
}

function isOf<K extends ConnectionSecrets['kind']>(
  secrets: ConnectionSecrets | undefined,
  kind: K,
): secrets is Of<K> {
  return secrets?.kind === kind
}

function noAccess(kind: ConnectionSecrets['kind'], problem: string): ImportError {
  return new ImportError('API_AUTH', { system: SYSTEMS[kind], problem })
}

function justworksAccess(deps: AccessDeps, owner: SecretOwner, settings: JustworksSettings): Given {
  const { vault, http, clock } = deps
  let last: string | null = null

  async function renew(secrets: ConnectionSecrets): Promise<ConnectionSecrets> {
    if (secrets.kind !== 'justworks' || secrets.tokens === null)
      throw noAccess('justworks', 'nobody has authorised it yet')
    const { clientId, clientSecret, tokens } = secrets
    const client = { settings, clientId, clientSecret, http }
    return { ...secrets, tokens: await refresh(client, tokens, clock.now()) }
  }

  return async ({ after401 } = { after401: false }) => {
    let now = await kept(deps, owner, 'justworks')
    const { tokens } = now.secrets
    if (tokens === null) throw noAccess('justworks', 'nobody has authorised it yet')
    const ends = tokens.expiresAt === null ? Infinity : Date.parse(tokens.expiresAt)
    const isOver = ends - MARGIN_MS <= clock.now().getTime()
    // Another node may have renewed it since: then the new one is tried before it is renewed again.
    if (isOver || (after401 && tokens.access === last)) {
      const renewed = await vault.renewed(owner, now, renew)
      if (!isOf(renewed.secrets, 'justworks')) throw noAccess('justworks', 'no credentials are kept')
      now = { ...renewed, secrets: renewed.secrets }
    }
    const current = now.secrets.tokens
    if (current === null) throw noAccess('justworks', 'nobody has authorised it yet')
    last = current.access
    return { bearer: current.access, scopes: current.scopes }
  }
}

/** Every number in it is text. */
const trinetTokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().catch(3_599),
  scope: z.string().catch(''),
})

function trinetAccess(deps: AccessDeps, owner: SecretOwner, settings: TrinetSettings): Given {
  const { clock } = deps
  let held: { readonly credential: Credential; readonly until: number } | null = null

  return async ({ after401 } = { after401: false }) => {
    if (held !== null && !after401 && held.until > clock.now().getTime()) return held.credential
    const { secrets } = await kept(deps, owner, 'trinet')
    const token = await trinetToken(deps, settings, secrets)
    const scopes = token.scope === '' ? null : token.scope.split(/[\s,]+/)
    const credential = { bearer: token.access_token, scopes }
    // There is nothing to refresh: whoever needs another one asks again.
    held = { credential, until: clock.now().getTime() + token.expires_in * 1_000 - MARGIN_MS }
    return credential
  }
}

async function trinetToken({ http }: AccessDeps, { apiUrl }: TrinetSettings, secrets: Of<'trinet'>) {
  const basic = Buffer.from(`${secrets.clientId}:${secrets.clientSecret}`).toString('base64')
  const answer = await http.send({
    url: `${apiUrl}/oauth/accesstoken`,
    query: { grant_type: 'client_credentials' },
    headers: { authorization: `Basic ${basic}`, accept: 'application/json' },
  })
  if (answer.status === 401 || answer.status === 400)
    throw noAccess(
      'trinet',
      'the Client ID or the Client Secret is wrong, or was disconnected in the Integration Center',
    )
  if (answer.status === 403) throw noAccess('trinet', 'the client may not be used any more')
  const token = trinetTokenSchema.safeParse(answer.status === 200 ? jsonOf(answer.text) : null)
  if (token.success) return token.data
  const problem = `status ${answer.status}, and no token in it`
  throw new ImportError('API_SCHEMA', { system: SYSTEMS.trinet, what: 'the token call', problem })
}

function mergeAccess(deps: AccessDeps, owner: SecretOwner): Given {
  let last = 0
  return async ({ after401 } = { after401: false }) => {
    const { secrets, version } = await kept(deps, owner, 'merge')
    // Nothing here can be renewed; only a person gives another one.
    if (after401 && version === last)
      throw noAccess('merge', 'the API key or the account token is wrong, or the account was disconnected')
    last = version
    return { bearer: secrets.apiKey, accountToken: secrets.accountToken, scopes: null }
  }
}

const accountTokenSchema = z.object({ account_token: z.string().min(1) })

/** The account token for the public token that Merge Link ended with; it can be exchanged once. */
export async function exchangePublicToken(
  http: ApiClient,
  apiUrl: string,
  { apiKey, publicToken }: { readonly apiKey: string; readonly publicToken: string },
): Promise<string> {
  const answer = await http.send({
    url: `${apiUrl}/hris/v1/account-token/${encodeURIComponent(publicToken)}`,
    headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json' },
  })
  if (answer.status >= 400 && answer.status < 500)
    throw noAccess('merge', 'the API key is wrong, or the public token has run out or was used')
  const token = accountTokenSchema.safeParse(jsonOf(answer.text))
  if (token.success) return token.data.account_token
  const problem = `status ${answer.status}, and no account token in it`
  throw new ImportError('API_SCHEMA', { system: SYSTEMS.merge, what: 'the token call', problem })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
