import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { progressBar } from '../../../server/cli/progress.ts'
import { tableText } from '../../../server/cli/table.ts'
import { printable, processTerminal, ReaderGone } from '../../../server/cli/terminal.ts'

interface Given {
  readonly env?: Record<string, string>
  readonly isTTY?: boolean
  readonly columns?: number
}

/** A terminal over streams that can be read back. */
function terminalOver({ env = {}, isTTY = false, columns }: Given) {
  const stream = () => Object.assign(new PassThrough(), { isTTY, columns })
  const [stdout, stderr] = [stream(), stream()]
  const process = { env, stdin: new PassThrough(), stdout, stderr, cwd: () => '/' }
  // Only these parts of a process are used.
  return { stdout, stderr, terminal: processTerminal(process as unknown as NodeJS.Process) }
}

const COLORS: [given: Given, isColored: boolean, why: string][] = [
  [{ isTTY: true }, true, 'on a terminal'],
  [{ isTTY: false }, false, 'not in a pipe'],
  [{ isTTY: true, env: { NO_COLOR: '1' } }, false, 'not where NO_COLOR is set'],
  [{ isTTY: true, env: { NO_COLOR: '' } }, true, 'an empty NO_COLOR is not set'],
  [{ isTTY: true, env: { TERM: 'dumb' } }, false, 'not on a dumb terminal'],
  [{ isTTY: false, env: { FORCE_COLOR: '1' } }, true, 'in a pipe when asked for'],
  [{ isTTY: true, env: { FORCE_COLOR: '0' } }, false, 'not when asked not to'],
  [{ isTTY: true, env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, false, 'NO_COLOR has the last word'],
]

test.each(COLORS)('colours: %j -> %s, %s', (given, isColored) => {
  const { terminal } = terminalOver(given)
  expect(terminal.outColors.isColorSupported).toBe(isColored)
  expect(terminal.errColors.red('x') !== 'x').toBe(isColored)
})

test('lines are as wide as the terminal, but never too wide to read, and 80 where nobody says', () => {
  expect(terminalOver({ isTTY: true, columns: 60 }).terminal.width).toBe(60)
  expect(terminalOver({ isTTY: true, columns: 300 }).terminal.width).toBe(100)
  expect(terminalOver({ isTTY: true, columns: 0 }).terminal.width).toBe(80)
  expect(terminalOver({}).terminal.width).toBe(80)
})

test('data goes to stdout, messages to stderr, and when quiet only complaints do', async () => {
  const { stdout, stderr, terminal } = terminalOver({})
  await terminal.data('data\n')
  terminal.say('said')
  terminal.quiet().say('not said')
  terminal.quiet().complain('complained')
  expect(String(stdout.read())).toBe('data\n')
  expect(String(stderr.read())).toBe('said\ncomplained\n')
})

test('when nobody reads any more, the next data says so', async () => {
  const { stdout, terminal } = terminalOver({})
  stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  await new Promise((resolve) => stdout.once('close', resolve))
  await expect(terminal.data('more')).rejects.toBeInstanceOf(ReaderGone)
})

describe('the bar', () => {
  const update = { phase: 'applying', done: 5, total: 10 } as const

  test.each([
    [{ isTTY: false }, 'in a pipe'],
    [{ isTTY: true, env: { TERM: 'dumb' } }, 'on a dumb terminal'],
  ] as [Given, string][])('is not drawn: %j, %s', (given) => {
    const { stderr, terminal } = terminalOver(given)
    using bar = progressBar(terminal, { patienceMs: 0 })
    bar.update(update)
    expect(stderr.read()).toBeNull()
  })

  test('is drawn on a terminal, once the work has taken a moment, and never on stdout', () => {
    const { stdout, stderr, terminal } = terminalOver({ isTTY: true, columns: 80 })
    const hasty = progressBar(terminal, { patienceMs: 60_000 })
    hasty.update(update)
    expect(stderr.read()).toBeNull()
    using bar = progressBar(terminal, { patienceMs: 0 })
    bar.update(update)
    expect(stdout.read()).toBeNull()
  })

  test('is not drawn for whoever wants quiet', () => {
    const { stderr, terminal } = terminalOver({ isTTY: true })
    using bar = progressBar(terminal.quiet(), { patienceMs: 0 })
    bar.update(update)
    expect(stderr.read()).toBeNull()
  })
})

test('a table has a header, aligned columns and no lines', () => {
  const { terminal } = terminalOver({})
  const columns = [
    { header: 'Name', cell: (row: { name: string }) => row.name },
    { header: 'Count', align: 'right', cell: (row: { count: number }) => String(row.count) },
  ] as const
  const rows = [
    { name: 'Zoë', count: 5 },
    { name: '山田', count: 1000 },
  ]
  expect(tableText<(typeof rows)[number]>(columns, rows, terminal.outColors)).toBe(
    ['Name  Count', 'Zoë       5', '山田   1000', ''].join('\n'),
  )
})

test('a name from outside cannot move the cursor, forge a line or write backwards', () => {
  expect(printable('a\u001b[2Jb\nc\u202ed\u0085e')).toBe('a?[2Jb?c?d?e')
  expect(printable('Zoë 山田 👩‍💻'.normalize('NFC'))).toContain('Zoë 山田')
})
