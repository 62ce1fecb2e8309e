/** `key`: who may deliver files by SFTP. */
import type { SftpKey } from '../../keys/keyring.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { openInput } from './input.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { type Colors, printable } from './terminal.ts'

/** Longer than any public key; a wrong file is not read to its end. */
const KEY_BYTES_MAX = 64 * 1024

export async function addKey(
  { terminal, config }: Context,
  { account, path, json }: { account: string; path: string; json: boolean },
): Promise<number> {
  const input = await openInput(terminal, path, 'key')
  const line = await textOf(input.bytes())
  const key = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.addKey(account, line))
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
  { json }: { json: boolean },
): Promise<number> {
  const key = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.revokeKey(fingerprint),
  )
  if (json) await terminal.data(jsonText(key))
  terminal.say(`Key ${key.fingerprint} of ${key.slug} is revoked: it opens no new connection.`)
  return EXIT.done
}

function columns(now: string): readonly Column<SftpKey>[] {
  return [
    { header: 'Account', cell: ({ slug }) => slug },
    { header: 'Fingerprint', cell: ({ fingerprint }) => fingerprint },
    { header: 'Type', cell: ({ type }) => type },
    { header: 'State', cell: (key, colors) => stateOf(key, now, colors) },
    { header: 'Added', cell: ({ addedAt }) => addedAt.slice(0, 10) },
    { header: 'Last used', cell: ({ lastUsedAt }) => lastUsedAt?.slice(0, 10) ?? 'never' },
    { header: 'Comment', cell: ({ comment }) => printable(comment) },
  ]
}

function stateOf({ revokedAt, expiresAt }: SftpKey, now: string, colors: Colors): string {
  if (revokedAt !== null) return colors.red('revoked')
  if (expiresAt !== null && expiresAt <= now) return colors.yellow('expired')
  return colors.green('active')
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of bytes) {
    chunks.push(chunk)
    size += chunk.length
    if (size > KEY_BYTES_MAX) break
  }
  return Buffer.concat(chunks).toString('utf8')
}
