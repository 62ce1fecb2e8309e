/**
 * A connection: a source that Rollcall asks for its people itself. Its states and the ways between them are one table,
 * from which the types, the check in the database and the picture in the README come.
 */
import { z } from 'zod'
import { CONNECTOR_KINDS, type ConnectorKind } from './hris/connection.ts'
import { countsSchema } from './run.ts'

/** Whether a source of that kind asks for its people by itself. */
export function isConnectorKind(kind: string): kind is ConnectorKind {
  return (CONNECTOR_KINDS as readonly string[]).includes(kind)
}

/** What the source of a connection is called where nobody says. `merge` is the name of what makes one person of two. */
export const DEFAULT_SOURCES = { justworks: 'justworks', trinet: 'trinet', merge: 'merge-hris' } as const

/**
 * Nobody is imported before `connected`: the initial sync keeps a preview, finalising opens a review, and the word of a
 * person on that review makes the connection one that may import by itself.
 */
export const CONNECTION_WAYS = {
  not_connected: ['connecting'],
  // Access is being given: a consent page is open, or a credential is tried.
  connecting: ['initial_sync', 'finalise_pending', 'connected', 'needs_reauthorization', 'not_connected'],
  initial_sync: ['finalise_pending', 'needs_reauthorization', 'failing', 'not_connected'],
  finalise_pending: ['connected', 'needs_reauthorization', 'failing', 'not_connected'],
  connected: ['failing', 'needs_reauthorization', 'paused', 'not_connected'],
  // The last read did not come to its end; the next one may.
  failing: [
    'initial_sync',
    'finalise_pending',
    'connected',
    'needs_reauthorization',
    'paused',
    'not_connected',
  ],
  needs_reauthorization: ['connecting', 'not_connected'],
  paused: ['connected', 'connecting', 'not_connected'],
} as const satisfies Record<string, readonly string[]>
export type ConnectionState = keyof typeof CONNECTION_WAYS
export const CONNECTION_STATES = Object.keys(CONNECTION_WAYS) as [ConnectionState, ...ConnectionState[]] // keys of the table
/** The states a connection may go to from `S`. */
export type NextConnection<S extends ConnectionState> = (typeof CONNECTION_WAYS)[S][number]

/** The state table as a Mermaid diagram: the README's picture. */
export function connectionDiagram(): string {
  const lines = ['stateDiagram-v2', '  [*] --> not_connected']
  for (const [from, ways] of Object.entries(CONNECTION_WAYS))
    for (const to of ways) lines.push(`  ${from} --> ${to}`)
  return lines.join('\n')
}

const dateTime = z.string()

/** `HH:MM` on the clock of the account. */
const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day as HH:MM, for example 03:00')

/** When a connection syncs by itself. */
export const autoSyncSchema = z.strictObject({
  on: z.boolean().default(false),
  /** One for a daily sync, more for every few hours. */
  times: z.array(timeOfDay).min(1).max(24).default(['03:00']),
  /** A sync starts up to so many minutes later, so that not everybody asks in the same second. */
  jitterMinutes: z.int().min(0).max(120).default(15),
})
export type AutoSync = z.output<typeof autoSyncSchema>
export const autoSyncChangeSchema = z.object({
  on: z.boolean(),
  times: z.array(timeOfDay).min(1).max(24).exactOptional(),
  jitterMinutes: z.int().min(0).max(120).exactOptional(),
})
export type AutoSyncChange = z.output<typeof autoSyncChangeSchema>

/** What is wrong with a connection, in the words of the error catalogue. */
const problemSchema = z.object({ code: z.string(), message: z.string(), fix: z.string(), at: dateTime })

/** What the initial sync found; nobody was imported by it. */
export const connectionPreviewSchema = z.object({
  at: dateTime,
  counts: countsSchema,
  /** Columns that the snapshot has, and how many rows have a value in each. */
  columns: z.array(z.object({ name: z.string(), filled: z.int() })),
  /** How many people come without an Employee Id, though it is mapped. */
  withoutEmployeeId: z.int(),
})
export type ConnectionPreview = z.output<typeof connectionPreviewSchema>

/** One thing that is read, in the words shown before connecting. */
export const readAccessSchema = z.object({
  object: z.string(),
  fields: z.array(z.string()),
  isOnlyIfMapped: z.boolean().exactOptional(),
})

export const connectionSchema = z.object({
  /** Slug. */
  account: z.string(),
  /** The name of its source. */
  source: z.string(),
  kind: z.enum(CONNECTOR_KINDS),
  state: z.enum(CONNECTION_STATES),
  /** Settings of the connector; never a secret. */
  settings: z.record(z.string(), z.json()),
  autoSync: autoSyncSchema,
  /** When it syncs next by itself; null where it does not. */
  nextSync: dateTime.nullable(),
  preview: connectionPreviewSchema.nullable(),
  /** The run that a person is to look at before people are imported; null before `finalise`. */
  review: z.string().nullable(),
  /** Since when it imports. */
  connectedAt: dateTime.nullable(),
  lastSync: z.object({ at: dateTime, run: z.string().nullable() }).nullable(),
  /** Whether people are being read at this moment. */
  isReading: z.boolean(),
  problem: problemSchema.nullable(),
  /** What was granted, as far as the other side said. */
  granted: z.array(z.string()),
  mappingVersion: z.int(),
  /** When the secrets were set; they themselves are never shown. */
  secretsSetAt: dateTime.nullable(),
  createdAt: dateTime,
})
export type Connection = z.output<typeof connectionSchema>

/** What a person does next with a connection; null where there is nothing to do. */
export function nextStep({ state, source, account, review, kind }: Connection): string | null {
  const of = `${source} --account ${account}`
  switch (state) {
    case 'not_connected':
      return `Connect it with \`rollcall connect ${kind} --account ${account}\`.`
    case 'connecting':
      return 'Open the page that was shown, sign in there and authorise.'
    case 'initial_sync':
      return 'Nothing: the first sync goes on by itself. It may take up to 12 hours and imports nobody.'
    case 'finalise_pending':
      return review === null
        ? `Finalise the sync with \`rollcall connection finalise ${of}\`; it opens the review.`
        : `Look at the review with \`rollcall runs show ${review}\`, then import with \`rollcall runs approve ${review}\`.`
    case 'needs_reauthorization':
      return `Reconnect with \`rollcall connection reauthorize ${of}\`.`
    case 'failing':
      return `It is tried again by itself; try at once with \`rollcall sync ${of}\`.`
    case 'paused':
      return `Go on with \`rollcall connection resume ${of}\`.`
    case 'connected':
      return null
  }
}
