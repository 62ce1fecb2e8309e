import { expect, test } from 'vitest'
import { auditedDoor } from '../../server/control/audited-door.ts'
import type { Door } from '../../server/control/door.ts'
import { METHODS, STREAMS } from '../../server/control/methods.ts'
import { startHttp } from '../support/http-server.ts'

/**
 * What only looks, or is no act of a person. Whoever adds a question to the door says here that it changes nothing, or
 * has it written down by the audited door.
 */
const LOOKS = [
  ...[
    'listUsers',
    'user',
    'listTokens',
    'auditLog',
    'verifyAudit',
    'listAccounts',
    'account',
    'labels',
    'sources',
  ],
  ...['source', 'run', 'runs', 'progress', 'plan', 'undoPreview', 'employee', 'mergePreview', 'duplicates'],
  ...[
    'erasePreview',
    'demographics',
    'missing',
    'validateFor',
    'settled',
    'listKeys',
    'connections',
    'hostKeys',
  ],
  ...['listPgpKeys', 'pgpKey', 'ownership', 'ownershipPreview', 'editPreview', 'redactionPreview', 'status'],
  ...[
    'outbox.recipients',
    'outbox.messages',
    'outbox.attempts',
    'webhooks.list',
    'secrets.show',
    'lifecycle.events',
    'lifecycle.feeds',
    'retention.settings',
  ],
  ...['retention.preview', 'demographicsMerge'],
  ...['hris.list', 'hris.show', 'hris.mappable', 'hris.mappings', 'hris.readAccess'],
  // What is due by the clock, and nobody's wish.
  'hris.work',
  // The intake's own: what it enters was handed in by somebody, which is written down there.
  ...['enter', 'receive', 'unknownDeliveries', 'deliveryRules', 'checkSidecar'],
]

/** Names of a door's functions; those of its parts as the control socket calls them. */
function functionsOf(door: Door): Map<string, unknown> {
  const all = Object.entries(door).flatMap(([name, it]): [string, unknown][] =>
    typeof it === 'object'
      ? Object.entries(it).map(([inner, call]) => [asMethod(name, inner), call])
      : [[name, it]],
  )
  return new Map(all)
}

function asMethod(part: string, name: string): string {
  const whole = `${part}.${name}`
  return Object.hasOwn(METHODS, whole) ? whole : name
}

test('everything that changes something is written down, and what is not only looks', async () => {
  await using http = await startHttp()
  const { door } = http.server
  const plain = functionsOf(door)
  const audited = functionsOf(auditedDoor(door, { audit: { record: async () => {} }, actor: 'a test' }))
  const changed = [...audited].filter(([name, call]) => plain.get(name) !== call).map(([name]) => name)
  const asked = [...Object.keys(METHODS), ...Object.keys(STREAMS), 'deliver']
  expect(asked.filter((name) => !changed.includes(name)).sort()).toEqual([...LOOKS].sort())
})
