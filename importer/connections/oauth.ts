/**
 * OAuth 2 with Justworks: the address of its consent page, the code that comes back, and the refreshing of a token.
 * PKCE and the check of `state` are openid-client's; every request goes through the connection's own guarded client.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  ResponseBodyError,
  randomPKCECodeVerifier,
  refreshTokenGrant,
} from 'openid-client'
import { z } from 'zod'
import type { Tokens } from '../../schemas/connection-secrets.ts'
import type { JustworksSettings } from '../../schemas/hris/connection.ts'
import type { ApiClient } from '../connectors/http/client.ts'
import { ImportError } from '../errors.ts'

const SYSTEM = 'Justworks'

export interface OAuthClient {
  readonly settings: JustworksSettings
  readonly clientId: string
  readonly clientSecret: string
  readonly http: ApiClient
}

/** What a person is sent away with, and what must be kept until they come back. */
export interface Departure {
  readonly url: string
  readonly verifier: string
}

/** What is asked for: with boxes for sex and date of birth only where the connection wants them. */
export function scopesOf({ consent }: JustworksSettings): string[] {
  return [
    'company.basic:read',
    'company.detail:read',
    'member.detail:read',
    'member.employment:read',
    ...(consent.dateOfBirth ? ['member.dob:read'] : []),
    ...(consent.sex ? ['member.sex:read'] : []),
  ]
}

export async function depart(
  client: Pick<OAuthClient, 'settings' | 'clientId'>,
  { state, redirectUri }: { readonly state: string; readonly redirectUri: string },
): Promise<Departure> {
  const verifier = randomPKCECodeVerifier()
  const url = buildAuthorizationUrl(configuration(client), {
    redirect_uri: redirectUri,
    scope: scopesOf(client.settings).join(' '),
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  return { url: url.href, verifier }
}

/** The tokens for a code. Throws `API_AUTH` where it is refused, and what the client throws. */
export async function arrive(
  client: OAuthClient,
  came: { readonly url: URL; readonly state: string; readonly verifier: string; readonly now: Date },
): Promise<Tokens> {
  return await asking(client, came.now, (config) =>
    authorizationCodeGrant(config, came.url, { expectedState: came.state, pkceCodeVerifier: came.verifier }),
  )
}

/** New tokens; the old refresh token may be void from then on. Throws `API_AUTH`, and what the client throws. */
export async function refresh(client: OAuthClient, tokens: Tokens, now: Date): Promise<Tokens> {
  const { refresh } = tokens
  if (refresh === null) throw refused('the access has run out, and there is no refresh token')
  const fresh = await asking(client, now, (config) => refreshTokenGrant(config, refresh))
  // An answer may leave out what did not change.
  return { ...fresh, refresh: fresh.refresh ?? refresh, scopes: fresh.scopes ?? tokens.scopes }
}

/** What openid-client answers with, as far as it matters here. */
interface Answer {
  readonly access_token: string
  readonly refresh_token?: string | undefined
  readonly expires_in?: number | undefined
  readonly scope?: string | undefined
}

async function asking(
  client: OAuthClient,
  now: Date,
  grant: (config: Configuration) => Promise<Answer>,
): Promise<Tokens> {
  const config = configuration(client)
  let failure: unknown = null
  let text = ''
  config[customFetch] = async (url, { method, headers, body }) => {
    try {
      const answer = await client.http.send({
        url,
        method: method === 'POST' ? 'POST' : 'GET',
        headers: { accept: 'application/json', ...accepted(headers) },
        form: Object.fromEntries(new URLSearchParams(String(body ?? ''))),
      })
      text = answer.text
      return new Response(answer.text, {
        status: answer.status,
        headers: { 'content-type': answer.headers['content-type'] ?? 'application/json' },
      })
    } catch (error) {
      failure = error
      throw error
    }
  }
  try {
    return tokensOf(await grant(config), text, now)
  } catch (error) {
    throw failure ?? told(error)
  }
}

/** The client writes its own content type beside the form. */
function accepted(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'content-type' && name !== 'accept'),
  )
}

/** What the token call said, without what it may have quoted. */
function told(error: unknown): ImportError {
  if (error instanceof ImportError) return error
  if (error instanceof ResponseBodyError) {
    const { error: code, status } = error
    if (status >= 500)
      return new ImportError('API_UNREACHABLE', {
        system: SYSTEM,
        problem: `it answers with status ${status}`,
      })
    return refused(REFUSALS[code] ?? 'it refuses to give a token')
  }
  return new ImportError(
    'API_SCHEMA',
    { system: SYSTEM, what: 'the token call', problem: 'it is no answer of OAuth' },
    { cause: error },
  )
}

const REFUSALS: Readonly<Record<string, string>> = {
  invalid_grant: 'the consent was taken back, has run out, or was used already',
  invalid_client: 'the client id or the client secret is wrong',
  unauthorized_client: 'the client may not do this',
  invalid_scope: 'the client may not ask for these permissions',
}

function refused(problem: string): ImportError {
  return new ImportError('API_AUTH', { system: SYSTEM, problem })
}

/** Documents disagree on how the end of a token is said. */
const expirySchema = z.object({ expires_at: z.string().nullish().catch(null) })

function tokensOf(answer: Answer, text: string, now: Date): Tokens {
  const { expires_at } = expirySchema.catch({ expires_at: null }).parse(jsonOf(text))
  const said = expires_at == null ? Number.NaN : Date.parse(expires_at)
  const ends = Number.isNaN(said)
    ? answer.expires_in === undefined
      ? null
      : now.getTime() + answer.expires_in * 1_000
    : said
  return {
    access: answer.access_token,
    refresh: answer.refresh_token ?? null,
    expiresAt: ends === null ? null : new Date(ends).toISOString(),
    scopes: answer.scope === undefined ? null : answer.scope.split(/[\s,]+/).filter((one) => one !== ''),
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function configuration({
  settings,
  clientId,
  clientSecret = '',
}: Pick<OAuthClient, 'settings' | 'clientId'> & { readonly clientSecret?: string }): Configuration {
  const server = {
    issuer: settings.apiUrl,
    authorization_endpoint: settings.authorizeUrl,
    token_endpoint: `${settings.apiUrl}/oauth/token`,
  }
  const config = new Configuration(server, clientId, undefined, ClientSecretPost(clientSecret))
  // Only this machine itself can be called without encryption: the settings take no other such address.
  if (settings.apiUrl.startsWith('http:')) allowInsecureRequests(config)
  return config
}
