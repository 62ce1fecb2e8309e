/** `validate`: the checks of an import, with nothing stored; no account, no server and no data needed. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Run } from '../../importer/types.ts'
import { type Context, jsonText } from './context.ts'
import { UsageError } from './failure.ts'
import { type Input, openInput, withPath } from './input.ts'
import { exitCodeOf } from './outcome.ts'
import { progressBar } from './progress.ts'
import { runText } from './run-text.ts'
import { withSession } from './session.ts'
import { readSettings } from './settings-file.ts'
import type { Terminal } from './terminal.ts'
import type { ValidateFormat } from './validate-formats.ts'
import { ownVersion } from './version.ts'

export interface ValidateOptions {
  readonly account?: string
  /** By whose settings of the account. */
  readonly source?: string
  /** A file with the settings of a source, for a check without an account. */
  readonly settings?: string
  readonly name?: string
  readonly format: ValidateFormat
}

/** `context` reads the configuration, which only a check against an account needs. */
export async function validate(
  { terminal, context }: { terminal: Terminal; context: () => Context },
  path: string,
  options: ValidateOptions,
): Promise<number> {
  const { account, source, settings } = options
  if (account === undefined && source !== undefined)
    throw new UsageError(
      '--source names a source of an account.',
      'Add --account <slug>, or use --settings <file>.',
    )
  if (account !== undefined && settings !== undefined)
    throw new UsageError('An account brings its own settings.', 'Leave out --settings, or --account.')
  const input = await openInput(terminal, path, options.name)
  const run = await withPath(input, path, async (onDisk) =>
    account === undefined
      ? await validateAlone(terminal, input, onDisk, settings)
      : await validateAgainst(
          context(),
          { account, ...(source === undefined ? {} : { source }) },
          input,
          onDisk,
        ),
  )
  await terminal.data(await rendered(run, { terminal, path, format: options.format }))
  return exitCodeOf(run)
}

/** `path` as it was typed: what a pipeline's log links to. */
async function rendered(
  run: Run,
  { terminal, path, format }: { terminal: Terminal; path: string; format: ValidateFormat },
): Promise<string> {
  if (format === 'json') return jsonText(run)
  if (format === 'text') return await runText(run, terminal)
  const { problemLines, sarif } = await import('../../importer/importer.ts')
  const file = path === '-' ? run.fileName : path
  return format === 'lines' ? problemLines(run, file) : sarif(run, file, ownVersion())
}

async function validateAgainst(
  { terminal, config }: Context,
  { account, ...source }: { account: string; source?: string },
  input: Input,
  path: string,
): Promise<Run> {
  return await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    // A running server has another working directory than we.
    door.validateFor(account, { path: resolve(terminal.cwd, path), fileName: input.fileName, ...source }),
  )
}

async function validateAlone(
  terminal: Terminal,
  { fileName }: Input,
  path: string,
  settingsFile: string | undefined,
): Promise<Run> {
  const { validateAlone: check } = await import('../../importer/importer.ts')
  const settings = settingsFile === undefined ? {} : await readSettings(terminal, settingsFile)
  const { size: total } = await stat(path)
  using bar = progressBar(terminal)
  const now = new Date()
  return await check({
    path,
    settings,
    fileName,
    // Nobody's time zone but that of whoever asks.
    today: new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short' }).format(now),
    now: now.toISOString(),
    onBytes: (done) => bar.update({ phase: 'reading', done, total }),
  })
}
