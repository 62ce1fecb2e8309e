/** `secrets`: the master keys that seal what is secret, and their change. */
import type { SecretKeys } from '../../schemas/secret-keys.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'

export async function showSecrets(context: Context, { json }: { json: boolean }): Promise<number> {
  const { terminal } = context
  const found = await withSession({ ...context, needs: 'look' }, ({ door }) => door.secrets.show())
  if (json) await terminal.data(jsonText(found))
  else await showKeys(context, found)
  return found.keys.some(({ state }) => state === 'missing') ? EXIT.failed : EXIT.done
}

export async function rotateSecrets(context: Context, { json }: { json: boolean }): Promise<number> {
  const { terminal } = context
  const rotated = await withSession({ ...context, needs: 'look' }, ({ door }) => door.secrets.rotate())
  if (json) await terminal.data(jsonText(rotated))
  else await showKeys(context, rotated.after)
  terminal.say(rotated.isNew ? 'There is a new master key.' : 'The change that was begun goes on.')
  terminal.say(`Sealed anew: ${rotated.resealed}. Back the key file up now: ${rotated.after.path}`)
  if (rotated.retiredFrom !== null)
    terminal.say(
      `The older key still opens what is under way; a running server drops it after ${rotated.retiredFrom}.`,
    )
  const lost = Object.entries(rotated.unreadable)
  if (lost.length === 0) return EXIT.done
  terminal.say(
    `Not readable, so left as they are: ${listed(lost)}. Set these up anew; until then the old key stays.`,
  )
  return EXIT.failed
}

async function showKeys({ terminal }: Context, { keys, marks }: SecretKeys): Promise<void> {
  if (keys.length === 0) return terminal.say('No master key yet: it is made when the first secret is stored.')
  await terminal.data(tableText(KEYS, keys, terminal.outColors))
  if (marks > 0) terminal.say(`Marks of erased people: ${marks}. Each stays with the key that made it.`)
}

const STATES = { seals: 'seals and opens', opens: 'opens', missing: 'is not in the key file' } as const

const KEYS: readonly Column<SecretKeys['keys'][number]>[] = [
  { header: 'Key', cell: ({ id }) => id },
  { header: 'Since (UTC)', cell: ({ since }) => since?.slice(0, 19).replace('T', ' ') ?? '' },
  {
    header: 'State',
    cell: ({ state }, colors) => (state === 'missing' ? colors.red(STATES[state]) : STATES[state]),
  },
  { header: 'Sealed with it', cell: ({ sealed }) => listed(Object.entries(sealed)) || 'nothing' },
]

function listed(counts: readonly (readonly [string, number])[]): string {
  return counts.map(([kind, count]) => `${kind} ${count}`).join(', ')
}
