/** `demo --connect`: the whole way of a connection, against a simulated HRIS that listens on this machine. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection, ConnectorKind, Run } from '../../importer/types.ts'
import { DEFAULT_SOURCES } from '../../schemas/connection.ts'
import { type GivenSecrets, SYSTEMS } from '../../schemas/connection-secrets.ts'
import { loadConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { type RunningServer, startServer } from '../main.ts'
import { walkConsent } from './demo/consent-walk.ts'
import { hrisPerson, makeHrisCompany } from './demo/hris/company.ts'
import { JUSTWORKS_CLIENT, JustworksApi } from './demo/hris/justworks.ts'
import { MERGE_ACCOUNT, MergeApi } from './demo/hris/merge.ts'
import { type SimApi, Simulator } from './demo/hris/simulator.ts'
import { TRINET_CLIENT, TrinetApi } from './demo/hris/trinet.ts'
import { stepped } from './demo.ts'
import { Interrupted } from './failure.ts'
import { connectionText, readAccessText } from './hris/connection-text.ts'
import { untilPreviewed } from './hris/connections.ts'
import { unlessInterrupted } from './interrupt.ts'
import { exitCodeOf } from './outcome.ts'
import { runText } from './run-text.ts'
import type { Terminal } from './terminal.ts'
import { ownVersion } from './version.ts'

const PEOPLE = 120
const ACCOUNT = 'acme'

export async function demoConnect(
  terminal: Terminal,
  { kind, once }: { readonly kind: ConnectorKind; readonly once: boolean },
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-demo-'))
  try {
    const flags = { data: join(folder, 'data'), sftpHost: '127.0.0.1', sftpPort: '0', httpPort: '0' }
    // The simulated HRIS listens on this machine.
    const env = { ROLLCALL_HRIS_PRIVATE: 'on' }
    const { config } = loadConfig({ env, flags: { ...flags, logLevel: 'silent' }, cwd: folder })
    const log = createLog({ level: 'silent', debug: terminal.env['DEBUG'] })
    await terminal.data(`\n  ${terminal.outColors.bold('Rollcall')}, from a consent to a report\n\n`)
    const company = makeHrisCompany(PEOPLE)
    await using simulator = await stepped(
      terminal,
      SYSTEMS[kind],
      Simulator.start(SIMULATED[kind].api(company)),
      ({ url }) => `simulated on ${url}, ${PEOPLE} invented people`,
    )
    const starting = startServer({ config, log, version: ownVersion() })
    await using server = await stepped(terminal, 'Server', starting, ({ status: { http } }) => {
      return `pages on port ${http?.port}, data in ${folder}`
    })
    const stage = { terminal, server, kind, simulator, company }
    const run = await unlessInterrupted(() => perform(stage), 'The demo was ended.')
    if (!once) await serveOn(terminal, kind, config.data)
    return exitCodeOf(run)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Stage {
  readonly terminal: Terminal
  readonly server: RunningServer
  readonly kind: ConnectorKind
  readonly simulator: Simulator
  readonly company: ReturnType<typeof makeHrisCompany>
}

/** What each simulated HRIS is, and what a customer would type. */
const SIMULATED: Readonly<
  Record<
    ConnectorKind,
    {
      api(company: Stage['company']): SimApi
      settings(url: string, company: Stage['company']): Record<string, unknown>
      readonly secrets: GivenSecrets
    }
  >
> = {
  justworks: {
    api: (company) => new JustworksApi({ company }),
    settings: (url) => ({
      ...{ apiUrl: url, authorizeUrl: `${url}/oauth/authorize` },
      consent: { dateOfBirth: true, sex: true },
    }),
    secrets: { kind: 'justworks', clientId: JUSTWORKS_CLIENT.id, clientSecret: JUSTWORKS_CLIENT.secret },
  },
  trinet: {
    api: (company) => new TrinetApi({ company }),
    settings: (url, { id }) => ({ apiUrl: url, companyId: id }),
    secrets: { kind: 'trinet', clientId: TRINET_CLIENT.id, clientSecret: TRINET_CLIENT.secret },
  },
  merge: {
    api: (company) => new MergeApi({ company }),
    settings: (url) => ({ apiUrl: url }),
    secrets: { kind: 'merge', ...MERGE_ACCOUNT },
  },
}

