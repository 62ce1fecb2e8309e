/**
 * Settings as they are typed: `leaversMax=20`, `mapping.Kst="Cost Centre"`, `values.Worker Type.W2=Employee`,
 * `encoding=` for the default. A dot goes into a setting that holds several things by name.
 */

import type { SettingsChange } from '../../schemas/account.ts'
import { COLUMNS } from '../../schemas/columns.ts'
import { headerKey } from '../../schemas/headers.ts'
import { nearest } from '../nearest.ts'
import { UsageError } from './failure.ts'

type Json = SettingsChange[string]
type Named = Record<string, Json>

/** What the words change, over the settings as they stand. Throws a usage error that names the word. */
export function changeOf(
  words: readonly string[],
  current: Readonly<Record<string, unknown>>,
): SettingsChange {
  const change: Record<string, Json> = {}
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 1)
      throw new UsageError(`"${word}" is no setting.`, 'Write name=value, for example leaversMax=20.')
    const path = word.slice(0, at)
    const [key = '', ...inner] = split(path)
    const text = word.slice(at + 1)
    if (!Object.hasOwn(current, key)) throw unknownSetting(key, Object.keys(current))
    if (inner.length === 0) {
      change[key] = text === '' ? null : settingOf(text, current[key])
      continue
    }
    const whole = change[key] ?? current[key]
    if (!isNamed(whole)) throw new UsageError(`The setting "${key}" has no parts.`, `Write ${key}=value.`)
    change[key] = withPart(whole, inner, text === '' ? null : partOf(key, text))
  }
  return change
}

function unknownSetting(key: string, known: readonly string[]): UsageError {
  const meant = nearest(key, known)
  const fix = meant === null ? '`rollcall source show` lists them all.' : `Did you mean ${meant}?`
  return new UsageError(`A source has no setting "${key}".`, fix)
}

/** The first dot goes into the setting; of `values` the last one divides the column from the value. */
function split(path: string): string[] {
  const first = path.indexOf('.')
  if (first === -1) return [path]
  const [key, rest] = [path.slice(0, first), path.slice(first + 1)]
  const last = rest.lastIndexOf('.')
  return key === 'values' && last > 0 ? [key, rest.slice(0, last), rest.slice(last + 1)] : [key, rest]
}

function withPart(whole: Named, [name = '', ...inner]: readonly string[], value: Json): Named {
  const { [name]: before, ...others } = whole
  if (inner.length > 0) {
    const part = withPart(isNamed(before) ? before : {}, inner, value)
    return Object.keys(part).length === 0 ? others : { ...others, [name]: part }
  }
  return value === null ? others : { ...others, [name]: value }
}

/** Text stays text where text is what the setting holds: `clearTokens` and numbers are JSON. */
function settingOf(text: string, current: unknown): Json {
  if (typeof current === 'string' || current === null) return text
  try {
    return JSON.parse(text)
  } catch {
    return Array.isArray(current) ? text.split(',').map((one) => one.trim()) : text
  }
}

function partOf(key: string, text: string): Json {
  return key === 'mapping' ? targetOf(text) : text
}

/** What a header stands for: a field by any name that Rollcall knows, `-` for nothing, else a demographic. */
function targetOf(text: string): Json {
  if (text === '-') return { kind: 'ignore' }
  const key = headerKey(text)
  const column = COLUMNS.find(({ header, aliases }) =>
    [header, ...aliases].some((name) => headerKey(name) === key),
  )
  return column ? { kind: 'field', field: column.field } : { kind: 'demographic', label: text }
}

function isNamed(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
