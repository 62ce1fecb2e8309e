/** `source`, `pgp` and `validate --settings`, as somebody types them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { command } from './terminal.ts'

let data: string
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-cli-'))
  data = join(folder, 'data')
  expect((await cli('account add acme')).code).toBe(0)
})

afterAll(() => rm(folder, { recursive: true }))

/** Words are divided by spaces; `_` stands for one within a word. */
function cli(line: string) {
  const words = line.split(' ').map((word) => word.replaceAll('_', ' '))
  return command(words, { ROLLCALL_DATA: data })
}

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

describe('source', () => {
  test('set changes what show and list tell, and the next file is read by it', async () => {
    const set = await cli('source set manual --account acme datePattern=DD/MM/YYYY mapping.Kst=Cost_Centre')
    expect(set).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('is set') })
    expect((await cli('source list')).stdout).toMatch(/^acme +manual +manual +mapping, datePattern$/m)
    expect((await cli('source show manual --account acme')).stdout).toMatch(/^datePattern +DD\/MM\/YYYY$/m)
    const explained = (await cli('source show manual --account acme --explain')).stdout
    expect(explained).toMatch(/^leaversMax {2}5\n {4}How many people/m)
    expect(Math.max(...explained.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    const path = await fileOf('a.csv', 'Name,Email,Start Date,Kst\nAda,ada@x.io,03/04/2025,K1\n')
    expect((await cli(`import ${path} --account acme`)).code).toBe(0)
    const { stdout } = await cli('export --account acme')
    expect(stdout).toMatch(/Cost Centre/)
    expect(stdout).toMatch(/2025-04-03/)
  })

  test('settings go from one account to another, and to a check without any, as a file', async () => {
    const { stdout } = await cli('source show manual --account acme --json')
    const settings = await fileOf('settings.json', stdout)
    const path = await fileOf('b.csv', 'Name,Email,Start Date\nAda,ada@x.io,03/04/2025\n')
    expect((await cli(`validate ${path} --settings ${settings} --json`)).code).toBe(0)
    expect((await cli(`validate ${path} --account acme --source manual --json`)).code).toBe(0)
    expect((await cli(`validate ${path} --account acme --json`)).code).toBe(4)
    await cli('account add globex')
    expect((await cli(`source set sftp --account globex --file ${settings}`)).code).toBe(0)
    expect((await cli('source show sftp --account globex')).stdout).toMatch(/^datePattern +DD\/MM\/YYYY$/m)
  })

  test.each([
    ['source set sftp --account acme leavrsMax=3', 2, /Did you mean leaversMax/],
    ['source set sftp --account acme leaversMax=few', 2, /leaversMax: /],
    ['source set sftp --account acme encoding=utf8', 2, /encoding: /],
    ['source set fax --account acme leaversMax=3', 1, /SOURCE_UNKNOWN/],
    ['source show sftp', 2, /--account is missing/],
    ['source show sftp --account nobody', 1, /ACCOUNT_UNKNOWN/],
    ['validate x.csv --source sftp', 2, /Add --account/],
    ['validate x.csv --account acme --settings y.json', 2, /Leave out --settings/],
  ])('%s ends with %i and says what to do', async (line, code, words) => {
    expect(await cli(line)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(words) })
  })

  test.each([
    ['no JSON', 'nonsense'],
    ['a list', '[]'],
    ['no such setting', '{"settings": {"speed": 3}}'],
  ])('a settings file with %s is refused', async (_, text) => {
    const settings = await fileOf('wrong.json', text)
    const path = await fileOf('c.csv', 'Name,Email\nAda,ada@x.io\n')
    const { code, stderr } = await cli(`validate ${path} --settings ${settings}`)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('SOURCE_INVALID') })
  })
})

