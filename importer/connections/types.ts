/** The door to connections: what a person, the pages and the clock may do with them. Plain JSON values both ways. */
import type { AutoSyncChange, Connection } from '../../schemas/connection.ts'
import type {
  ApiFieldShown,
  MappingChange,
  MappingImpact,
  MappingVersion,
} from '../../schemas/connection-mapping.ts'
import type { GivenSecrets } from '../../schemas/connection-secrets.ts'
import type { ConnectorKind } from '../../schemas/hris/connection.ts'
import type { ReadAccess } from '../connectors/connector.ts'
import type { Decision, Run } from '../types.ts'
import type { Leaving, Return } from './consent.ts'
import type { HookAnswer, HookCall } from './hooks.ts'

export type { AutoSyncChange, Connection } from '../../schemas/connection.ts'
export type {
  ApiFieldShown,
  MappingChange,
  MappingImpact,
  MappingVersion,
} from '../../schemas/connection-mapping.ts'
export type { GivenSecrets } from '../../schemas/connection-secrets.ts'
export type { ConnectorKind } from '../../schemas/hris/connection.ts'
export type { ReadAccess } from '../connectors/connector.ts'
export type { Leaving, Return } from './consent.ts'
export type { HookAnswer, HookCall } from './hooks.ts'

/** A connection as a person asks for it. */
export interface NewConnection {
  readonly kind: ConnectorKind
  /** Name of its source; default that of `DEFAULT_SOURCES`. */
  readonly source?: string
  /** Settings of the connector besides the kind; defaults for what is left out. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: GivenSecrets
}

export interface Connecting {
  readonly connection: Connection
  /** Last part of the link to the page on which somebody consents; null where no consent is needed. */
  readonly ticket: string | null
}

/** What is shown before somebody is sent to a consent page. */
export interface ConsentPage {
  readonly connection: Connection
  readonly readAccess: readonly ReadAccess[]
  /** What the HRIS will show a box for; left unticked, it is not read and what is stored stays. */
  readonly boxes: readonly string[]
}

export interface Hris {
  /** What a connection of that kind would read, to be shown before anything is asked for. */
  readAccess(kind: ConnectorKind): Promise<readonly ReadAccess[]>
  /** Of all accounts when none (slug) is named. */
  list(account: string | null): Promise<Connection[]>
  /** Throws `ACCOUNT_UNKNOWN`, `CONNECTION_NONE`, as all that follow. */
  show(account: string, source: string): Promise<Connection>
  /** Throws `CONNECTION_INVALID`, `CONNECTION_STATE`, `API_*`. */
  connect(account: string, given: NewConnection): Promise<Connecting>
  /** Gives access anew, with other secrets or the same ones. Throws `CONNECTION_STATE`, `API_*`. */
  reauthorize(account: string, source: string, secrets: GivenSecrets | null): Promise<Connecting>
  /** Opens the review; nothing is imported before its run is approved. Throws `CONNECTION_STATE`, `CONNECTION_BUSY`, `API_*`. */
  finalise(account: string, source: string, word: Pick<Decision, 'by'>): Promise<Run>
  /** Reads people now. Throws `CONNECTION_STATE`, `CONNECTION_BUSY`, `API_*`. */
  sync(account: string, source: string, word: Pick<Decision, 'by'>): Promise<Run>
  setAutoSync(account: string, source: string, change: AutoSyncChange): Promise<Connection>
  /** Changes settings of the connector; null puts one back to its default. Throws `CONNECTION_INVALID`. */
  configure(account: string, source: string, change: Readonly<Record<string, unknown>>): Promise<Connection>
  /** Nothing is read until `resume`. Throws `CONNECTION_STATE`. */
  pause(account: string, source: string): Promise<Connection>
  resume(account: string, source: string): Promise<Connection>
  /** Forgets the secrets for good. The people, the source and its mapping stay. */
  disconnect(account: string, source: string): Promise<Connection>

  /** Newest first. */
  mappings(account: string, source: string): Promise<MappingVersion[]>
  /** Every field that may be mapped; asks the HRIS for those of the customer's own. Throws `API_*`. */
  mappable(account: string, source: string): Promise<ApiFieldShown[]>
  /** Keeps a changed mapping as a version, and shows by a dry run what it would do. Throws `MAPPING_INVALID`, `API_*`. */
  proposeMapping(account: string, source: string, proposal: MappingProposal): Promise<MappingImpact>
  /** Puts a version in force, from the next sync on. Throws `MAPPING_INVALID`. */
  useMapping(account: string, source: string, version: number): Promise<MappingVersion[]>
  /** Goes back to a version, by a new one that repeats it. Throws `MAPPING_INVALID`. */
  revertMapping(account: string, source: string, back: MappingReturn): Promise<MappingVersion[]>

  /** Changes nothing. Throws `CONSENT_INVALID`. */
  consentPage(ticket: string): Promise<ConsentPage>
  leave(ticket: string, redirectUri: string): Promise<Leaving>
  comeBack(back: Return): Promise<Connection>
  /** A webhook that came in: it makes people be read soon, and brings no data. */
  hook(call: HookCall): Promise<HookAnswer>

  /** Does what is due now: begins to read, and does not wait for it. */
  tick(): Promise<void>
  /** Waits until nothing is being read here. */
  idle(): Promise<void>
  /** Stops what is being read here. */
  close(): Promise<void>
}

export interface MappingProposal {
  readonly change: MappingChange
  readonly by: string
  readonly reason: string | null
}

export interface MappingReturn {
  readonly to: number
  readonly by: string
  readonly reason: string | null
}
