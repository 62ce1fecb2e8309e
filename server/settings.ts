/** Every setting of the server: its key, its names in the environment and on the command line, its default, its schema. */
import { z } from 'zod'
import { parseNetworks } from '../keys/networks.ts'
import { LOG_LEVELS } from './log.ts'
import { DEFAULT_LIMITS } from './sftp/limits.ts'

const host = z.string().regex(/^[A-Za-z0-9.:_-]+$/, 'use an address or a host name')
const amount = (least: number) => z.int('use a whole number').min(least, `use a number from ${least} on`)
const port = z.int('use a number from 0 to 65535').min(0).max(65_535)

const keys = {
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
  httpProxies: z
    .string()
    .refine(isListOfNetworks, 'use addresses and networks with commas between, such as 10.0.0.0/8,::1'),
  accountBytesMax: amount(1),
  accountFilesMax: amount(1),
  diskReserveBytes: amount(0),
  smtpUrl: z
    .string()
    .regex(/^smtps?:\/\/[^/\s]+/, 'use smtp://user:password@host:587 or smtps://user:password@host')
    .refine(
      (url) => URL.canParse(url),
      'use smtp://user:password@host:587; write what is special in a password as %40',
    )
    .nullable(),
  mailFrom: z
    .string()
    .regex(
      /^([^<>\r\n]*<)?[^\s<>@]+@[^\s<>@]+>?$/,
      'use an address, or a name and an address: Rollcall <rollcall@example.com>',
    )
    .nullable(),
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'use https://rollcall.example.com' })
    .refine((url) => !/[?#]/.test(url), 'use an address without ? and #')
    .transform((url) => url.replace(/\/+$/, ''))
    .nullable(),
  webhookNetworks: z
    .string()
    .refine(isListOfNetworks, 'use addresses and networks with commas between, such as 10.0.0.0/8,fd00::/8'),
  hrisPrivate: z.enum(['off', 'on'], 'use on or off'),
  logLevel: z.enum(LOG_LEVELS, `use one of ${LOG_LEVELS.join(', ')}`),
  secretFile: z.string().min(1).nullable(),
  nodeId: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'use up to 64 letters, digits, dots, hyphens and underscores')
    .nullable(),
}
export const configSchema = z
  .strictObject(keys)
  .refine(({ smtpUrl, mailFrom }) => smtpUrl === null || mailFrom !== null, {
    path: ['mailFrom'],
    error: 'with ROLLCALL_SMTP_URL, set ROLLCALL_MAIL_FROM to the address that mails come from',
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
    key: 'httpProxies',
    env: 'ROLLCALL_HTTP_PROXIES',
    flag: null,
    default: '127.0.0.0/8,::1',
    description:
      'Addresses of proxies in front of HTTP: their `X-Forwarded-For` says where a request came from. Anybody else who sends one is not believed.',
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
    key: 'smtpUrl',
    env: 'ROLLCALL_SMTP_URL',
    flag: null,
    default: null,
    defaultText: 'none: no mails',
    description:
      'Server that takes mails: `smtp://user:password@host:587` (encrypted if it can; always with a password) or `smtps://…`.',
  },
  {
    key: 'mailFrom',
    env: 'ROLLCALL_MAIL_FROM',
    flag: null,
    default: null,
    defaultText: 'none',
    description: 'Address that mails come from, such as `Rollcall <rollcall@example.com>`.',
  },
  {
    key: 'publicUrl',
    env: 'ROLLCALL_PUBLIC_URL',
    flag: null,
    default: null,
    defaultText: 'the address on which HTTP listens',
    description:
      'Where people find the pages, such as `https://rollcall.example.com`: links in mails begin with it. With `https`, sessions are kept in cookies that browsers send over https only.',
  },
  {
    key: 'webhookNetworks',
    env: 'ROLLCALL_WEBHOOK_NETWORKS',
    flag: null,
    default: '',
    defaultText: 'none',
    description:
      'Private addresses and networks that webhooks may reach, and by plain HTTP too, such as `10.0.0.0/8`. All others inside are refused.',
  },
  {
    key: 'hrisPrivate',
    env: 'ROLLCALL_HRIS_PRIVATE',
    flag: null,
    default: 'off',
    description:
      '`on` lets connections reach an HRIS at a private address or on this machine; otherwise such addresses are refused, whatever a name resolves to.',
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

function isListOfNetworks(text: string): boolean {
  try {
    parseNetworks(text)
    return true
  } catch {
    return false
  }
}
