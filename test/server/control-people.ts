/** What both doors are asked about people, tokens and the audit log; each account has people of its own. */
import type { Door } from '../../server/control/door.ts'
import type { PEOPLE_METHODS } from '../../server/control/people-methods.ts'

type Call = [
  name: keyof typeof PEOPLE_METHODS,
  does: string,
  call: (door: Door, mine: { account: string }) => unknown,
]

const mail = (account: string) => `eve@${account}.example`
/** Made anew each time: nothing to compare. */
const unlike = { secret: '', id: '', ending: '', hash: '' }

export const PEOPLE_CALLS: readonly Call[] = [
  [
    'addUser',
    'somebody new',
    async (door, { account }) => {
      const roles = [{ account, role: 'viewer' as const }]
      const added = await door.addUser({ email: mail(account), name: 'Eve', roles })
      return { ...added, ...unlike, user: { ...added.user, ...unlike } }
    },
  ],
  ['addUser', 'the same again', (door, { account }) => door.addUser({ email: mail(account).toUpperCase() })],
  ['addUser', 'without a good address', (door) => door.addUser({ email: 'nobody' })],
  [
    'addUser',
    'in no account',
    (door) => door.addUser({ email: 'x@example.org', roles: [{ account: 'nobody', role: 'viewer' }] }),
  ],
  ['user', 'a known one', async (door, { account }) => ({ ...(await door.user(mail(account))), ...unlike })],
  ['user', 'an unknown one', (door) => door.user('nobody@example.org')],
  [
    'listUsers',
    'of an account',
    async (door, { account }) => (await door.listUsers(account)).map((one) => ({ ...one, ...unlike })),
  ],
  [
    'setRole',
    'another',
    async (door, { account }) => (await door.setRole(mail(account), account, 'data_admin')).roles,
  ],
  ['setRole', 'none', async (door, { account }) => (await door.setRole(mail(account), account, null)).roles],
  ['setRole', 'in no account', (door, { account }) => door.setRole(mail(account), 'nobody', 'viewer')],
  [
    'setOperator',
    'a known one',
    async (door, { account }) => (await door.setOperator(mail(account), true)).isOperator,
  ],
  [
    'resetUser',
    'a known one',
    async (door, { account }) => (await door.resetUser(mail(account))).secret.length,
  ],
  ['removeUser', 'a known one', async (door, { account }) => (await door.removeUser(mail(account))).name],
  ['removeUser', 'an unknown one', (door, { account }) => door.removeUser(mail(account))],
  [
    'addToken',
    'for an account',
    async (door, { account }) => ({ ...(await door.addToken({ name: 'ci', account }, 'Kim')), ...unlike }),
  ],
  [
    'addToken',
    'of too great a role',
    (door, { account }) => door.addToken({ name: 'ci', account, role: 'operator' }, 'Kim'),
  ],
  [
    'listTokens',
    'of an account',
    async (door, { account }) => (await door.listTokens(account)).map((one) => ({ ...one, ...unlike })),
  ],
  [
    'revokeToken',
    'a known one',
    async (door, { account }) => {
      const [token] = await door.listTokens(account)
      return { ...(await door.revokeToken(token?.id ?? '')), ...unlike }
    },
  ],
  ['revokeToken', 'an unknown one', (door) => door.revokeToken('nope')],
  [
    'auditLog',
    'of an account',
    async (door, { account }) =>
      (await door.auditLog(account, { limit: 3 })).entries.map(({ action, actor }) => ({ action, actor })),
  ],
  ['verifyAudit', 'of everything', async (door) => (await door.verifyAudit()).brokenAt],
]
