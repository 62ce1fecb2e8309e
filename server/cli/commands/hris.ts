/** The commands about connections: sources that Rollcall asks for their people itself. */
import { type Command, Option } from 'commander'
import { DEFAULT_SOURCES } from '../../../schemas/connection.ts'
import { SYSTEMS } from '../../../schemas/connection-secrets.ts'
import { CONNECTOR_KINDS, type ConnectorKind } from '../../../schemas/hris/connection.ts'
import { type Act, withExamples } from '../action.ts'
import { UsageError } from '../failure.ts'
import { named, wholeNumber } from './arguments.ts'

interface Flags {
  account?: string
  source?: string
  secrets?: string
}

export function addHris(program: Command, act: Act): void {
  addConnect(program, act)
  addConnection(program, act)
  addMapping(program, act)
  withExamples(
    program
      .command('sync <source>')
      .description('Read the people of a connection now, and import them.')
      .option('--account <slug>', 'whose connection')
      .option('--json', 'print the run as JSON')
      .action(
        act(async ({ context, json }, source: string, { account }: Flags) =>
          (await import('../hris/connections.ts')).syncNow(context(), {
            account: named(account),
            source,
            json,
          }),
        ),
      ),
    'rollcall sync justworks --account acme',
  )
}

function addConnect(program: Command, act: Act): void {
  const connect = program
    .command('connect')
    .description('Connect an HRIS. Shows what will be read before it asks for anything; imports nobody yet.')
  const examples: Readonly<Record<ConnectorKind, string>> = {
    justworks: 'rollcall connect justworks --account acme consent.dateOfBirth=true < credentials.txt',
    trinet: 'rollcall connect trinet --account acme companyId=CJ6 < credentials.txt',
    merge: 'rollcall connect merge --account acme --secrets credentials.json',
  }
  for (const kind of CONNECTOR_KINDS) {
    withExamples(
      connect
        .command(`${kind} [settings...]`)
        .description(`Connect ${SYSTEMS[kind]}; settings as name=value.`)
        .option('--account <slug>', 'for which customer')
        .option('--source <name>', `what its source is called (default: ${DEFAULT_SOURCES[kind]})`)
        .option(
          '--secrets <file>',
          'the credentials, a line each as name=value, or JSON; `-` reads stdin',
          '-',
        )
        .option('--json', 'print JSON')
        .action(
          act(async ({ context, json }, words: string[], { account, source, secrets = '-' }: Flags) => {
            const given = { kind, account: named(account), words, secrets, json }
            const options = { ...given, ...(source === undefined ? {} : { source }) }
            return (await import('../hris/connections.ts')).connect(context(), options)
          }),
        ),
      examples[kind],
    )
  }
}

function addConnection(program: Command, act: Act): void {
  const connection = program
    .command('connection')
    .description('Connections to an HRIS: how they stand, and what is done with them.')
  withExamples(
    connection
      .command('list')
      .description('List the connections.')
      .option('--account <slug>', 'of one customer only')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, { account }: Flags) =>
          (await import('../hris/connections.ts')).listConnections(context(), {
            ...(account === undefined ? {} : { account }),
            json,
          }),
        ),
      ),
    'rollcall connection list',
  )
  for (const { name, does, verb } of SIMPLE) {
    withExamples(
      connection
        .command(`${name} <source>`)
        .description(does)
        .option('--account <slug>', 'whose connection')
        .option('--json', 'print JSON')
        .action(
          act(async ({ context, json }, source: string, { account }: Flags) =>
            (await import('../hris/connections.ts'))[verb](context(), {
              account: named(account),
              source,
              json,
            }),
          ),
        ),
      `rollcall connection ${name} justworks --account acme`,
    )
  }
  withExamples(
    connection
      .command('set <source> <settings...>')
      .description('Change settings of a connection: name=value, or name= for the default.')
      .option('--account <slug>', 'whose connection')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, source: string, words: string[], { account }: Flags) =>
          (await import('../hris/connections.ts')).configure(context(), {
            account: named(account),
            source,
            words,
            json,
          }),
        ),
      ),
    'rollcall connection set trinet --account acme employeeIdFrom=alternateId',
  )
  withExamples(
    connection
      .command('reauthorize <source>')
      .description('Give access anew: with the credentials that are kept, or with other ones.')
      .option('--account <slug>', 'whose connection')
      .option('--secrets <file>', 'other credentials; `-` reads stdin')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, source: string, { account, secrets }: Flags) =>
          (await import('../hris/connections.ts')).reauthorize(context(), {
            ...{ account: named(account), source, secrets, json },
          }),
        ),
      ),
    'rollcall connection reauthorize justworks --account acme',
  )
  addAutoSync(connection, act)
}