/** Connects, looks, imports, and lets a day go by. */
async function perform({ terminal, server, kind, simulator, company }: Stage): Promise<Run> {
  const source = DEFAULT_SOURCES[kind]
  const { hris, ...door } = server.door
  await stepped(
    terminal,
    'Customer',
    door.addAccount({ slug: ACCOUNT, name: 'Acme (demo)' }),
    ({ slug }) => slug,
  )
  await terminal.data(`\n${readAccessText(kind, await hris.readAccess(kind), terminal.outColors)}\n\n`)
  const { settings, secrets } = SIMULATED[kind]
  const given = { kind, settings: settings(simulator.url, company), secrets }
  const { page } = await stepped(terminal, 'Connect', hris.connect(ACCOUNT, given), ({ page }) =>
    page === null ? 'the credentials are accepted' : `the page to consent on is ${page}`,
  )
  if (page !== null) {
    const walking = walkConsent({ page, isTicked: true })
    await stepped(terminal, 'Consent', walking, ({ end }) => end.slice(0, 60))
  }
  const session = { door: server.door, host: 'server' } as const
  const previewed = untilPreviewed({ ...session, [Symbol.asyncDispose]: async () => {} }, ACCOUNT, source)
  const connection = await stepped(terminal, 'First sync', previewed, previewWords)
  await terminal.data(`\n${connectionText(connection, terminal)}\n`)

  const review = hris.finalise(ACCOUNT, source, { by: 'demo' }).then(({ id }) => door.settled(id))
  const held = await stepped(terminal, 'Finalise', review, ({ id, counts }) => {
    return `review ${id}: ${counts.created} to create, ${counts.updated} to update, ${counts.former} to deactivate`
  })
  const approved = door.approve(held.id, { by: 'demo' }).then(({ id }) => door.settled(id))
  const imported = await stepped(terminal, 'Import', approved, ({ id, state }) => `run ${id}, ${state}`)
  await terminal.data(await runText(imported, terminal))

  await stepped(
    terminal,
    'Auto-sync',
    hris.setAutoSync(ACCOUNT, source, { on: true }),
    ({ nextSync }) => `on, the next at ${nextSync ?? 'no time'}`,
  )
  aDayGoesBy(company)
  const syncing = hris.sync(ACCOUNT, source, { by: 'demo' }).then(({ id }) => door.settled(id))
  const next = await stepped(terminal, 'Next day', syncing, ({ id, state }) => `run ${id}, ${state}`)
  await terminal.data(await runText(next, terminal))
  return next
}

function previewWords({ preview }: Connection): string {
  return preview === null ? 'nothing was read' : `${preview.counts.read} people read, nobody imported`
}

/** Somebody comes, somebody goes, somebody gets another title. */
function aDayGoesBy(company: Stage['company']): void {
  company.people.push(hrisPerson(PEOPLE))
  const [leaves, moves] = company.people.slice(50, 52)
  if (leaves) leaves.end = new Date().toISOString().slice(0, 10)
  if (moves) moves.title = 'Team Lead'
}

async function serveOn(terminal: Terminal, kind: ConnectorKind, data: string): Promise<void> {
  const lines = [
    terminal.outColors.bold('The server and the simulated HRIS are still there.'),
    '',
    `  npx rollcall connection show ${DEFAULT_SOURCES[kind]} --account ${ACCOUNT} --data ${data}`,
    `  npx rollcall sync ${DEFAULT_SOURCES[kind]} --account ${ACCOUNT} --data ${data}`,
    `  npx rollcall mapping show ${DEFAULT_SOURCES[kind]} --account ${ACCOUNT} --data ${data}`,
    '',
    'Ctrl-C ends the demo and removes everything.',
  ]
  await terminal.data(`${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n\n`)
  try {
    await unlessInterrupted(() => new Promise<never>(() => {}), '')
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    terminal.say('\n  Ended, and everything of it is removed.')
  }
}
