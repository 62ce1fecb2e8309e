/** `config`: what is set, and where it came from. */
import { loadConfig, resolveConfig, shownValue } from '../config.ts'
import { SETTINGS, type SettingKey } from '../settings.ts'
import { jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { warningText } from './session.ts'
import { type Column, tableText } from './table.ts'
import type { Terminal } from './terminal.ts'

type Flags = Partial<Record<SettingKey, string>>

export interface ShowOptions {
  readonly origin: boolean
  readonly json: boolean
}

interface Row {
  readonly key: SettingKey
  readonly env: string
  readonly value: string
  readonly origin: string
}

export async function showConfig(
  terminal: Terminal,
  flags: Flags,
  { origin, json }: ShowOptions,
): Promise<number> {
  const sources = { env: terminal.env, flags, cwd: terminal.cwd }
  const { config } = loadConfig(sources)
  const { origins } = resolveConfig(sources)
  const rows: Row[] = SETTINGS.map(({ key, env, defaultText }) => ({
    ...{ key, env, origin: origins[key] },
    value: shownValue(key, config) || (defaultText ?? ''),
  }))
  if (json) await terminal.data(jsonText(Object.fromEntries(rows.map(({ key, ...rest }) => [key, rest]))))
  else await terminal.data(tableText(origin ? [...COLUMNS, ORIGIN] : COLUMNS, rows, terminal.outColors))
  return EXIT.done
}

export async function checkConfig(
  terminal: Terminal,
  flags: Flags,
  { json }: { json: boolean },
): Promise<number> {
  const { file, problems, warnings } = resolveConfig({ env: terminal.env, flags, cwd: terminal.cwd })
  const { errColors } = terminal
  if (json) await terminal.data(jsonText({ valid: problems.length === 0, problems, warnings }))
  for (const { problem, fix } of json ? [] : problems) {
    terminal.complain(
      `${errColors.red(errColors.bold('CONFIG_INVALID'))}  ${problem}.\n${errColors.dim('Fix:')} ${fix}`,
    )
  }
  for (const warning of json ? [] : warnings) terminal.complain(warningText(terminal, warning))
  if (problems.length > 0) return EXIT.usage
  terminal.say(`The configuration is valid. (${file} is read where it exists.)`)
  return EXIT.done
}

const COLUMNS: readonly Column<Row>[] = [
  { header: 'Setting', cell: ({ key }) => key },
  { header: 'Value', cell: ({ value }) => value },
  { header: 'Variable', cell: ({ env }, colors) => colors.dim(env) },
]
const ORIGIN: Column<Row> = { header: 'From', cell: ({ origin }) => origin }