const SIMPLE = [
  { name: 'show', verb: 'showConnection', does: 'Show how a connection stands, and what to do next.' },
  {
    name: 'finalise',
    verb: 'finalise',
    does: 'Open the review of the first import; approving its run imports, leaving it imports nobody.',
  },
  { name: 'pause', verb: 'pause', does: 'Read nothing until it is resumed.' },
  { name: 'resume', verb: 'resume', does: 'Go on after a pause.' },
  { name: 'disconnect', verb: 'disconnect', does: 'Forget the credentials for good; the people stay.' },
] as const

interface AutoSyncFlags extends Flags {
  at?: string
  jitter?: number
}

function addAutoSync(connection: Command, act: Act): void {
  withExamples(
    connection
      .command('auto-sync <source> <on|off>')
      .description('Sync by itself, daily or at the times you say, on the clock of the account.')
      .option('--account <slug>', 'whose connection')
      .option('--at <times>', 'times of day with commas between (default: 03:00)')
      .addOption(new Option('--jitter <minutes>', 'start up to so many minutes later').argParser(wholeNumber))
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, source: string, word: string, { account, at, jitter }: AutoSyncFlags) =>
          (await import('../hris/connections.ts')).setAutoSync(context(), {
            ...{ account: named(account), source, on: isOn(word), json },
            ...(at === undefined ? {} : { times: at.split(',').map((one) => one.trim()) }),
            ...(jitter === undefined ? {} : { jitterMinutes: jitter }),
          }),
        ),
      ),
    'rollcall connection auto-sync justworks on --account acme',
    'rollcall connection auto-sync justworks on --account acme --at 06:00,12:00,18:00',
  )
}

function isOn(word: string): boolean {
  if (word === 'on' || word === 'off') return word === 'on'
  throw new UsageError(`"${word}" is neither on nor off.`, 'Write on or off.')
}

interface MappingFlags extends Flags {
  versions?: true
  fields?: true
  reason?: string
}

function addMapping(program: Command, act: Act): void {
  const mapping = program
    .command('mapping')
    .description(
      'What the fields of a connection become. Every change is a version that can be gone back to.',
    )
  withExamples(
    mapping
      .command('show <source>')
      .description('Show the mapping in force.')
      .option('--account <slug>', 'whose connection')
      .option('--versions', 'its versions instead')
      .option('--fields', 'every field that may be mapped instead; asks the HRIS')
      .option('--json', 'print JSON')
      .action(
        act(async ({ context, json }, source: string, { account, versions, fields }: MappingFlags) =>
          (await import('../hris/mapping.ts')).showMapping(context(), {
            ...{ account: named(account), source, json },
            ...{ versions: versions === true, fields: fields === true },
          }),
        ),
      ),
    'rollcall mapping show trinet --account acme --fields',
  )
  for (const { name, verb, does } of CHANGES) {
    withExamples(
      mapping
        .command(`${name} <source> <changes...>`)
        .description(does)
        .option('--account <slug>', 'whose connection')
        .option('--reason <text>', 'why, for the list of versions')
        .option('--json', 'print JSON')
        .action(
          act(async ({ context, json }, source: string, words: string[], { account, reason }: MappingFlags) =>
            (await import('../hris/mapping.ts'))[verb](context(), {
              ...{ account: named(account), source, words, reason, json },
            }),
          ),
        ),
      `rollcall mapping ${name} trinet --account acme custom.team=Team "values.Employment Type.Temporary=Contractor"`,
    )
  }
  for (const { name, verb, does } of VERSIONS) {
    withExamples(
      mapping
        .command(`${name} <source>`)
        .argument('<version>', 'as `mapping show --versions` lists it', wholeNumber)
        .description(does)
        .option('--account <slug>', 'whose connection')
        .option('--reason <text>', 'why, for the list of versions')
        .option('--json', 'print JSON')
        .action(
          act(async ({ context, json }, source: string, version: number, { account, reason }: MappingFlags) =>
            (await import('../hris/mapping.ts'))[verb](context(), {
              ...{ account: named(account), source, version, reason, json },
            }),
          ),
        ),
      `rollcall mapping ${name} trinet 2 --account acme`,
    )
  }
}

const CHANGES = [
  {
    name: 'preview',
    verb: 'previewMapping',
    does: 'Show who and what a change would change; changes nothing.',
  },
  {
    name: 'set',
    verb: 'setMapping',
    does: 'Change it: field=Column, field=- for none, values.Column.sent=meant.',
  },
] as const
const VERSIONS = [
  { name: 'use', verb: 'applyMapping', does: 'Put a version in force, such as one that was previewed.' },
  { name: 'revert', verb: 'revertMapping', does: 'Go back to a former version.' },
] as const
