/** `account password`: for customers whose software knows no keys. */
import { type Context, jsonText } from './context.ts'
import { EXIT, UsageError } from './failure.ts'
import { openInput, shortText } from './input.ts'
import { withSession } from './session.ts'

/** Longer than any password; a wrong file is not read to its end. */
const BYTES_MAX = 64 * 1024

export async function setPassword(
  { terminal, config }: Context,
  account: string,
  { isOff, json }: { isOff: boolean; json: boolean },
): Promise<number> {
  const password = isOff ? null : await passwordFrom(terminal)
  const isSet = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.setPassword(account, password),
  )
  if (json) await terminal.data(jsonText({ account, password: isOff ? 'off' : 'on' }))
  if (!isOff)
    terminal.say(
      `${account} may now log in with this password, besides its keys. Open logins with an older one end.`,
    )
  else if (isSet) terminal.say(`${account} logs in with its keys only. Open logins with the password end.`)
  else terminal.say(`${account} had no password.`)
  return EXIT.done
}

/** The first line of stdin: on the command line every user of the machine could read it. */
async function passwordFrom(terminal: Context['terminal']): Promise<string> {
  if ('isTTY' in terminal.stdin && terminal.stdin.isTTY === true) {
    throw new UsageError(
      'The password comes in on stdin, so that nobody sees it typed.',
      'For example: openssl rand -base64 24 | tee password.txt | rollcall account password <slug>',
    )
  }
  const text = await shortText(await openInput(terminal, '-', 'password'), BYTES_MAX)
  const [line = ''] = text.split(/\r?\n/, 1)
  return line
}
