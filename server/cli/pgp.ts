/** `pgp`: keys by which encrypted files are opened, and their senders proved. */
import type { PgpKey } from '../../keys/pgp-keyring.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { openInput, shortText } from './input.ts'
import { keyState } from './key-state.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'
import { printable } from './terminal.ts'

/** Longer than any key with its signatures; a wrong file is not read to its end. */
const KEY_BYTES_MAX = 1024 * 1024

export async function newPgpKey(
  { terminal, config }: Context,
  { account, json }: { account: string; json: boolean },
): Promise<number> {
  const key = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.newPgpKey(account))
  await terminal.data(json ? jsonText(key) : key.publicKey)
  terminal.say(
    `Key ${key.fingerprint} opens files for ${key.slug}. Give the public key above to whoever sends them, and let them in with \`rollcall source set sftp --account ${key.slug} pgp=optional\`.`,
  )
  return EXIT.done
}

export async function addPgpKey(
  { terminal, config }: Context,
  { account, path, json }: { account: string; path: string; json: boolean },
): Promise<number> {
  const input = await openInput(terminal, path, 'key')
  const armored = await shortText(input, KEY_BYTES_MAX)
  const key = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.addPgpKey(account, armored),
  )
  if (json) await terminal.data(jsonText(key))
  terminal.say(
    key.kind === 'own'
      ? `Key ${key.fingerprint} opens files for ${key.slug}.`
      : `Key ${key.fingerprint} proves who signed files for ${key.slug}; demand it with \`rollcall source set sftp --account ${key.slug} pgpSignature=required\`.`,
  )
  return EXIT.done
}

export async function listPgpKeys(
  { terminal, config }: Context,
  { account, json }: { account?: string; json: boolean },
): Promise<number> {
  const keys = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.listPgpKeys(account ?? null),
  )
  const now = new Date().toISOString()
  if (json) await terminal.data(jsonText(keys))
  else if (keys.length > 0) await terminal.data(tableText(columns(now), keys, terminal.outColors))
  else terminal.say('No PGP keys. Make one with `rollcall pgp new --account <slug>`.')
  return EXIT.done
}

/** Prints the armored public key, for a sender. */
export async function showPgpKey({ terminal, config }: Context, fingerprint: string): Promise<number> {
  const key = await withSession({ config, terminal, needs: 'look' }, ({ door }) => door.pgpKey(fingerprint))
  await terminal.data(key.publicKey)
  return EXIT.done
}

export async function revokePgpKey(
  { terminal, config }: Context,
  fingerprint: string,
  { json }: { json: boolean },
): Promise<number> {
  const key = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.revokePgpKey(fingerprint),
  )
  if (json) await terminal.data(jsonText(key))
  const what = key.kind === 'own' ? 'opens no more files' : 'proves no more signatures'
  terminal.say(`Key ${key.fingerprint} of ${key.slug} is revoked: it ${what}.`)
  return EXIT.done
}

function columns(now: string): readonly Column<PgpKey>[] {
  return [
    { header: 'Account', cell: ({ slug }) => slug },
    { header: 'Fingerprint', cell: ({ fingerprint }) => fingerprint },
    {
      header: 'Whose',
      cell: ({ kind }) => (kind === 'own' ? 'ours, opens files' : 'a sender, proves signatures'),
    },
    { header: 'State', cell: (key, colors) => keyState(key, now, colors) },
    { header: 'Added', cell: ({ addedAt }) => addedAt.slice(0, 10) },
    { header: 'User', cell: ({ userId }) => printable(userId) },
  ]
}
