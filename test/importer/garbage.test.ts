/** Whatever bytes are delivered, they end in a run with a reason, and never in the roster by accident. */
import { deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isResting } from '../../importer/run/state.ts'
import type { Run } from '../../schemas/run.ts'
import { ENGINES, type EngineName } from '../support/engines.ts'
import { csv, openTestImporter, type TestImporter } from '../support/importer.ts'

/** A run is at rest, and says by an issue or an error why it did nothing, if it did nothing. */
function expectReason(run: Run): void {
  expect(isResting(run.state)).toBe(true)
  const { read, blank, rejected, excluded, held, created, updated, unchanged } = run.counts
  expect(read).toBe(blank + rejected + excluded + held + created + updated + unchanged)
  if (run.state === 'rejected')
    expect(run.issues.filter(({ severity }) => severity === 'fatal')).not.toEqual([])
  else expect(['succeeded', 'succeeded_with_errors', 'held', 'duplicate']).toContain(run.state)
}

async function deliverAll(of: TestImporter, files: (string | Uint8Array)[]): Promise<void> {
  for (const content of files) expectReason(await of.deliver(content))
}

const bytes = fc.oneof(
  { arbitrary: fc.uint8Array({ maxLength: 64 * 1024, size: 'max' }), weight: 2 },
  { arbitrary: fc.uint8Array({ maxLength: 200 }), weight: 1 },
)
/** Nearly a file: the letters of the trade in any order. */
const nearly = fc
  .array(
    fc.constantFrom(
      'Name',
      'Employee Id',
      'Email',
      'End Date',
      'a@x.io',
      '2026-01-01',
      '"',
      '""',
      ',',
      ',',
      ',',
      ';',
      '\t',
      '\n',
      '\n',
      '\r\n',
      '\r',
      '\ufeff',
      '\u0000',
      "'",
      '=',
      '__CLEAR__',
      'TRUE',
      '李',
      '\u200b',
      ' ',
    ),
    { maxLength: 300 },
  )
  .map((parts) => parts.join(''))
const withHeader = nearly.map((text) => `Name,Employee Id,Email,End Date\n${text}`)

/** Fewer on PostgreSQL: what the bytes mean is decided before a database is asked. */
const RUNS: Record<EngineName, number> = { sqlite: 40, postgres: 15 }

describe.each(ENGINES)('on %s', (engine) => {
  test.each([
    ['random bytes', bytes],
    ['the letters of a CSV in any order', nearly],
    ['a good header above anything', withHeader],
  ] as const)('%s end in a run that rests and says why', async (_, content) => {
    const of = await openTestImporter(engine)
    await fc.assert(
      fc.asyncProperty(content, async (one: string | Uint8Array) => {
        expectReason(await of.deliver(one))
        // That a file was rejected is told; nothing else may be.
        expect(of.log.filter(({ level, text }) => level !== 'info' && text !== 'a run came to rest')).toEqual(
          [],
        )
      }),
      { numRuns: RUNS[engine] },
    )
  })

  test('files of every other kind end in a run that says what they are', async () => {
    const of = await openTestImporter(engine)
    const table = csv(['Name', 'Employee Id'], ['Ada', '1'])
    await deliverAll(of, [
      '',
      '\ufeff',
      '\n\n\n',
      ' , , ',
      'Name,Employee Id',
      'Name,Employee Id\n',
      'Name,Employee Id\n,\n,\n',
      'Name,Name,Employee Id\nA,B,1\n',
      ',,\n1,2,3\n',
      'Employee Id\n"never closed\n1\n2\n',
      `Employee Id\n"${'x'.repeat(100_000)}"\n`,
      `${'a,'.repeat(5_000)}Employee Id\n`,
      `Name,Employee Id\n${'\0'.repeat(10_000)}`,
      gzipSync(table),
      deflateRawSync(table),
      Buffer.from(`\ufeff${table}`, 'utf16le'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('PK\u0003\u0004 not really a zip'),
      Buffer.from('Name,Employee Id\nJ\xf6rg,1\n', 'latin1'),
      '%PDF-1.7 and so on',
      '{"name":"Ada"}',
      '<html><table><tr><td>Ada</td></tr></table></html>',
      `Name,Employee Id,__proto__,constructor,toString\nAda,proto,1,2,3\n`,
      `Name,Employee Id\nAda,constructor\nBob,__proto__\nEve,toString\n`,
    ])
    expect((await of.roster()).every(({ name }) => ['Ada', 'Bob', 'Eve'].includes(name))).toBe(true)
  })

  test('a name of a file is never a path, nor too much for one', async () => {
    const of = await openTestImporter(engine)
    const names = [
      '../../etc/passwd.csv',
      '/abs.csv',
      '..',
      '.csv',
      'a\nb.csv',
      `${'long '.repeat(60)}.csv`,
      `${'長'.repeat(90)}.csv`,
      '\u202egnp.csv',
      'ü\u0308.csv',
      ' .csv',
      'con.csv',
      '-rf.csv',
      'no\\way.csv',
    ]
    for (const fileName of names) {
      const run = await of.deliver(csv(['Name', 'Employee Id'], ['Ada', fileName]), { fileName })
      expect(run.fileName).toBe(fileName)
      expectReason(run)
    }
    const written = Object.keys(of.results())
    expect(written.filter((name) => name.endsWith('.report.json'))).toHaveLength(names.length)
    expect(written.every((name) => !name.startsWith('.') && Buffer.byteLength(name) < 255)).toBe(true)
  })
})
