/** The data directory: whose it is, who may look into it, and whether files can be kept there. */
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { problemOf } from '../../../importer/errors.ts'
import { partPath } from '../../../importer/importer.ts'
import { readEd25519Key } from '../../../keys/ed25519.ts'
import { hostKeyPath } from '../../../keys/host-key.ts'
import { CONFIG_FILE } from '../../config.ts'
import { isThere } from '../../control/data-dir.ts'
import { writeDurably } from '../../intake/durable-files.ts'
import type { Config } from '../../settings.ts'
import type { Finding } from './examine.ts'

export async function dataChecks({ data }: Config): Promise<Finding[]> {
  if (!isThere(data)) {
    const fix =
      'It is made by `rollcall serve`. If there should be one, name it with --data or ROLLCALL_DATA.'
    return [{ mark: 'warn', check: 'Data directory', found: `${data} is not there yet`, fix }]
  }
  return [await permissions(data), await hostKey(data), await writable(data), ...(await secrets(data))]
}

async function permissions(data: string): Promise<Finding> {
  const check = 'Data directory'
  const { mode, uid } = await stat(data)
  const isOurs = process.getuid === undefined || uid === process.getuid()
  if (!isOurs) {
    return { mark: 'fail', check, found: `${data} belongs to user ${uid}`, fix: 'Run Rollcall as that user.' }
  }
  if ((mode & 0o077) !== 0) {
    const found = `${data} can be entered by others (${(mode & 0o777).toString(8)})`
    return { mark: 'warn', check, found, fix: `chmod 700 ${data}` }
  }
  return { mark: 'ok', check, found: data, fix: null }
}

/** Reads the key without making one. */
async function hostKey(data: string): Promise<Finding> {
  const check = 'Host key'
  const path = hostKeyPath(data)
  const found = await stat(path).catch(() => null)
  if (found === null) return { mark: 'ok', check, found: 'made by the first start', fix: null }
  if ((found.mode & 0o077) !== 0)
    return { mark: 'fail', check, found: `${path} can be read by others`, fix: `chmod 600 ${path}` }
  try {
    const { fingerprint } = readEd25519Key(await readFile(path, 'utf8'))
    return { mark: 'ok', check, found: `Ed25519 ${fingerprint}`, fix: null }
  } catch {
    const fix = 'Restore it from a backup: with a new one every client refuses the server.'
    return { mark: 'fail', check, found: `${path} cannot be read`, fix }
  }
}

/** Does what a delivery does: writes a file and brings it to the disk. */
async function writable(data: string): Promise<Finding> {
  const check = 'Inbox'
  const parts = dirname(partPath(data, 'any'))
  // Where a server looks for leftovers at its start, should this one be cut off.
  const path = join(isThere(parts) ? parts : data, `doctor-${randomBytes(6).toString('hex')}`)
  try {
    await writeDurably(fs, path, 'rollcall doctor\n')
    return { mark: 'ok', check, found: 'files can be written and kept', fix: null }
  } catch (error) {
    const fix = `Give the user that runs Rollcall write access to ${dirname(path)}, or free some space.`
    return { mark: 'fail', check, found: `nothing can be written (${problemOf(error)})`, fix }
  } finally {
    await rm(path, { force: true })
  }
}

/** The configuration may hold the database's password. */
async function secrets(data: string): Promise<Finding[]> {
  const path = join(data, CONFIG_FILE)
  const found = await stat(path).catch(() => null)
  if (found === null || (found.mode & 0o044) === 0) return []
  const isShut = ((await stat(data)).mode & 0o077) === 0
  if (isShut) return []
  return [
    {
      mark: 'warn',
      check: 'Configuration',
      found: `${path} can be read by others`,
      fix: `chmod 600 ${path}`,
    },
  ]
}
