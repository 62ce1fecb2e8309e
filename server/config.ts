/**
 * Every setting, in one place. A value is looked for in four places, and the last one that has it wins: the default,
 * `rollcall.config.json` in the data directory, the environment (`ROLLCALL_…`), a flag. An empty variable counts as
 * not set, since Compose and systemd write one for what was left out.
 *
 * A key in the file that nobody knows is an error. A variable `ROLLCALL_…` that nobody knows is a warning: the
 * environment is shared with other programs and with other versions of this one, and must not stop a start.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { ImportError, problemOf } from '../importer/errors.ts'
import { parseNetworks } from '../keys/networks.ts'
import { LOG_LEVELS } from './log.ts'
import { DEFAULT_LIMITS } from './sftp/limits.ts'

export const CONFIG_FILE = 'rollcall.config.json'

const host = z.string().regex(/^[A-Za-z0-9.:_-]+$/, 'use an address or a host name')
const amount = (least: number) => z.int('use a whole number').min(least, `use a number from ${least} on`)
const port = z.int('use a number from 0 to 65535').min(0).max(65_535)

const configSchema = z.strictObject({
  data: z.string().min(1),
  databaseUrl: z
    .string()
    .regex(/^(postgres(ql)?:\/\/.|sqlite:.|(?!\w+:\/\/).)/, 'use postgres://… or sqlite:<file>')
    .refine((url) => !url.includes(':memory:'), 'a database in memory would lose what it confirms'),
  sftpHost: host,
  sftpPort: port,
  sftpOldClients: z.enum(['off', 'on'], 'use on or off'),
  sftpSharedAddresses: z
    .string()
    .refine(isListOfNetworks, 'use addresses and networks with commas between, such as 10.0.0.0/8,::1'),
  httpHost: host,
  httpPort: port,
  accountBytesMax: amount(1),
  accountFilesMax: amount(1),
  diskReserveBytes: amount(0),
  logLevel: z.enum(LOG_LEVELS, `use one of ${LOG_LEVELS.join(', ')}`),
  secretFile: z.string().min(1).nullable(),
  nodeId: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'use up to 64 letters, digits, dots, hyphens and underscores')
    .nullable(),
})
export type Config = Readonly<z.output<typeof configSchema>>
export type SettingKey = keyof Config

/** A setting as the README, `config show` and the help tell it. */
export interface Setting {
  readonly key: SettingKey
  readonly env: `ROLLCALL_${string}`
  /** Null where there is none: a command line can be read by every user of the machine. */
  readonly flag: string | null
  readonly default: string | number | null
  /** What the default comes to, where the value alone does not say it. */
  readonly defaultText?: string
  readonly description: string
}

