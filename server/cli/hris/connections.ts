/** `connect`, `connection` and `sync`: sources that Rollcall asks for their people itself. */
import { setTimeout as delay } from 'node:timers/promises'
import type { AutoSyncChange, Connection, ConnectorKind, Run } from '../../../importer/types.ts'
import { DEFAULT_SOURCES } from '../../../schemas/connection.ts'
import { type Context, jsonText, whoAmI } from '../context.ts'
import { EXIT } from '../failure.ts'
import { exitCodeOf } from '../outcome.ts'
import { runText } from '../run-text.ts'
import { type Session, withSession } from '../session.ts'
import { tableText } from '../table.ts'
import { CONNECTIONS, connectionText, minutes, readAccessText } from './connection-text.ts'
import { readSecrets } from './secrets.ts'
import { settingsOfWords } from './settings-words.ts'

export interface Named {
  readonly account: string
  readonly source: string
  readonly json: boolean
}

export interface ConnectOptions {
  readonly kind: ConnectorKind
  readonly account: string
  readonly source?: string
  readonly words: readonly string[]
  /** A file, or `-` for stdin. */
  readonly secrets: string
  readonly json: boolean
}

export async function connect(context: Context, options: ConnectOptions): Promise<number> {
  const { terminal, config } = context
  const { kind, account, source, words, json } = options
  return await withSession({ config, terminal, needs: 'work' }, async (session) => {
    const { hris } = session.door
    terminal.say(`${readAccessText(kind, await hris.readAccess(kind), terminal.errColors)}\n`)
    const settings = settingsOfWords(words)
    const secrets = await readSecrets(terminal, kind, options.secrets)
    const given = { kind, settings, secrets, ...(source === undefined ? {} : { source }) }
    const { page } = await hris.connect(account, given)
    return await begun(context, session, { account, source: source ?? DEFAULT_SOURCES[kind], json }, page)
  })
}

export async function reauthorize(
  context: Context,
  { secrets, ...named }: Named & { readonly secrets: string | undefined },
): Promise<number> {
  const { terminal, config } = context
  return await withSession({ config, terminal, needs: 'work' }, async (session) => {
    const { hris } = session.door
    const { kind } = await hris.show(named.account, named.source)
    const given = secrets === undefined ? null : await readSecrets(terminal, kind, secrets)
    const { page } = await hris.reauthorize(named.account, named.source, given)
    return await begun(context, session, named, page)
  })
}

async function begun(
  { terminal }: Context,
  session: Session,
  { account, source, json }: Named,
  page: string | null,
): Promise<number> {
  const { hris } = session.door
  if (page !== null)
    terminal.say(`Open this page within the hour, in the browser of whoever may authorise it:\n\n  ${page}\n`)
  // Without a server nobody else would do the first sync.
  if (session.host === 'command') {
    await hris.work()
    await planned(session, account, source)
  }
  const connection = await hris.show(account, source)
  await terminal.data(json ? jsonText({ connection, page }) : connectionText(connection, terminal))
  return EXIT.done
}

async function planned({ door }: Session, account: string, source: string): Promise<void> {
  const { lastSync, state } = await door.hris.show(account, source)
  if (state === 'initial_sync' && lastSync?.run) await door.settled(lastSync.run)
}

export async function listConnections(
  { terminal, config }: Context,
  { account, json }: { readonly account?: string; readonly json: boolean },
): Promise<number> {
  const connections = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.hris.list(account ?? null),
  )
  if (json) await terminal.data(jsonText(connections))
  else if (connections.length > 0)
    await terminal.data(tableText(CONNECTIONS, connections, terminal.outColors))
  else
    terminal.say('No connections. Make one with `rollcall connect justworks|trinet|merge --account <slug>`.')
  return EXIT.done
}

export async function showConnection(context: Context, { account, source, json }: Named): Promise<number> {
  return await changing(context, json, ({ door }) => door.hris.show(account, source))
}

/** Opens the review; nothing is imported before it is approved. */
export async function finalise(context: Context, { account, source, json }: Named): Promise<number> {
  return await reading(context, json, ({ door }) => door.hris.finalise(account, source, { by: whoAmI() }))
}

export async function syncNow(context: Context, { account, source, json }: Named): Promise<number> {
  return await reading(context, json, ({ door }) => door.hris.sync(account, source, { by: whoAmI() }))
}

async function reading(
  { terminal, config }: Context,
  json: boolean,
  read: (session: Session) => Promise<Run>,
): Promise<number> {
  const run = await withSession({ config, terminal, needs: 'work' }, async (session) => {
    const { id } = await read(session)
    return await session.door.settled(id)
  })
  await terminal.data(json ? jsonText(run) : await runText(run, terminal))
  return exitCodeOf(run)
}

export async function setAutoSync(
  context: Context,
  { account, source, json, ...change }: Named & AutoSyncChange,
): Promise<number> {
  return await changing(context, json, async ({ door }) => {
    const connection = await door.hris.setAutoSync(account, source, change)
    const { terminal } = context
    if (!connection.autoSync.on)
      terminal.say('Auto-sync is off. `rollcall sync` reads people when you want it.')
    else if (connection.nextSync !== null)
      terminal.say(`Auto-sync is on. The next one is at ${minutes(connection.nextSync)} UTC.`)
    else terminal.say('Auto-sync is on, and begins once the connection imports.')
    return connection
  })
}

export async function configure(
  context: Context,
  { account, source, words, json }: Named & { readonly words: readonly string[] },
): Promise<number> {
  return await changing(context, json, ({ door }) =>
    door.hris.configure(account, source, settingsOfWords(words)),
  )
}

export async function pause(context: Context, { account, source, json }: Named): Promise<number> {
  return await changing(context, json, ({ door }) => door.hris.pause(account, source))
}

export async function resume(context: Context, { account, source, json }: Named): Promise<number> {
  return await changing(context, json, ({ door }) => door.hris.resume(account, source))
}

export async function disconnect(context: Context, { account, source, json }: Named): Promise<number> {
  return await changing(context, json, async ({ door }) => {
    const connection = await door.hris.disconnect(account, source)
    context.terminal.say('Disconnected: the credentials are gone. The people, and what they came with, stay.')
    return connection
  })
}

async function changing(
  { terminal, config }: Context,
  json: boolean,
  change: (session: Session) => Promise<Connection>,
): Promise<number> {
  const connection = await withSession({ config, terminal, needs: 'look' }, change)
  await terminal.data(json ? jsonText(connection) : connectionText(connection, terminal))
  return EXIT.done
}

/** Until the first sync is over, as a person who waits would look again and again. */
export async function untilPreviewed(session: Session, account: string, source: string): Promise<Connection> {
  for (;;) {
    await session.door.hris.work()
    const connection = await session.door.hris.show(account, source)
    if (connection.state !== 'initial_sync' && connection.state !== 'connecting') return connection
    await delay(100)
  }
}
