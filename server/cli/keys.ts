/** `key`: who may deliver files by SFTP. */
import type { SftpKey } from '../../keys/keyring.ts'
import { type Context, jsonText } from './context.ts'
import { endOfDay, futureDay, lastDayBefore } from './day.ts'
import { EXIT } from './failure.ts'
import { openInput, shortText } from './input.ts'
import { keyState } from './key-state.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

/** Longer than any public key; a wrong file is not read to its end. */
const KEY_BYTES_MAX = 64 * 1024

export interface AddKeyOptions {
  readonly account: string
  readonly path: string
  /** Its last day. */
  readonly expires?: string
  /** Networks. */
  readonly from?: string
  readonly json: boolean
}

export async function addKey(
  { terminal, config }: Context,
  { account, path, expires, from, json }: AddKeyOptions,
): Promise<number> {
  const options = {
    ...(expires === undefined ? {} : { expiresAt: endOfDay(futureDay(expires, '--expires', new Date())) }),
    ...(from === undefined ? {} : { networks: from }),
  }
  const input = await openInput(terminal, path, 'key')
  const line = await shortText(input, KEY_BYTES_MAX)
  const key = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.addKey(account, line, options),
  )
  if (json) await terminal.data(jsonText(key))
  terminal.say(`Key ${key.fingerprint} (${key.type}) may now deliver files for ${key.slug}.`)
  return EXIT.done
}

export async function listKeys(
  { terminal, config }: Context,
  { account, json }: { account?: string; json: boolean },
): Promise<number> {
  const keys = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.listKeys(account ?? null),
  )
  const now = new Date().toISOString()
  if (json) await terminal.data(jsonText(keys))
  else if (keys.length > 0) await terminal.data(tableText(columns(now), keys, terminal.outColors))
  else terminal.say('No keys. Add one with `rollcall key add --account <slug> <file.pub>`.')
  return EXIT.done
}

export async function revokeKey(
  { terminal, config }: Context,
  fingerprint: string,
  { on, json }: { on?: string; json: boolean },
): Promise<number> {
  const day = on === undefined ? undefined : futureDay(on, '--on', new Date())
  const key = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.revokeKey(fingerprint, day === undefined ? undefined : endOfDay(day)),
  )
  if (json) await terminal.data(jsonText(key))
  const whose = `Key ${key.fingerprint} of ${key.slug}`
  if (day === undefined) terminal.say(`${whose} is revoked. Connections that it opened end within seconds.`)
  else terminal.say(`${whose} works until the end of ${day}, UTC.`)
  return EXIT.done
}

function columns(now: string): readonly Column<SftpKey>[] {
  return [
    { header: 'Account', cell: ({ slug }) => slug },
    { header: 'Fingerprint', cell: ({ fingerprint }) => fingerprint },
    { header: 'Type', cell: ({ type }) => type },
    { header: 'State', cell: (key, colors) => keyState(key, now, colors) },
    { header: 'Added', cell: ({ addedAt }) => addedAt.slice(0, 10) },
    { header: 'Until', cell: ({ expiresAt }) => (expiresAt === null ? '' : lastDayBefore(expiresAt)) },
    { header: 'From', cell: ({ networks }) => networks.join(', ') },
    { header: 'Last used', cell: ({ lastUsedAt }) => lastUsedAt?.slice(0, 10) ?? 'never' },
    { header: 'Comment', cell: ({ comment }) => printable(comment) },
  ]
}
