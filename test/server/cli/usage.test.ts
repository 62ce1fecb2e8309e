import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import manifest from '../../../package.json' with { type: 'json' }
import { temporaryFolder } from '../../e2e/rollcall.ts'
import { command } from './terminal.ts'

describe('what cannot be understood ends with 2 and says what may have been meant', () => {
  const CASES: [line: string, message: RegExp, fix: RegExp][] = [
    ['rusn', /Unknown command 'rusn'/, /Did you mean runs/],
    ['runs shwo', /Unknown command 'runs shwo'/, /runs show/],
    ['runs 01m7zftbe3ftfb2d', /Unknown command/, /runs show 01m7zftbe3ftfb2d/],
    ['account ad', /Unknown command 'ad'/, /Did you mean add/],
    ['import x.csv --acount acme', /Unknown option '--acount'/, /--account/],
    ['import x.csv', /--account is missing/, /--account <slug>/],
    ['import', /Missing required argument 'file'/, /--help/],
    ['import x.csv --account a --mode all', /'--mode <mode>' argument 'all' is invalid/, /./],
    ['runs --state hold', /'--state <state>' argument 'hold' is invalid/, /./],
    ['runs --limit none', /whole number/, /./],
    ['runs report x --format pdf', /'--format <format>' argument 'pdf' is invalid/, /./],
    ['validate -', /stdin has no name/, /--name/],
    ['export', /--account is missing/, /./],
    ['account list extra', /too many arguments/i, /./],
  ]

  test.each(CASES)('rollcall %s', async (line, message, fix) => {
    const { code, stdout, stderr } = await command(line.split(' '))
    expect(code).toBe(2)
    expect(stdout).toBe('')
    const [sentence, remedy] = stderr.trim().split('\nFix: ')
    expect(sentence).toMatch(/^USAGE {2}[A-Z].*\.$/s)
    expect(sentence).toMatch(message)
    expect(remedy).toMatch(fix)
  })

  test('also for a script', async () => {
    const { code, stderr } = await command(['runs', 'shwo', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'USAGE',
        message: "Unknown command 'runs shwo'.",
        fix: 'Did you mean `rollcall runs show`?',
      },
    })
  })
})

test('the version is the one of the package', async () => {
  expect(await command(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
})

describe('help begins with examples and ends with 0', () => {
  const COMMANDS = [
    ...[
      '',
      'serve',
      'demo',
      'account add',
      'account list',
      'key add',
      'key list',
      'key revoke',
      'import',
      'validate',
    ],
    ...[
      'runs',
      'runs show',
      'runs plan',
      'runs approve',
      'runs discard',
      'runs undo',
      'employee show',
      'employee merge',
      'employee erase',
      'runs report',
      'export',
      'template',
      'schema',
      'source list',
      'source show',
      'source set',
      'source preview',
      'demographics list',
      'demographics rename',
      'demographics merge',
      'demographics delete',
      'missing list',
      'missing left',
      'missing ignore',
      'missing deactivate',
      'pgp new',
      'pgp add',
      'pgp list',
      'pgp show',
      'pgp revoke',
      'doctor',
      'config show',
      'config check',
    ],
  ]

  test.each(COMMANDS)('rollcall %s --help', async (name) => {
    const { code, stdout, stderr } = await command([...name.split(' ').filter(Boolean), '--help'])
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^Examples:\n {2}\S/)
    expect(stdout).toContain('Usage: rollcall')
    // Every example is a command that exists and takes these options.
    for (const [, line = ''] of stdout.matchAll(/rollcall ((?:[\w-]+ ?)+)/g)) {
      expect(`${line} `.startsWith(`${name} `) || name === '' || stdout.includes('Usage')).toBe(true)
    }
  })

  test('a group without its command shows what there is, and ends with 2', async () => {
    const { code, stderr } = await command(['account'])
    expect(code).toBe(2)
    expect(stderr).toContain('Commands:')
  })
})

describe('config', () => {
  test('show tells every value and, when asked, where it came from; passwords are masked', async () => {
    const data = await temporaryFolder()
    await writeFile(join(data, 'rollcall.config.json'), '{ "logLevel": "warn" }')
    const env = { ROLLCALL_DATABASE_URL: 'postgres://rollcall:hunter2@db/rollcall', ROLLCALL_DATA: data }
    const { code, stdout } = await command(['config', 'show', '--origin'], env)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^logLevel +warn +ROLLCALL_LOG_LEVEL +file$/m)
    expect(stdout).toMatch(
      /^databaseUrl +postgres:\/\/rollcall:\*\*\*@db\/rollcall +ROLLCALL_DATABASE_URL +environment$/m,
    )
    expect(stdout).not.toContain('hunter2')
    const { stdout: json } = await command(['config', 'show', '--json'], env)
    expect(JSON.parse(json)).toMatchObject({ sftpPort: { value: '2222', origin: 'default' } })
  })

  test('check says all that is wrong and ends with 2; a slip in the environment alone is no error', async () => {
    const data = await temporaryFolder()
    const slip = { ROLLCALL_DATA: data, ROLLCALL_SFTP_PROT: '1' }
    const warned = await command(['config', 'check'], slip)
    expect(warned).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Did you mean ROLLCALL_SFTP_PORT?'),
    })
    const wrong = await command(['config', 'check'], {
      ...slip,
      ROLLCALL_HTTP_PORT: 'x',
      ROLLCALL_LOG_LEVEL: 'x',
    })
    expect(wrong.code).toBe(2)
    expect(wrong.stderr.match(/CONFIG_INVALID/g)).toHaveLength(2)
  })
})

test('a command that only looks makes no data directory', async () => {
  const data = join(await temporaryFolder(), 'typo')
  const { code, stderr } = await command(['runs', '--data', data])
  expect(code).toBe(2)
  expect(stderr).toContain(`the data directory ${data} cannot be used (no such file or directory)`)
})
