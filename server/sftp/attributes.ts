/** What a client is told about a file or folder. */

export interface Attributes {
  /** Type and permission bits, as in `st_mode`. */
  readonly mode: number
  readonly size: number
  /** Seconds since 1970. */
  readonly accessed: number
  readonly modified: number
}

/** What a client wishes a file's attributes to be; every field may be absent. */
export interface WantedAttributes {
  readonly size?: number
  readonly mode?: number
  readonly accessed?: number
  readonly modified?: number
  /** It was to belong to somebody else. */
  readonly hasOwner?: true
}

/** True where a file is to be given away and nothing else: `chown`. Beside other wishes clients mean nothing by it. */
export function isChown({ hasOwner, size, mode, modified }: WantedAttributes): boolean {
  return hasOwner === true && size === undefined && mode === undefined && modified === undefined
}

export const FILE_TYPE = 0o100000
export const FOLDER_TYPE = 0o040000

/** Attributes of a folder. Its times say nothing. */
export function folderAttributes(permissions: number, seconds: number): Attributes {
  return { mode: FOLDER_TYPE | permissions, size: 0, accessed: seconds, modified: seconds }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const HALF_YEAR_S = 182 * 86_400

/** A line as `ls -l` prints it: some clients read nothing else. */
export function longName(name: string, attributes: Attributes, owner: string, nowSeconds: number): string {
  const size = String(attributes.size).padStart(8)
  const date = dateOf(attributes.modified, nowSeconds)
  return `${modeText(attributes.mode)}    1 ${owner.padEnd(8)} ${owner.padEnd(8)} ${size} ${date} ${name}`
}

function dateOf(seconds: number, nowSeconds: number): string {
  const date = new Date(seconds * 1000)
  const month = MONTHS[date.getUTCMonth()] ?? 'Jan'
  const day = String(date.getUTCDate()).padStart(2)
  const isRecent = Math.abs(nowSeconds - seconds) < HALF_YEAR_S
  return `${month} ${day} ${isRecent ? date.toISOString().slice(11, 16) : String(date.getUTCFullYear()).padStart(5)}`
}

function modeText(mode: number): string {
  const bits = [0o400, 0o200, 0o100, 0o040, 0o020, 0o010, 0o004, 0o002, 0o001]
  const letters = bits.map((bit, index) => ((mode & bit) === 0 ? '-' : 'rwx'.charAt(index % 3)))
  return ((mode & FOLDER_TYPE) === FOLDER_TYPE ? 'd' : '-') + letters.join('')
}