describe('the contract as a file', () => {
  test('a template imports nobody as it is, has the labels of the account, and fits its own schemas', async () => {
    const { stdout } = await cli('template --account acme')
    expect(stdout).toMatch(/^\ufeffName,/)
    expect(stdout.split('\r\n')[0]).toContain('Cost Centre')
    const path = await fileOf('template.csv', stdout)
    const { code, stdout: run } = await cli(`validate ${path} --account acme --source manual --json`)
    expect(code).toBe(0)
    expect(JSON.parse(run).counts).toMatchObject({ read: 2, excluded: 2 })
    const table = JSON.parse((await cli('schema --account acme --format frictionless')).stdout)
    const columns = table.fields.map(({ name }: { name: string }) => name)
    expect(columns).toEqual(expect.arrayContaining(['Employee Id', 'Cost Centre']))
    const json = JSON.parse((await cli('schema --account acme')).stdout)
    expect(Object.keys(json.properties)).toEqual(expect.arrayContaining(['Employee Id', 'Cost Centre']))
  })

  test('no account is needed for what every account shares', async () => {
    expect((await command(['template'])).stdout).not.toContain('Cost Centre')
    expect((await command(['schema'])).code).toBe(0)
  })
})

describe('pgp', () => {
  test('new prints the public key, list tells whose it is, revoke ends it', async () => {
    const made = await cli('pgp new --account acme')
    expect(made.stdout).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----/)
    const [, fingerprint = ''] = /Key ([0-9A-F]{40})/.exec(made.stderr) ?? []
    expect((await cli('pgp list')).stdout).toMatch(new RegExp(`acme +${fingerprint} +ours.* +active`))
    expect((await cli(`pgp show ${fingerprint}`)).stdout).toBe(made.stdout)
    const sender = await fileOf('sender.asc', (await cli('pgp new --account globex')).stdout)
    expect((await cli(`pgp revoke ${fingerprint}`)).code).toBe(0)
    expect((await cli('pgp list')).stdout).toMatch(/revoked/)
    expect((await cli(`pgp add ${sender} --account acme`)).stderr).toContain('proves who signed')
  })

  test.each([
    ['pgp show AB12', 1, /PGP_KEY_UNKNOWN/],
    ['pgp new', 2, /--account is missing/],
  ])('%s ends with %i', async (line, code, words) => {
    expect(await cli(line)).toMatchObject({ code, stderr: expect.stringMatching(words) })
  })
})

test('rules of exclusion are tried on a file before they are set, and nothing is stored', async () => {
  const rows = ['Ed,ed@x.io,Employee', 'Bob,bob@x.io,contractor', 'Cyd,cyd@x.io,Intern', 'Dan,dan@x.io,']
  const path = await fileOf('types.csv', `Name,Email,Worker Type\n${rows.join('\n')}\n`)
  const preview = `source preview ${path} --account acme --exclude Employment_Type=Contractor`
  const shown = await cli(`${preview} --exclude Site=Moon`)
  expect(shown.code).toBe(0)
  expect(shown.stdout).toMatch(/^Excluded +0 +1$/m)
  expect(shown.stdout).toMatch(/^New +4 +3$/m)
  expect(shown.stderr).toContain('"Site", which the file does not have')
  const both = await cli(`${preview} --exclude Employment_Type=intern --json`)
  expect(JSON.parse(both.stdout)).toMatchObject({
    exclusions: [{ column: 'Employment Type', is: ['Contractor', 'intern'] }],
    now: { counts: { excluded: 0 } },
    withRule: { counts: { excluded: 2, created: 2 } },
  })
  expect((await cli('runs --json')).stdout).not.toContain('types.csv')
  const set = await command(
    [
      'source',
      'set',
      'sftp',
      '--account',
      'acme',
      'exclusions=[{"column":"Employment Type","is":["Intern"]}]',
    ],
    { ROLLCALL_DATA: data },
  )
  expect(set.code).toBe(0)
  expect((await cli(preview)).stdout).toMatch(/^Excluded +1 +2$/m)
  expect(await cli(`source preview ${path} --account acme --exclude Contractor`)).toMatchObject({ code: 2 })
})
