/** What proves to an HRIS who asks, from a file or stdin: never from the command line, which others can read. */
import { type GivenSecrets, givenSecretsSchema, SECRET_NAMES } from '../../../schemas/connection-secrets.ts'
import type { ConnectorKind } from '../../../schemas/hris/connection.ts'
import { UsageError } from '../failure.ts'
import { openInput, shortText } from '../input.ts'
import type { Terminal } from '../terminal.ts'

const BYTES_MAX = 64_000

/** As JSON, or a name and a value a line: `clientId=…`. */
export async function readSecrets(
  terminal: Terminal,
  kind: ConnectorKind,
  path: string,
): Promise<GivenSecrets> {
  const names = SECRET_NAMES[kind]
  if (path === '-' && terminal.isLive) {
    const lines = names.map((name) => `${name}=…`).join(' and ')
    terminal.say(`Type ${lines}, a line each, then Ctrl-D. Or give a file with --secrets.`)
  }
  const text = await shortText(await openInput(terminal, path, 'secrets'), BYTES_MAX)
  const parsed = givenSecretsSchema.safeParse({ ...namedValues(text), kind })
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  const name = first?.path.map(String).join('.') ?? ''
  const problem = name === '' ? (first?.message ?? 'not complete') : `"${name}" is missing or not right`
  throw new UsageError(
    `The credentials cannot be used: ${problem}.`,
    `Give ${names.join(' and ')}, a line each as name=value, or as JSON.`,
  )
}

function namedValues(text: string): Record<string, unknown> {
  const trimmed = text.trim()
  if (trimmed.startsWith('{')) {
    try {
      return JSON.parse(trimmed)
    } catch {
      throw new UsageError('The credentials are no JSON.', 'Correct it, or write a line each as name=value.')
    }
  }
  const lines = trimmed.split(/\r?\n/).filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=')
      return at < 1 ? ['', ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    }),
  )
}
