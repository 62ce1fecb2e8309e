/** The words of sources and their settings, and of setting up SFTP. */
import { howMany, number } from './common.ts'

export const SOURCES = {
  title: 'Sources',
  lead: 'Where this account’s people come from.',
  tabs: { status: 'Status', settings: 'Rules and reading', setup: 'SFTP', connection: 'Connection' },
  settings: 'Settings',
  setUp: 'Set up',
  runs: 'Its imports',
  noRuns: 'Nothing has come from here yet',
  noRunsText: 'What arrives appears here at once.',
  status: 'How it is',
  since: (kind: string) => `${kind} since`,
  last: 'Last file',
  lastGood: 'Last applied',
  next: 'Expected',
  rhythm: 'Usually comes',
  changed: (count: number) =>
    count === 0 ? 'Everything by default' : `${howMany(count, 'setting')} set otherwise than by default`,
  form: {
    lead: 'They hold from the next file on. What is planned already keeps its plan.',
    saved: 'Saved. It holds for the next file.',
    save: 'Save',
    byDefault: (value: string) => `By default ${value}.`,
    differs: 'Set',
    yes: 'Yes',
    no: 'No',
    nothing: 'nothing',
    onlyLook: 'Account administrators may change these.',
    badLine: (line: number, label: string) => `Line ${number(line)} of “${label}” is not of the form shown.`,
    badNumber: (label: string) => `“${label}” must be a number.`,
    groups: {
      what: 'What happens',
      guards: 'Guards: what waits for a person',
      delivery: 'When a file is complete',
      reading: 'How files are read',
      policy: 'How columns and values are understood',
      limits: 'Limits',
    },
    lines: {
      mapping:
        'One a line: Header = Column. A minus leaves the header out; a name that is no column makes a demographic.',
      blankOf: 'One a line: Column = keep, or Column = clear.',
      datePatternOf: 'One a line: Column = DD/MM/YYYY.',
      values: 'One a line: Column: value as sent = value as meant.',
      exclusions: 'One a line: Column = value | another value.',
      list: 'One a line.',
    },
  },
  sftp: {
    title: 'Set up SFTP',
    lead: 'Three steps: pass the address on, take the sender’s key, wait for the first file.',
    address: '1. Where to deliver',
    host: 'Host',
    port: 'Port',
    user: 'User name',
    fingerprint: 'Host key fingerprint',
    folders: 'Folders',
    inbox: 'to import',
    test: 'to rehearse: nothing is applied',
    results: 'what came of each file',
    offline: 'The SFTP server does not run here.',
    unnamed: 'The host is the address this page was reached by; if senders use another name, tell them that.',
    keys: '2. The sender’s public key',
    first: '3. The first file',
    waiting: 'Waiting for the first file…',
    waitingText: 'It appears here by itself, as soon as it arrives.',
    arrived: 'The first file has arrived.',
    look: 'Look at it',
    message: 'To pass on to the sender',
    messageLead: 'All that whoever sends the files must know.',
    copy: 'Copy',
    copied: 'Copied',
    text: (of: {
      readonly host: string
      readonly port: number
      readonly user: string
      readonly fingerprint: string
    }) => `Employee list by SFTP

Host:         ${of.host}
Port:         ${of.port}
User name:    ${of.user}
Sign in with: your SSH key. Please send us its public half (a line that
              starts with ssh-ed25519, ecdsa-sha2- or ssh-rsa).
Host key:     ${of.fingerprint}
              Please compare it at the first connection.

Put your CSV or Excel file into /inbox. What came of it lies in /results
a moment later. A file in /test is checked in the same way and changes
nothing: please begin there.

By the sftp program:
  sftp -P ${of.port} ${of.user}@${of.host}
  sftp> put people.csv /test/people.csv
`,
  },
} as const