export const SETTINGS: readonly Setting[] = [
  {
    key: 'data',
    env: 'ROLLCALL_DATA',
    flag: '--data <directory>',
    default: './data',
    description: 'Directory that holds the database, the keys, the delivered files and the results.',
  },
  {
    key: 'databaseUrl',
    env: 'ROLLCALL_DATABASE_URL',
    flag: null,
    default: 'sqlite:rollcall.db',
    defaultText: 'SQLite in the data directory',
    description:
      '`postgres://user:password@host/database`, or `sqlite:` and a file, from the data directory.',
  },
  {
    key: 'sftpHost',
    env: 'ROLLCALL_SFTP_HOST',
    flag: '--sftp-host <address>',
    default: '0.0.0.0',
    description: 'Address on which SFTP listens.',
  },
  {
    key: 'sftpPort',
    env: 'ROLLCALL_SFTP_PORT',
    flag: '--sftp-port <port>',
    default: 2222,
    description: 'Port of SFTP; 0 takes a free one.',
  },
  {
    key: 'sftpOldClients',
    env: 'ROLLCALL_SFTP_OLD_CLIENTS',
    flag: '--sftp-old-clients <on|off>',
    default: 'off',
    description:
      '`on` also offers what SFTP clients from before 2023 need, such as the curl of Debian 12: `hmac-sha2` without `-etm`. Safe as far as anybody knows, but an audit warns of it.',
  },
  {
    key: 'sftpSharedAddresses',
    env: 'ROLLCALL_SFTP_SHARED_ADDRESSES',
    flag: '--sftp-shared-addresses <networks>',
    default: '127.0.0.0/8,::1',
    description:
      'Addresses behind which many clients are, such as a load balancer or Docker: failed logins shut them out for no time. Others wait longer after each.',
  },
  {
    key: 'httpHost',
    env: 'ROLLCALL_HTTP_HOST',
    flag: '--http-host <address>',
    default: '127.0.0.1',
    description: 'Address on which HTTP listens.',
  },
  {
    key: 'httpPort',
    env: 'ROLLCALL_HTTP_PORT',
    flag: '--http-port <port>',
    default: 8080,
    description: 'Port of HTTP; 0 takes a free one.',
  },
  {
    key: 'accountBytesMax',
    env: 'ROLLCALL_ACCOUNT_BYTES_MAX',
    flag: null,
    default: DEFAULT_LIMITS.accountBytesMax,
    defaultText: '50 GiB',
    description:
      'Bytes that one account may have here: delivered files that are kept, and unfinished uploads.',
  },
  {
    key: 'accountFilesMax',
    env: 'ROLLCALL_ACCOUNT_FILES_MAX',
    flag: null,
    default: DEFAULT_LIMITS.accountFilesMax,
    description: 'Files that one account may have here, counted alike.',
  },
  {
    key: 'diskReserveBytes',
    env: 'ROLLCALL_DISK_RESERVE_BYTES',
    flag: null,
    default: DEFAULT_LIMITS.diskReserveBytes,
    defaultText: '256 MiB',
    description: 'Bytes of the disk that uploads leave free for the database and the reports.',
  },
  {
    key: 'logLevel',
    env: 'ROLLCALL_LOG_LEVEL',
    flag: '--log-level <level>',
    default: 'info',
    description: `How much is logged: ${LOG_LEVELS.join(', ')}.`,
  },
  {
    key: 'secretFile',
    env: 'ROLLCALL_SECRET_FILE',
    flag: null,
    default: null,
    defaultText: 'keys/master.key in the data directory, made when the first secret is stored',
    description:
      'File with the master key that seals stored secrets, such as PGP keys: 32 bytes in base64, readable by its owner only. Keep a copy; without it those secrets are lost.',
  },
  {
    key: 'nodeId',
    env: 'ROLLCALL_NODE_ID',
    flag: '--node-id <name>',
    default: null,
    defaultText: 'made once, kept in the data directory',
    description: 'Name of this server among several that share a database; no two may have the same.',
  },
]

export type Origin = 'default' | 'file' | 'environment' | 'flag'

/** Something wrong with the configuration, in words that fit behind "is not valid:". */
export interface Problem {
  readonly problem: string
  readonly fix: string
}

export interface ResolvedConfig {
  /** Null where there are problems. */
  readonly config: Config | null
  readonly origins: Readonly<Record<SettingKey, Origin>>
  readonly file: string
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** As they were typed; numbers are still text. */
  readonly flags?: Partial<Readonly<Record<SettingKey, string>>>
  /** What a relative data directory starts from. */
  readonly cwd: string
}

/** The configuration, or the error that says all that is wrong with it. */
export function loadConfig(sources: ConfigSources): { config: Config; warnings: readonly Problem[] } {
  const { config, problems, warnings } = resolveConfig(sources)
  if (config !== null) return { config, warnings }
  throw new ImportError('CONFIG_INVALID', {
    problem: problems.map(({ problem }) => problem).join('; '),
    fix: [...new Set(problems.map(({ fix }) => fix))].join(' '),
  })
}

/** Looks in all places and collects everything that is wrong, for `config check`. */
export function resolveConfig({ env, flags = {}, cwd }: ConfigSources): ResolvedConfig {
  const values = new Map<SettingKey, { value: unknown; origin: Origin; name: string }>()
  const problems: Problem[] = []
  const say = (setting: Setting, value: unknown, origin: Origin, name: string) =>
    values.set(setting.key, { value, origin, name })

  const directory = resolve(cwd, flags.data || env['ROLLCALL_DATA'] || './data')
  const file = join(directory, CONFIG_FILE)
  const { entries, problem } = readConfigFile(file)
  if (problem !== null) problems.push(problem)
  problems.push(...unknownKeys(Object.keys(entries), file))

  for (const setting of SETTINGS) {
    say(setting, setting.default, 'default', setting.key)
    if (Object.hasOwn(entries, setting.key)) say(setting, entries[setting.key], 'file', `"${setting.key}"`)
    const variable = env[setting.env]
    if (variable) say(setting, fromText(setting, variable), 'environment', setting.env)
    const flag = flags[setting.key]
    if (flag !== undefined) say(setting, fromText(setting, flag), 'flag', nameOfFlag(setting))
  }

  const given = Object.fromEntries([...values].map(([key, { value }]) => [key, value]))
  const parsed = configSchema.safeParse(given)
  for (const issue of parsed.error?.issues ?? []) {
    const at = values.get(issue.path[0] as SettingKey) // strict schema over our own keys: a path starts with one
    // The value itself is not repeated: a database URL holds a password.
    problems.push({
      problem: `${at?.name ?? 'a setting'} has a value that cannot be used`,
      fix: sentence(issue.message),
    })
  }
  return {
    config: parsed.success && problems.length === 0 ? settle(parsed.data, directory) : null,
    // One entry was made for every setting above.
    origins: Object.fromEntries([...values].map(([key, { origin }]) => [key, origin])) as Record<
      SettingKey,
      Origin
    >,
    file,
    problems,
    warnings: unknownVariables(env),
  }
}

