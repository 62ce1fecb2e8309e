/** Bounds of the SFTP server. Each is a setting; these are the defaults. */

export interface SftpLimits {
  /** Bytes of one file. */
  readonly fileBytesMax: number
  /** Time from the first byte to a finished login. */
  readonly loginGraceMs: number
  /** Connections that have not logged in, from all addresses. */
  readonly strangersMax: number
  /** Connections that have not logged in, from one address (IPv6: one /64 network). */
  readonly strangersPerAddressMax: number
  /**
   * The same for addresses from which a login with a key came lately: places of their own, so that a crowd of
   * strangers cannot take them.
   */
  readonly knownStrangersMax: number
  /** Refused keys and other failed attempts on one connection. */
  readonly loginAttemptsMax: number
  /** Logged-in connections, of all accounts. */
  readonly connectionsMax: number
  /** Logged-in connections of one account. They have no common bound with strangers: a flood must not shut out a customer. */
  readonly connectionsPerAccountMax: number
  /** SFTP channels of one connection. */
  readonly channelsMax: number
  /** Files and folders that one channel has open. */
  readonly handlesMax: number
  /** Uploads of one account that are being written. */
  readonly uploadsMax: number
  /** Uploads of one account that wait under a temporary name for their rename, and for how long. */
  readonly stagedMax: number
  readonly stagedMs: number
  /** Uploads of one account whose connection was lost: how many are kept to be gone on with, with how many bytes, and for how long. 0 keeps none. */
  readonly cutMax: number
  readonly cutBytesMax: number
  readonly cutMs: number
  /** Bytes and files of one account: unfinished uploads and kept deliveries. */
  readonly accountBytesMax: number
  readonly accountFilesMax: number
  /** Bytes of the disk that uploads leave free. */
  readonly diskReserveBytes: number
  /** How long a CLOSE in a strict source waits for the file to be checked. */
  readonly strictMs: number
  /** How long a taken file still shows under its name: clients look at it, set its times, rename it. */
  readonly visibleMs: number
  /** A connection on which nothing is asked for so long is ended. */
  readonly idleMs: number
  /** No connection lasts longer. */
  readonly sessionMs: number
  /** How often a silent peer is asked whether it is still there; after three questions without an answer it is gone. */
  readonly keepAliveMs: number
  /** How often it is checked that what people logged in with still holds. */
  readonly recheckMs: number
}

export const DEFAULT_LIMITS: SftpLimits = {
  fileBytesMax: 1024 ** 3,
  loginGraceMs: 30_000,
  strangersMax: 100,
  strangersPerAddressMax: 20,
  knownStrangersMax: 100,
  loginAttemptsMax: 6,
  connectionsMax: 2_000,
  connectionsPerAccountMax: 50,
  channelsMax: 10,
  handlesMax: 64,
  uploadsMax: 64,
  stagedMax: 100,
  stagedMs: 24 * 60 * 60_000,
  cutMax: 20,
  cutBytesMax: 2 * 1024 ** 3,
  cutMs: 24 * 60 * 60_000,
  accountBytesMax: 50 * 1024 ** 3,
  accountFilesMax: 100_000,
  diskReserveBytes: 256 * 1024 ** 2,
  strictMs: 25_000,
  visibleMs: 10 * 60_000,
  idleMs: 30 * 60_000,
  sessionMs: 24 * 60 * 60_000,
  keepAliveMs: 15_000,
  recheckMs: 2_000,
}
