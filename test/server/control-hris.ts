/** What the control socket is asked about connections. Nothing answers at the address, so nobody is ever read. */
import type { GivenSecrets } from '../../importer/types.ts'
import type { Door } from '../../server/control/door.ts'
import type { HRIS_METHODS } from '../../server/control/hris-methods.ts'

type Call = (door: Door, mine: { readonly account: string }) => unknown

const source = 'trinet'
const by = 'Kim'
const secrets: GivenSecrets = { kind: 'trinet', clientId: 'id', clientSecret: 'secret' }
const settings = { companyId: 'CJ6', apiUrl: 'https://127.0.0.1:1' }

export const HRIS_CALLS: [name: keyof typeof HRIS_METHODS, does: string, call: Call][] = [
  ['hris.readAccess', 'of a system', ({ hris }) => hris.readAccess('justworks')],
  [
    'hris.connect',
    'to an address nobody may ask',
    ({ hris }, { account }) => hris.connect(account, { kind: 'trinet', settings, secrets }),
  ],
  [
    'hris.connect',
    'without a company',
    ({ hris }, { account }) => hris.connect(account, { kind: 'trinet', settings: {}, secrets }),
  ],
  ['hris.show', 'one that is there', ({ hris }, { account }) => hris.show(account, source)],
  ['hris.show', 'one that is not', ({ hris }, { account }) => hris.show(account, 'none')],
  ['hris.list', 'of an account', ({ hris }, { account }) => hris.list(account)],
  [
    'hris.setAutoSync',
    'on',
    ({ hris }, { account }) => hris.setAutoSync(account, source, { on: true, times: ['04:00'] }),
  ],
  [
    'hris.configure',
    'another company',
    ({ hris }, { account }) => hris.configure(account, source, { companyId: 'AB1' }),
  ],
  ['hris.configure', 'no setting', ({ hris }, { account }) => hris.configure(account, source, { pay: true })],
  ['hris.reauthorize', 'as before', ({ hris }, { account }) => hris.reauthorize(account, source, null)],
  ['hris.finalise', 'too early', ({ hris }, { account }) => hris.finalise(account, source, { by })],
  ['hris.sync', 'too early', ({ hris }, { account }) => hris.sync(account, source, { by })],
  ['hris.pause', 'too early', ({ hris }, { account }) => hris.pause(account, source)],
  ['hris.resume', 'too early', ({ hris }, { account }) => hris.resume(account, source)],
  ['hris.mappable', 'unreachable', ({ hris }, { account }) => hris.mappable(account, source)],
  [
    'hris.proposeMapping',
    'two fields for one column',
    ({ hris }, { account }) => {
      const change = { fields: { title: { kind: 'field', field: 'email' } } } as const
      return hris.proposeMapping(account, source, { change, by, reason: null })
    },
  ],
  ['hris.useMapping', 'the first', ({ hris }, { account }) => hris.useMapping(account, source, 1)],
  [
    'hris.revertMapping',
    'to none',
    ({ hris }, { account }) => hris.revertMapping(account, source, { to: 9, by, reason: 'why' }),
  ],
  [
    'hris.revertMapping',
    'to the first',
    ({ hris }, { account }) => hris.revertMapping(account, source, { to: 1, by, reason: null }),
  ],
  ['hris.mappings', 'all', ({ hris }, { account }) => hris.mappings(account, source)],
  ['hris.disconnect', 'it', ({ hris }, { account }) => hris.disconnect(account, source)],
  ['hris.work', 'what is due', ({ hris }) => hris.work()],
]
