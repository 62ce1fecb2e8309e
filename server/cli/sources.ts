/** `source`: where an account's data comes from, and how it is read and guarded. */
import { wrapped } from '../../importer/importer.ts'
import type { Source } from '../../importer/types.ts'
import { sourceSettingsSchema } from '../../schemas/account.ts'
import type { Feed } from '../../schemas/watch.ts'
import { changeOf } from './assignments.ts'
import { type Context, jsonText } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import { readSettings } from './settings-file.ts'
import { type Column, tableText } from './table.ts'
import { type Colors, printable } from './terminal.ts'

export async function listSources(
  { terminal, config }: Context,
  { account, json }: { account?: string; json: boolean },
): Promise<number> {
  const sources = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.sources(account ?? null),
  )
  if (json) await terminal.data(jsonText(sources))
  else if (sources.length > 0) await terminal.data(tableText(SOURCES, sources, terminal.outColors))
  else terminal.say('No sources: every account has some. Add one with `rollcall account add <slug>`.')
  return EXIT.done
}

export async function showSource(
  { terminal, config }: Context,
  { account, name, explain, json }: { account: string; name: string; explain: boolean; json: boolean },
): Promise<number> {
  const [source, feeds] = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    Promise.all([door.source(account, name), door.lifecycle.feeds(account)]),
  )
  for (const line of feedLines(feeds.find((feed) => feed.source === name))) terminal.say(line)
  if (json) await terminal.data(jsonText(source))
  else if (explain) await terminal.data(explained(settingsOf(source), terminal.outColors))
  else await terminal.data(tableText(SETTINGS, settingsOf(source), terminal.outColors))
  return EXIT.done
}

export async function setSource(
  { terminal, config }: Context,
  given: { account: string; name: string; words: readonly string[]; file?: string; json: boolean },
): Promise<number> {
  const { account, name, words, file, json } = given
  const fromFile = file === undefined ? {} : await readSettings(terminal, file)
  const source = await withSession({ config, terminal, needs: 'look' }, async ({ door }) => {
    const { settings } = await door.source(account, name)
    return await door.setSource(account, name, {
      ...fromFile,
      ...changeOf(words, { ...settings, ...fromFile }),
    })
  })
  if (json) await terminal.data(jsonText(source))
  terminal.say(
    `Source ${name} of ${account} is set. It holds for the next file; \`rollcall source show ${name} --account ${account}\` shows all.`,
  )
  return EXIT.done
}

/** How the source stands, for a person; on stderr, since the settings are the data. */
function feedLines(feed: Feed | undefined): string[] {
  if (feed === undefined) return []
  const last =
    feed.lastReceivedAt === null
      ? 'Nothing has come yet'
      : `The last file came ${minute(feed.lastReceivedAt)}`
  const applied =
    feed.lastApplied === null
      ? ''
      : `; the last run that was applied is ${feed.lastApplied.run}, of ${minute(feed.lastApplied.at)}`
  return [
    `${last}${applied}.`,
    ...feed.warnings.map(({ message, fix, since }) => `Since ${minute(since)}: ${printable(message)} ${fix}`),
  ]
}

function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`
}

interface Shown {
  readonly key: string
  readonly value: string
  readonly isDefault: boolean
  readonly description: string
}

function settingsOf({ settings }: Source): Shown[] {
  const defaults: Record<string, unknown> = sourceSettingsSchema.parse({})
  return Object.entries(settings).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? value : JSON.stringify(value),
    isDefault: JSON.stringify(value) === JSON.stringify(defaults[key]),
    description: descriptions.get(key) ?? '',
  }))
}

const descriptions = new Map(
  Object.entries(sourceSettingsSchema.shape).map(([key, schema]) => [key, schema.description ?? '']),
)

const SOURCES: readonly Column<Source>[] = [
  { header: 'Account', cell: ({ account }) => account },
  { header: 'Source', cell: ({ name }) => name },
  { header: 'Kind', cell: ({ kind }) => kind },
  {
    header: 'Set otherwise than by default',
    cell: (source) =>
      settingsOf(source)
        .filter(({ isDefault }) => !isDefault)
        .map(({ key }) => key)
        .join(', ') || 'nothing',
  },
]

const SETTINGS: readonly Column<Shown>[] = [
  { header: 'Setting', cell: ({ key }) => key },
  { header: 'Value', cell: ({ value, isDefault }, colors) => shownValue(value, isDefault, colors) },
]

/** A setting, and below it what it does. */
function explained(settings: readonly Shown[], colors: Colors): string {
  return settings
    .map(({ key, value, isDefault, description }) => {
      const text = wrapped(description.replaceAll('`', ''), WIDTH).map((line) => `    ${colors.dim(line)}\n`)
      return `${key}  ${shownValue(value, isDefault, colors)}\n${text.join('')}`
    })
    .join('\n')
}

const WIDTH = 72

function shownValue(value: string, isDefault: boolean, colors: Colors): string {
  return isDefault ? printable(value) : colors.bold(printable(value))
}
