/** `key host`: the key by which customers know this server, and its change. */
import type { HostKeys } from '../../keys/host-key-rotation.ts'
import { type Context, jsonText } from './context.ts'
import { futureDay } from './day.ts'
import { EXIT, UsageError } from './failure.ts'
import { withSession } from './session.ts'

export async function showHostKeys(context: Context, { json }: { json: boolean }): Promise<number> {
  const keys = await withSession({ ...context, needs: 'look' }, ({ door }) => door.hostKeys())
  return await show(context, keys, json)
}

export async function makeNextHostKey(
  context: Context,
  { on, json }: { on: string | undefined; json: boolean },
): Promise<number> {
  if (on === undefined) {
    throw new UsageError(
      'When is the key to change? --on is missing.',
      'Add --on 2027-01-31, or another day.',
    )
  }
  const day = futureDay(on, '--on', new Date())
  const keys = await withSession({ ...context, needs: 'look' }, ({ door }) => door.makeNextHostKey(day))
  const ended = await show(context, keys, json)
  context.terminal.say(
    `Send both lines to your customers. On ${day}, run \`rollcall key host rotate\`; until then the old key stays.`,
  )
  return ended
}

export async function rotateHostKey(
  context: Context,
  { isEarly, json }: { isEarly: boolean; json: boolean },
): Promise<number> {
  const keys = await withSession({ ...context, needs: 'look' }, async ({ door }) => {
    const { next } = await door.hostKeys()
    const today = new Date().toISOString().slice(0, 10)
    if (next !== null && next.plannedFor > today && !isEarly) {
      throw new UsageError(
        `The change is planned for ${next.plannedFor}, and customers may rely on that.`,
        'Wait until then, or add --early if the old key must not be used any longer.',
      )
    }
    return await door.rotateHostKey()
  })
  const ended = await show(context, keys, json)
  context.terminal.say(
    'New connections see this key from now on. The old one is kept beside it, in the folder keys.',
  )
  return ended
}

async function show({ terminal }: Context, keys: HostKeys, json: boolean): Promise<number> {
  if (json) {
    await terminal.data(jsonText(keys))
    return EXIT.done
  }
  const { current, next } = keys
  const lines = [`now   ${current.fingerprint}`, `      ${current.publicKeyLine}`]
  if (next)
    lines.push(`next  ${next.fingerprint}, planned for ${next.plannedFor}`, `      ${next.publicKeyLine}`)
  await terminal.data(`${lines.join('\n')}\n`)
  return EXIT.done
}
