/** `export`: the roster as CSV. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ImportError, problemOf } from '../../importer/errors.ts'
import type { Context } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'

export interface ExportOptions {
  readonly account: string
  readonly includeDeactivated: boolean
  readonly asOf?: string
  readonly output?: string
}

export async function exportRoster({ terminal, config }: Context, options: ExportOptions): Promise<number> {
  const { account, includeDeactivated, asOf, output } = options
  await withSession({ config, terminal, needs: 'look' }, async ({ door }) => {
    const chunks = door.exportRoster(account, { includeDeactivated, ...(asOf === undefined ? {} : { asOf }) })
    if (output !== undefined) return await writeWhole(output, chunks)
    for await (const chunk of chunks) await terminal.data(chunk)
  })
  if (output !== undefined) terminal.say(`Written to ${output}.`)
  return EXIT.done
}

/** All of it or nothing, and for the owner's eyes only: it is a list of people. */
async function writeWhole(path: string, chunks: AsyncIterable<string>): Promise<void> {
  const part = `${path}.part`
  try {
    await pipeline(Readable.from(chunks), createWriteStream(part, { mode: 0o600 }))
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    if (error instanceof ImportError) throw error
    throw new ImportError('FILE_UNREADABLE', { problem: `${path} cannot be written (${problemOf(error)})` })
  }
}