/** The value as it may be shown: passwords are masked. */
export function shownValue(key: SettingKey, config: Config): string {
  const value = config[key]
  if (key === 'databaseUrl') return maskPassword(config.databaseUrl)
  return value === null ? '' : String(value)
}

/** A URL without its password. */
export function maskPassword(url: string): string {
  return url
    .replace(/^(\w+:\/\/[^:@/]*):.*@/, '$1:***@')
    .replace(/([?&](?:password|sslpassword)=)[^&]*/gi, '$1***')
}

function settle(config: z.output<typeof configSchema>, directory: string): Config {
  const { databaseUrl } = config
  const isPostgres = /^postgres/.test(databaseUrl)
  const path = resolve(directory, databaseUrl.replace(/^sqlite:(\/\/)?/, ''))
  return Object.freeze({
    ...config,
    data: directory,
    databaseUrl: isPostgres ? databaseUrl : `sqlite:${path}`,
  })
}

function isListOfNetworks(text: string): boolean {
  try {
    parseNetworks(text)
    return true
  } catch {
    return false
  }
}

function readConfigFile(path: string): { entries: Record<string, unknown>; problem: Problem | null } {
  const nothing = (problem: string | null, fix = '') => ({
    entries: {},
    problem: problem === null ? null : { problem: `${path} ${problem}`, fix },
  })
  let text: string
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '')
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))
    if (isMissing) return nothing(null)
    return nothing(`cannot be read (${problemOf(error)})`, 'Check its permissions.')
  }
  try {
    return { entries: z.record(z.string(), z.unknown()).parse(JSON.parse(text)), problem: null }
  } catch {
    // Without the parser's message: it quotes the text, which may hold a password.
    return nothing('is not a JSON object', 'Correct it; `{ "sftpPort": 2222 }` is one.')
  }
}

function unknownKeys(keys: readonly string[], file: string): Problem[] {
  const known = SETTINGS.map((setting) => setting.key).filter((key) => key !== 'data')
  return keys
    .filter((key) => key !== '$schema' && !(known as string[]).includes(key))
    .map((key) =>
      key === 'data'
        ? {
            problem: `${file} sets "data", the directory it lies in`,
            fix: 'Remove it and set ROLLCALL_DATA or --data.',
          }
        : { problem: `${file} has the unknown key "${key}"`, fix: didYouMean(key, known) ?? 'Remove it.' },
    )
}

function unknownVariables(env: ConfigSources['env']): Problem[] {
  const known = SETTINGS.map((setting) => setting.env)
  return Object.keys(env)
    .filter((name) => name.startsWith('ROLLCALL_') && !(known as string[]).includes(name))
    .sort()
    .map((name) => ({
      problem: `the environment has ${name}, which is no setting`,
      fix: didYouMean(name, known) ?? 'See all settings with `rollcall config show`.',
    }))
}

/** Numbers come as text from a shell. What is no number stays text, and the schema says so. */
function fromText(setting: Setting, text: string): unknown {
  if (typeof setting.default !== 'number') return text
  return /^\d+$/.test(text) ? Number(text) : text
}

function nameOfFlag(setting: Setting): string {
  return setting.flag?.split(' ', 1)[0] ?? setting.key
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`
}

function didYouMean(name: string, known: readonly string[]): string | null {
  const found = nearest(name, known)
  return found === null ? null : `Did you mean ${found}?`
}

/** The known word that was probably meant: the same but for case and separators, or a slip or two away. */
export function nearest(word: string, known: readonly string[]): string | null {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/^rollcall_/, '')
      .replace(/[^a-z0-9]/g, '')
  const wanted = plain(word)
  const ranked = known
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, plain(candidate)) }))
    .sort((one, other) => one.distance - other.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= Math.max(1, Math.floor(wanted.length / 3))
    ? best.candidate
    : null
}

/** How many letters must be changed, added, left out or swapped with a neighbour. */
function distanceOf(one: string, other: string): number {
  let before: number[] = []
  let above = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1]
      const isSwap =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      current[column] = Math.min(
        at(above, column) + 1,
        at(current, column - 1) + 1,
        at(above, column - 1) + (isSame ? 0 : 1),
        isSwap ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = above
    above = current
  }
  return at(above, other.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
