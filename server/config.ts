/**
 * Every setting, in one place. A value is looked for in four places, and the last one that has it wins: the default,
 * `rollcall.config.json` in the data directory, the environment (`ROLLCALL_…`), a flag. An empty variable counts as
 * not set, since Compose and systemd write one for what was left out.
 *
 * A key in the file that nobody knows is an error. A variable `ROLLCALL_…` that nobody knows is a warning: the
 * environment is shared with other programs and with other versions of this one, and must not stop a start.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { ImportError, problemOf } from '../importer/errors.ts'
import { nearest } from './nearest.ts'
import { type Config, configSchema, SETTINGS, type Setting, type SettingKey } from './settings.ts'

export const CONFIG_FILE = 'rollcall.config.json'

export type Origin = 'default' | 'file' | 'environment' | 'flag'

/** Something wrong with the configuration, in words that fit behind "is not valid:". */
export interface Problem {
  readonly problem: string
  readonly fix: string
}

export interface ResolvedConfig {
  /** Null where there are problems. */
  readonly config: Config | null
  readonly origins: Readonly<Record<SettingKey, Origin>>
  readonly file: string
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** As they were typed; numbers are still text. */
  readonly flags?: Partial<Readonly<Record<SettingKey, string>>>
  /** What a relative data directory starts from. */
  readonly cwd: string
}

/** The configuration, or the error that says all that is wrong with it. */
export function loadConfig(sources: ConfigSources): { config: Config; warnings: readonly Problem[] } {
  const { config, problems, warnings } = resolveConfig(sources)
  if (config !== null) return { config, warnings }
  throw new ImportError('CONFIG_INVALID', {
    problem: problems.map(({ problem }) => problem).join('; '),
    fix: [...new Set(problems.map(({ fix }) => fix))].join(' '),
  })
}

/** Looks in all places and collects everything that is wrong, for `config check`. */
export function resolveConfig({ env, flags = {}, cwd }: ConfigSources): ResolvedConfig {
  const values = new Map<SettingKey, { value: unknown; origin: Origin; name: string }>()
  const problems: Problem[] = []
  const say = (setting: Setting, value: unknown, origin: Origin, name: string) =>
    values.set(setting.key, { value, origin, name })

  const directory = resolve(cwd, flags.data || env['ROLLCALL_DATA'] || './data')
  const file = join(directory, CONFIG_FILE)
  const { entries, problem } = readConfigFile(file)
  if (problem !== null) problems.push(problem)
  problems.push(...unknownKeys(Object.keys(entries), file))

  for (const setting of SETTINGS) {
    say(setting, setting.default, 'default', setting.key)
    if (Object.hasOwn(entries, setting.key)) say(setting, entries[setting.key], 'file', `"${setting.key}"`)
    const variable = env[setting.env]
    if (variable) say(setting, fromText(setting, variable), 'environment', setting.env)
    const flag = flags[setting.key]
    if (flag !== undefined) say(setting, fromText(setting, flag), 'flag', nameOfFlag(setting))
  }

  const given = Object.fromEntries([...values].map(([key, { value }]) => [key, value]))
  const parsed = configSchema.safeParse(given)
  for (const issue of parsed.error?.issues ?? []) {
    const at = values.get(issue.path[0] as SettingKey) // strict schema over our own keys: a path starts with one
    // The value itself is not repeated: a database URL holds a password.
    problems.push({
      problem: `${at?.name ?? 'a setting'} has a value that cannot be used`,
      fix: sentence(issue.message),
    })
  }
  return {
    config: parsed.success && problems.length === 0 ? settle(parsed.data, directory) : null,
    // One entry was made for every setting above.
    origins: Object.fromEntries([...values].map(([key, { origin }]) => [key, origin])) as Record<
      SettingKey,
      Origin
    >,
    file,
    problems,
    warnings: unknownVariables(env),
  }
}

/** The value as it may be shown: passwords are masked. */
export function shownValue(key: SettingKey, config: Config): string {
  const value = config[key]
  if (key === 'databaseUrl' || key === 'smtpUrl') return maskPassword(config[key] ?? '')
  return value === null ? '' : String(value)
}

/** A URL without its password. */
export function maskPassword(url: string): string {
  return url
    .replace(/^(\w+:\/\/[^:@/]*):.*@/, '$1:***@')
    .replace(/([?&](?:password|sslpassword)=)[^&]*/gi, '$1***')
}

function settle(config: z.output<typeof configSchema>, directory: string): Config {
  const { databaseUrl } = config
  const isPostgres = /^postgres/.test(databaseUrl)
  const path = resolve(directory, databaseUrl.replace(/^sqlite:(\/\/)?/, ''))
  return Object.freeze({
    ...config,
    data: directory,
    databaseUrl: isPostgres ? databaseUrl : `sqlite:${path}`,
  })
}

function readConfigFile(path: string): { entries: Record<string, unknown>; problem: Problem | null } {
  const nothing = (problem: string | null, fix = '') => ({
    entries: {},
    problem: problem === null ? null : { problem: `${path} ${problem}`, fix },
  })
  let text: string
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '')
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))
    if (isMissing) return nothing(null)
    return nothing(`cannot be read (${problemOf(error)})`, 'Check its permissions.')
  }
  try {
    return { entries: z.record(z.string(), z.unknown()).parse(JSON.parse(text)), problem: null }
  } catch {
    // Without the parser's message: it quotes the text, which may hold a password.
    return nothing('is not a JSON object', 'Correct it; `{ "sftpPort": 2222 }` is one.')
  }
}

function unknownKeys(keys: readonly string[], file: string): Problem[] {
  const known = SETTINGS.map((setting) => setting.key).filter((key) => key !== 'data')
  return keys
    .filter((key) => key !== '$schema' && !(known as string[]).includes(key))
    .map((key) =>
      key === 'data'
        ? {
            problem: `${file} sets "data", the directory it lies in`,
            fix: 'Remove it and set ROLLCALL_DATA or --data.',
          }
        : { problem: `${file} has the unknown key "${key}"`, fix: didYouMean(key, known) ?? 'Remove it.' },
    )
}

function unknownVariables(env: ConfigSources['env']): Problem[] {
  const known = SETTINGS.map((setting) => setting.env)
  return Object.keys(env)
    .filter((name) => name.startsWith('ROLLCALL_') && !(known as string[]).includes(name))
    .sort()
    .map((name) => ({
      problem: `the environment has ${name}, which is no setting`,
      fix: didYouMean(name, known) ?? 'See all settings with `rollcall config show`.',
    }))
}

/** Numbers come as text from a shell. What is no number stays text, and the schema says so. */
function fromText(setting: Setting, text: string): unknown {
  if (typeof setting.default !== 'number') return text
  return /^\d+$/.test(text) ? Number(text) : text
}

function nameOfFlag(setting: Setting): string {
  return setting.flag?.split(' ', 1)[0] ?? setting.key
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`
}

function didYouMean(name: string, known: readonly string[]): string | null {
  const found = nearest(name, known)
  return found === null ? null : `Did you mean ${found}?`
}
