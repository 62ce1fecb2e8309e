import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CONFIG_FILE, loadConfig, maskPassword, resolveConfig, shownValue } from '../../server/config.ts'
import { nearest } from '../../server/nearest.ts'
import { SETTINGS } from '../../server/settings.ts'

function dataDir(file?: unknown): string {
  const directory = mkdtempSync(join(tmpdir(), 'rollcall-config-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  if (file !== undefined) {
    writeFileSync(join(directory, CONFIG_FILE), typeof file === 'string' ? file : JSON.stringify(file))
  }
  return directory
}

/** What is said about these settings: the configuration, or all that is wrong. */
function resolve(given: { file?: unknown; env?: Record<string, string>; flags?: Record<string, string> }) {
  const data = dataDir(given.file)
  return resolveConfig({ env: given.env ?? {}, flags: { data, ...given.flags }, cwd: '/' })
}

test('with nothing set, every setting has the default that the settings table says', () => {
  const { config, origins } = resolveConfig({ env: {}, cwd: dataDir() })
  expect(Object.keys(config ?? {}).sort()).toEqual(SETTINGS.map(({ key }) => key).sort())
  expect(config).toMatchObject({ sftpHost: '0.0.0.0', sftpPort: 2222, httpHost: '127.0.0.1', httpPort: 8080 })
  for (const { key, default: value } of SETTINGS) {
    if (key !== 'data' && key !== 'databaseUrl') expect(config?.[key]).toBe(value)
    expect(origins[key]).toBe('default')
  }
})

test('a flag beats the environment, which beats the file, which beats the default', () => {
  const file = { sftpPort: 1, httpPort: 1, logLevel: 'warn' }
  const env = { ROLLCALL_SFTP_PORT: '2', ROLLCALL_HTTP_PORT: '2' }
  const { config, origins } = resolve({ file, env, flags: { sftpPort: '3' } })
  expect(config).toMatchObject({ sftpPort: 3, httpPort: 2, logLevel: 'warn', httpHost: '127.0.0.1' })
  expect(origins).toMatchObject({
    ...{ sftpPort: 'flag', httpPort: 'environment' },
    ...{ logLevel: 'file', httpHost: 'default' },
  })
})

test('the file is looked for in the data directory that the environment names', () => {
  const { config } = resolveConfig({ env: { ROLLCALL_DATA: dataDir({ sftpPort: 7 }) }, cwd: '/' })
  expect(config?.sftpPort).toBe(7)
})

test('a relative data directory and a relative database start from where they are said to', () => {
  const cwd = dataDir()
  const { config } = resolveConfig({
    env: { ROLLCALL_DATABASE_URL: 'sqlite:db/one.db' },
    flags: { data: 'here' },
    cwd,
  })
  expect(config?.data).toBe(join(cwd, 'here'))
  expect(config?.databaseUrl).toBe(`sqlite:${join(cwd, 'here', 'db', 'one.db')}`)
})

test('an empty variable is one that was not set', () => {
  expect(resolve({ env: { ROLLCALL_SFTP_PORT: '', ROLLCALL_LOG_LEVEL: '' } }).config?.sftpPort).toBe(2222)
})

const WRONG: Record<string, { given: Parameters<typeof resolve>[0]; problem: RegExp; fix: RegExp }> = {
  'a slip in a key of the file': {
    given: { file: { sftpProt: 22 } },
    problem: /unknown key "sftpProt"/,
    fix: /Did you mean sftpPort\?/,
  },
  "a key written as the environment's": {
    given: { file: { ROLLCALL_HTTP_PORT: 80 } },
    problem: /unknown key/,
    fix: /Did you mean httpPort\?/,
  },
  'a key like none at all': {
    given: { file: { colour: 'red' } },
    problem: /unknown key "colour"/,
    fix: /Remove it/,
  },
  'the data directory in the file that lies in it': {
    given: { file: { data: '/elsewhere' } },
    problem: /the directory it lies in/,
    fix: /ROLLCALL_DATA/,
  },
  'a file that is no JSON': {
    given: { file: '{ sftpPort: 1 }' },
    problem: /not a JSON object/,
    fix: /Correct it/,
  },
  'a file that is a list': { given: { file: [] }, problem: /not a JSON object/, fix: /Correct it/ },
  'a port that is a word': {
    given: { env: { ROLLCALL_SFTP_PORT: 'ssh' } },
    problem: /ROLLCALL_SFTP_PORT/,
    fix: /65535/,
  },
  'a port too high': { given: { flags: { httpPort: '70000' } }, problem: /--http-port/, fix: /./ },
  'a port as text in the file': { given: { file: { sftpPort: '22' } }, problem: /"sftpPort"/, fix: /number/ },
  'a level that does not exist': {
    given: { env: { ROLLCALL_LOG_LEVEL: 'loud' } },
    problem: /LOG_LEVEL/,
    fix: /debug/,
  },
  'an engine that is not ours': {
    given: { env: { ROLLCALL_DATABASE_URL: 'mysql://root@localhost/x' } },
    problem: /ROLLCALL_DATABASE_URL/,
    fix: /postgres:\/\//,
  },
  'a database that forgets': {
    given: { env: { ROLLCALL_DATABASE_URL: 'sqlite::memory:' } },
    problem: /ROLLCALL_DATABASE_URL/,
    fix: /lose/,
  },
  'a node name with spaces': {
    given: { flags: { nodeId: 'node one' } },
    problem: /--node-id/,
    fix: /letters/,
  },
}

test.each(Object.entries(WRONG))('%s is an error that says what to do', (_name, { given, problem, fix }) => {
  const { config, problems } = resolve(given)
  expect(config).toBeNull()
  expect(problems).toEqual([{ problem: expect.stringMatching(problem), fix: expect.stringMatching(fix) }])
})

test('everything that is wrong is said at once', () => {
  const given = { file: { sftpProt: 1, httpPort: 'x' }, env: { ROLLCALL_LOG_LEVEL: 'loud' } }
  expect(resolve(given).problems).toHaveLength(3)
  const sources = { env: given.env, flags: { data: dataDir(given.file) }, cwd: '/' }
  expect(() => loadConfig(sources)).toThrow(/sftpProt.*httpPort.*LOG_LEVEL/s)
})

test('a variable ROLLCALL_ that nobody knows is a warning with a suggestion, and stops nothing', () => {
  const { config, warnings } = resolve({ env: { ROLLCALL_SFTP_PROT: '22', ROLLCALL_QUITE_ELSE: '1' } })
  expect(config).not.toBeNull()
  expect(warnings).toEqual([
    { problem: expect.stringContaining('ROLLCALL_QUITE_ELSE'), fix: expect.stringContaining('config show') },
    { problem: expect.stringContaining('ROLLCALL_SFTP_PROT'), fix: 'Did you mean ROLLCALL_SFTP_PORT?' },
  ])
})

test('a password is shown nowhere: not by show, not in an error', () => {
  const secret = 'hunter2'
  const { config } = resolve({ env: { ROLLCALL_DATABASE_URL: `postgres://rollcall:${secret}@db/rollcall` } })
  if (config === null) throw new Error('valid settings were refused')
  expect(shownValue('databaseUrl', config)).toBe('postgres://rollcall:***@db/rollcall')
  const wrong = resolve({
    env: { ROLLCALL_DATABASE_URL: `mysql://u:${secret}@db/x` },
    file: `{"x": "${secret}",}`,
  })
  expect(JSON.stringify(wrong)).not.toContain(secret)
})

const URLS = [
  ['postgres://u:p@h/d', 'postgres://u:***@h/d'],
  ['postgres://u:p@ss/w?rd@h/d', 'postgres://u:***@h/d'],
  ['postgres://u@h/d?sslmode=require&password=x&a=1', 'postgres://u@h/d?sslmode=require&password=***&a=1'],
  ['postgres://h:5432/d', 'postgres://h:5432/d'],
  ['sqlite:/data/rollcall.db', 'sqlite:/data/rollcall.db'],
]
test.each(URLS)('of %s no more is shown than %s', (url, shown) => {
  expect(maskPassword(url ?? '')).toBe(shown)
})

test('the nearest word is a slip away, not half a word', () => {
  expect(nearest('approvw', ['show', 'approve', 'discard'])).toBe('approve')
  expect(nearest('hsow', ['show', 'approve'])).toBe('show')
  expect(nearest('SFTP-PORT', ['sftpPort', 'httpPort'])).toBe('sftpPort')
  expect(nearest('purge', ['show', 'approve'])).toBeNull()
})

test('no two settings share a name, and each is explained', () => {
  for (const name of ['key', 'env'] as const) {
    expect(new Set(SETTINGS.map((setting) => setting[name])).size).toBe(SETTINGS.length)
  }
  for (const { description } of SETTINGS) expect(description).toMatch(/^[A-Z`].{10,}\.$/)
})
