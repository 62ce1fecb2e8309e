/** What the forms of connections say, as the door takes it. */
import type { AutoSyncChange, ConnectorKind, GivenSecrets, NewConnection } from '../../../importer/types.ts'

type Form = Readonly<Record<string, string>>

/** What is left empty is not said, so that the default holds. */
export function newConnection(kind: ConnectorKind, form: Form): NewConnection {
  const settings: Record<string, unknown> = {}
  for (const [name, text] of saidOf(form, 'set_')) {
    const [outer = '', inner] = name.split('.')
    if (inner === undefined) settings[outer] = text
    else settings[outer] = { ...(settings[outer] as object | undefined), [inner]: text === 'true' }
  }
  const source = form['source']?.trim()
  // What is missing is said by the importer, by name.
  const secrets = givenSecrets(kind, form) ?? ({ kind } as GivenSecrets)
  return { kind, settings, secrets, ...(source ? { source } : {}) }
}

/** Null where none was typed. The importer checks them. */
export function givenSecrets(kind: ConnectorKind, form: Form): GivenSecrets | null {
  const said = saidOf(form, 'secret_')
  if (said.length === 0) return null
  return { kind, ...Object.fromEntries(said) } as GivenSecrets // its schema is the importer's first question
}

/** Without what must not be shown again. */
export function withoutSecrets(form: Form): Form {
  return Object.fromEntries(Object.entries(form).filter(([name]) => !name.startsWith('secret_')))
}

export function autoSyncOfForm({ on, times = '' }: Form): AutoSyncChange {
  const given = times.split(/[\s,;]+/).filter((one) => one !== '')
  return { on: on === 'yes', ...(given.length === 0 ? {} : { times: given }) }
}

function saidOf(form: Form, prefix: string): (readonly [string, string])[] {
  return Object.entries(form).flatMap(([name, text]) =>
    name.startsWith(prefix) && text.trim() !== '' ? [[name.slice(prefix.length), text.trim()] as const] : [],
  )
}
