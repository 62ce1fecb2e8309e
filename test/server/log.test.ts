import { spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ImportError } from '../../importer/errors.ts'
import { createLog, type Logger, type LogLevel } from '../../server/log.ts'

function openLog(
  level: LogLevel = 'info',
  debug?: string,
): { log: Logger; lines: () => Record<string, unknown>[] } {
  const written: string[] = []
  const log = createLog({ level, debug, destination: { write: (line: string) => void written.push(line) } })
  return { log, lines: () => written.map((line) => JSON.parse(line)) }
}

test('a line is JSON with its level in words, its time in UTC and its part', () => {
  const { log, lines } = openLog()
  log.child({ part: 'sftp' }).info({ run: '01abc', size: 7 }, 'a file has arrived')
  expect(lines()).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      part: 'sftp',
      run: '01abc',
      size: 7,
      msg: 'a file has arrived',
    },
  ])
})

test.each([
  ['sftp,plan', 'sftp', true],
  ['sftp, plan', 'plan', true],
  ['*', 'anything', true],
  ['sftp', 'plan', false],
  ['', 'sftp', false],
  [undefined, 'sftp', false],
])('DEBUG=%s opens debug lines of %s: %s', (debug, part, isOpen) => {
  const { log, lines } = openLog('info', debug)
  log.child({ part }).child({ connection: 1 }).debug('detail')
  log.debug('of no part')
  expect(lines()).toHaveLength(isOpen ? 1 : 0)
})

test('secrets and people are blanked wherever they stand', () => {
  const { log, lines } = openLog()
  const secret = 'CANARY'
  const keys = [
    'password',
    'secret',
    'token',
    'privateKey',
    'name',
    'email',
    'params',
    'dateOfBirth',
    'values',
  ]
  for (const key of keys) {
    log.info({ [key]: secret }, 'x')
    log.info({ one: { [key]: secret } }, 'x')
    log.info({ one: { two: { [key]: secret, three: { [key]: secret } } } }, 'x')
    log.child({ [key]: secret }).info('x')
  }
  expect(JSON.stringify(lines())).not.toContain(secret)
  expect(lines()).toHaveLength(keys.length * 4)
})

test("an error's words are shown only where our own code chose them", () => {
  const { log, lines } = openLog()
  const fromDatabase = Object.assign(new Error('invalid input syntax: "CANARY"'), {
    code: '22P02',
    detail: 'CANARY',
  })
  const fromDisk = Object.assign(new Error("ENOENT: no such file, open '/drop/CANARY.csv'"), {
    code: 'ENOENT',
  })
  const fromParser = tryParse('CANARY')
  const deep = new Error('outer', { cause: new Error('middle', { cause: fromParser }) })
  for (const error of [fromDatabase, fromDisk, fromParser, deep]) {
    log.error({ err: error }, 'said')
    log.error({ err: error })
    log.error(error)
  }
  log.error({ err: new ImportError('KEY_WEAK', { problem: 'RSA with 1024 bits' }) }, 'said')
  const text = JSON.stringify(lines())
  expect(text).not.toContain('CANARY')
  expect(text).toContain('no such file or directory')
  expect(text).toContain('RSA with 1024 bits')
  expect(text).toContain('22P02')
  // Where it happened is shown of all of them.
  for (const line of lines())
    expect(line['err']).toMatchObject({ stack: expect.arrayContaining([expect.stringMatching(/^at /)]) })
})

test('a full disk under the log does not end the process', async () => {
  const full = await open('/dev/full', 'w').catch(() => null)
  if (full === null) {
    process.stderr.write('\nNOT TESTED: this machine has no /dev/full.\n')
    return
  }
  const program = join(import.meta.dirname, '../../server/log.ts')
  const source = `
    import { createLog } from ${JSON.stringify(program)}
    const log = createLog({ level: 'info' })
    for (let line = 0; line < 200; line++) log.info({ line }, 'x'.repeat(100))
    setTimeout(() => console.log('still here'), 50)
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', full.fd],
  })
  let said = ''
  child.stdout?.on('data', (chunk) => {
    said += chunk
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  await full.close()
  expect({ code, said }).toEqual({ code: 0, said: 'still here\n' })
})

test('a closed pipe at the other end does not end the process', async () => {
  const program = join(import.meta.dirname, '../../server/log.ts')
  const source = `
    import { createLog, surviveClosedPipes } from ${JSON.stringify(program)}
    surviveClosedPipes()
    const log = createLog({ level: 'info' })
    process.on('message', () => {
      for (let line = 0; line < 2000; line++) {
        log.info({ line }, 'x'.repeat(100))
        console.log('data '.repeat(50))
      }
      setTimeout(() => process.send('still here', () => process.exit(0)), 50)
    })
    process.send('ready')
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const said: unknown[] = []
  child.on('message', (message) => {
    said.push(message)
    if (message !== 'ready') return
    child.stdout?.destroy()
    child.stderr?.destroy()
    child.send('go')
  })
  const code = await new Promise((resolve) => child.on('exit', resolve))
  expect({ code, said }).toEqual({ code: 0, said: ['ready', 'still here'] })
})

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return error
  }
}
