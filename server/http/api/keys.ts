/** Customers' SFTP keys, and the connections that are open. */
import { z } from 'zod'
import { ImportError } from '../../../importer/errors.ts'
import type { SftpKey } from '../../../keys/keyring.ts'
import type { Door } from '../../control/door.ts'
import { newKeyOptionsSchema } from '../../control/sftp-door.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { Connection, Connections, Key, Keys, pageOf } from './shapes.ts'

const tag = 'SFTP'
const look = { needs: 'viewer', accountBy: 'query' } as const
const answerFor = { needs: 'account_admin', accountBy: 'query' } as const

export const KEY_ENDPOINTS: readonly Endpoint[] = [
  endpoint(
    { method: 'GET', path: '/keys', access: look, tag, summary: 'SFTP keys, oldest first', answer: Keys },
    async ({ door, account }) => pageOf((await door.listKeys(account.slug)).map(shown)),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/keys', access: answerFor, tag, answer: Key, status: 201 },
      summary: 'lets a client in by its public key, one line of a `.pub` file',
      body: newKeyOptionsSchema.extend({ key: z.string().max(20_000) }),
    },
    async ({ door, account, body: { key, ...options } }) =>
      shown(await door.addKey(account.slug, key, options)),
  ),
  endpoint(
    {
      ...{ method: 'POST', path: '/keys/revoke', access: answerFor, tag, answer: Key },
      summary: 'ends a key, at once or at a time',
      body: z.object({ fingerprint: z.string().max(100), at: z.iso.datetime().exactOptional() }),
    },
    async ({ door, account, body: { fingerprint, at } }) => {
      await mustHaveKey(door, account.slug, fingerprint)
      return shown(await door.revokeKey(fingerprint, at))
    },
  ),
  endpoint(
    {
      ...{ method: 'GET', path: '/connections', access: answerFor, tag, answer: Connections },
      summary: 'SFTP connections that are logged in now',
    },
    async ({ door, account }) =>
      pageOf((await door.connections()).filter((one) => one.account === account.slug)),
  ),
  endpoint(
    {
      ...{ method: 'DELETE', path: '/connections/{id}', access: answerFor, tag, answer: Connection },
      summary: 'ends one',
    },
    async ({ door, account, param }) => {
      const id = Number(param('id')) || 0
      const found = (await door.connections()).find((one) => one.id === id && one.account === account.slug)
      if (found === undefined) throw new ImportError('CONNECTION_UNKNOWN', { id })
      return await door.endConnection(id)
    },
  ),
]

/** Another account's key is one that is not there. */
async function mustHaveKey(door: Door, account: string, fingerprint: string): Promise<void> {
  const keys = await door.listKeys(account)
  if (!keys.some((one) => one.fingerprint === fingerprint))
    throw new ImportError('KEY_UNKNOWN', { fingerprint })
}

function shown({ accountId: _, slug, networks, ...key }: SftpKey) {
  return { ...key, account: slug, networks: [...networks] }
}
