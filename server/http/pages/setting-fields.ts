/** The settings of a source as fields of a form: made from their schema, so a new setting has its field by itself. */
import { z } from 'zod'
import type { SettingsChange, Source } from '../../../importer/types.ts'
import { sourceSettingsSchema } from '../../../schemas/account.ts'
import { guardSettings } from '../../../schemas/guards.ts'
import { targetText as mappedText, targetOf } from '../../../schemas/mapped-target.ts'
import { savedMappingSchema } from '../../../schemas/mapping.ts'
import { deliverySettings, limitSettings, readingSettings } from '../../../schemas/reading.ts'
import { policySettings } from '../../../schemas/reading-policy.ts'
import { SOURCES } from './words/sources.ts'

const { form: WORDS } = SOURCES
export type Group = keyof typeof WORDS.groups
type Json = SettingsChange[string]

export interface SettingField {
  readonly key: string
  readonly label: string
  /** What it does; names of settings and values stand between backticks. */
  readonly description: string
  readonly kind: 'choice' | 'flag' | 'number' | 'text' | 'lines'
  readonly choices: readonly string[]
  /** As it stands in the field. */
  readonly value: string
  readonly byDefault: string
  readonly isDefault: boolean
}

const DEFAULTS: Readonly<Record<string, unknown>> = sourceSettingsSchema.parse({})
const SHAPE: Readonly<Record<string, z.ZodType>> = sourceSettingsSchema.shape

const GROUP_OF: Readonly<Record<string, Group>> = Object.fromEntries(
  (
    [
      ['guards', guardSettings],
      ['delivery', deliverySettings],
      ['reading', readingSettings],
      ['policy', policySettings],
      ['limits', limitSettings],
    ] as const
  ).flatMap(([group, settings]) => Object.keys(settings).map((key) => [key, group])),
)

/** By group, in the order of the schema. */
export function settingFields({ settings }: Pick<Source, 'settings'>): ReadonlyMap<Group, SettingField[]> {
  const fields = Object.entries(settings).map(([key, value]) => fieldOf(key, value))
  const groups = Object.keys(WORDS.groups) as Group[] // its own keys
  return new Map(
    groups.map((group) => [group, fields.filter(({ key }) => (GROUP_OF[key] ?? 'what') === group)]),
  )
}

function fieldOf(key: string, value: unknown): SettingField {
  const choices = choicesOf(key)
  const byDefault = DEFAULTS[key]
  return {
    ...{ key, label: labelOf(key), choices, kind: kindOf(byDefault, choices) },
    description: SHAPE[key]?.description ?? '',
    value: textOf(key, value),
    byDefault: textOf(key, byDefault),
    isDefault: JSON.stringify(value) === JSON.stringify(byDefault),
  }
}

/** `leaversShareMax` -> `Leavers share max`. */
export function labelOf(key: string): string {
  const words = key.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function kindOf(byDefault: unknown, choices: readonly string[]): SettingField['kind'] {
  if (choices.length > 0) return 'choice'
  if (typeof byDefault === 'boolean') return 'flag'
  if (typeof byDefault === 'number') return 'number'
  return typeof byDefault === 'object' && byDefault !== null ? 'lines' : 'text'
}

function choicesOf(key: string): readonly string[] {
  const schema = SHAPE[key]
  const inner = schema instanceof z.ZodDefault ? schema.def.innerType : schema
  return inner instanceof z.ZodEnum ? inner.options.map(String) : []
}

function textOf(key: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return value.map((one) => lineOf(one)).join('\n')
  return Object.entries(value)
    .flatMap(([name, inner]) => namedLines(key, name, inner))
    .join('\n')
}

/** An exclusion, or a word. */
function lineOf(one: unknown): string {
  if (typeof one !== 'object' || one === null) return String(one)
  const { column, is } = one as { column?: string; is?: readonly string[] } // an exclusion of ours
  return column === undefined ? JSON.stringify(one) : `${column} = ${(is ?? []).join(' | ')}`
}

function namedLines(key: string, name: string, inner: unknown): string[] {
  if (key === 'mapping') return [`${name} = ${targetText(inner)}`]
  if (typeof inner === 'object' && inner !== null)
    return Object.entries(inner).map(([sent, meant]) => `${name}: ${sent} = ${String(meant)}`)
  return [`${name} = ${String(inner)}`]
}

function targetText(target: unknown): string {
  const [parsed] = Object.values(savedMappingSchema.parse({ header: target }))
  return parsed === undefined ? '-' : mappedText(parsed)
}

/** A field that was not filled in as it should be. */
export class FieldProblem extends Error {}

/** What a form changes; a field that says what holds by default is put back to it. Throws `FieldProblem`. */
export function changeOf(given: Readonly<Record<string, string>>): SettingsChange {
  const change: Record<string, Json> = {}
  for (const [name, raw] of Object.entries(given)) {
    const key = name.startsWith('set_') ? name.slice('set_'.length) : ''
    if (!Object.hasOwn(DEFAULTS, key)) continue
    const value = fieldValue(key, raw.replaceAll('\r\n', '\n').trim())
    change[key] = JSON.stringify(value) === JSON.stringify(DEFAULTS[key]) ? null : value
  }
  return change
}

function fieldValue(key: string, text: string): Json {
  const byDefault = DEFAULTS[key]
  const { kind } = fieldOf(key, byDefault)
  if (kind === 'flag') return text === 'true'
  if (kind === 'lines') return linesOf(key, text, Array.isArray(byDefault))
  if (text === '') return null
  // What is nothing by default may hold a text or a number: its schema says which.
  if (kind !== 'number' && SHAPE[key]?.safeParse(text).success !== false) return text
  if (kind === 'choice') return text
  const number = Number(text.replace(',', '.'))
  if (!Number.isFinite(number)) throw new FieldProblem(WORDS.badNumber(labelOf(key)))
  return number
}

function linesOf(key: string, text: string, isList: boolean): Json {
  const lines = text
    .split('\n')
    .map((line, at) => ({ line: line.trim(), at: at + 1 }))
    .filter(({ line }) => line !== '')
  if (isList && key !== 'exclusions') return lines.map(({ line }) => line)
  const pairs = lines.map(({ line, at }) => {
    const [, name, value] = /^(.*?[^ =])\s*=\s*(.+)$/.exec(line) ?? []
    if (name === undefined || value === undefined) throw new FieldProblem(WORDS.badLine(at, labelOf(key)))
    return [name, value, at] as const
  })
  if (key === 'exclusions')
    return pairs.map(([column, values]) => ({ column, is: values.split('|').map((one) => one.trim()) }))
  if (key === 'mapping') return Object.fromEntries(pairs.map(([header, to]) => [header, targetOf(to)]))
  if (key !== 'values') return Object.fromEntries(pairs.map(([name, value]) => [name, value]))
  const columns: Record<string, Record<string, string>> = {}
  for (const [left, meant, at] of pairs) {
    const [, column, sent] = /^([^:]+):\s*(.+)$/.exec(left) ?? []
    if (column === undefined || sent === undefined) throw new FieldProblem(WORDS.badLine(at, labelOf(key)))
    columns[column.trim()] = { ...columns[column.trim()], [sent]: meant }
  }
  return columns
}
