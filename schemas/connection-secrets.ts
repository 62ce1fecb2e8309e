/** What proves to an HRIS who asks. Given once, sealed, shown never. */
import { z } from 'zod'

const secret = z.string().trim().min(1).max(4_096)

/** How the systems are called in what is said to people. */
export const SYSTEMS = { justworks: 'Justworks', trinet: 'TriNet', merge: 'Merge' } as const

/** The tokens of an OAuth consent. */
const tokensSchema = z.strictObject({
  access: secret,
  refresh: secret.nullable(),
  /** ISO 8601, UTC; null where it was not said. */
  expiresAt: z.string().nullable(),
  scopes: z.array(z.string()).nullable(),
})
export type Tokens = z.output<typeof tokensSchema>

/** By which webhooks that come in are proved; two while one is exchanged. */
const webhookSecrets = z.array(secret).max(2).default([])

const client = { clientId: secret, clientSecret: secret }

/** As they are kept. */
export const connectionSecretsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('justworks'),
    ...client,
    tokens: tokensSchema.nullable().default(null),
    webhookSecrets,
  }),
  z.strictObject({ kind: z.literal('trinet'), ...client, webhookSecrets }),
  z.strictObject({ kind: z.literal('merge'), apiKey: secret, accountToken: secret, webhookSecrets }),
])
export type ConnectionSecrets = z.output<typeof connectionSecretsSchema>

/** As a person gives them. Of Merge either the account token, or the public token that Link ended with. */
export const givenSecretsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('justworks'), ...client, webhookSecret: secret.exactOptional() }),
  z.strictObject({ kind: z.literal('trinet'), ...client }),
  z
    .strictObject({
      kind: z.literal('merge'),
      apiKey: secret,
      accountToken: secret.exactOptional(),
      publicToken: secret.exactOptional(),
      webhookSecret: secret.exactOptional(),
    })
    .refine(
      ({ accountToken, publicToken }) => (accountToken === undefined) !== (publicToken === undefined),
      'give accountToken or publicToken, one of them',
    ),
])
export type GivenSecrets = z.output<typeof givenSecretsSchema>

/** The names a person is asked for, in the order in which the HRIS shows them. */
export const SECRET_NAMES = {
  justworks: ['clientId', 'clientSecret'],
  trinet: ['clientId', 'clientSecret'],
  merge: ['apiKey', 'accountToken'],
} as const
