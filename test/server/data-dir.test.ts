/** The data directory: one server at a time, for its owner only, free again afterwards. */
import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../server/config.ts'
import { holderOf, makeDataDir, nodeIdOf, tryLock } from '../../server/control/data-dir.ts'
import { connectControl } from '../../server/control.ts'
import { createLog } from '../../server/log.ts'
import { startServer } from '../../server/main.ts'
import type { Config } from '../../server/settings.ts'
import { temporaryFolder } from '../e2e/rollcall.ts'

const log = createLog({ level: 'silent' })

function configFor(data: string): Config {
  const flags = { data, sftpHost: '127.0.0.1', sftpPort: '0', httpPort: '0' }
  return loadConfig({ env: {}, flags, cwd: '/' }).config
}

const start = (data: string) => startServer({ config: configFor(data), log, version: 'test' })

describe('the data directory', () => {
  test('is made for its owner only', async () => {
    const folder = join(await temporaryFolder(), 'deep', 'data')
    await makeDataDir(folder)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  test('has one server at a time, and the second is told who has it', async () => {
    const folder = await temporaryFolder()
    await using _first = await start(folder)
    await expect(start(folder)).rejects.toMatchObject({ code: 'DATA_IN_USE', params: { pid: process.pid } })
  })

  test('is free again when its server stopped, and nothing of it is left', async () => {
    const folder = await temporaryFolder()
    const first = await start(folder)
    await first.stop()
    expect(await readdir(folder)).not.toContain('control.sock')
    expect(holderOf(folder)).toBeNull()
    await using second = await start(folder)
    expect(second.status.pid).toBe(process.pid)
  })

  test('is given back by a start that fails', async () => {
    const folder = await temporaryFolder()
    await using other = await start(await temporaryFolder())
    const taken = { ...configFor(folder), httpPort: other.status.http?.port ?? 0 }
    const failing = startServer({ config: taken, log, version: 'test' })
    await expect(failing).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      params: { setting: 'ROLLCALL_HTTP_PORT' },
    })
    using lock = tryLock(folder, 'command')
    expect(lock).not.toBeNull()
  })

  test('may lie so deep that no socket fits into it', async () => {
    const folder = join(await temporaryFolder(), 'x'.repeat(60), 'y'.repeat(60))
    const deep = await start(folder)
    const socket = holderOf(folder)?.socket ?? ''
    expect(Buffer.byteLength(socket)).toBeLessThan(104)
    expect((await stat(socket)).mode & 0o777).toBe(0o600)
    await expect((await connectControl(folder)).listAccounts()).resolves.toEqual([])
    await deep.stop()
    await expect(stat(join(socket, '..'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('has what a killed server left elsewhere cleared away by the next one', async () => {
    const folder = await temporaryFolder()
    const elsewhere = await mkdtemp(join(tmpdir(), 'rollcall-'))
    const socket = join(elsewhere, 'control.sock')
    await writeFile(socket, '')
    await writeFile(join(folder, 'running.json'), JSON.stringify({ pid: 1, kind: 'server', socket }))
    using lock = tryLock(folder, 'server')
    expect(lock).not.toBeNull()
    await expect(stat(elsewhere)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(holderOf(folder)).toEqual({ pid: process.pid, kind: 'server', socket: null })
  })

  test('keeps the name of its node, unless it was given one', async () => {
    const folder = await temporaryFolder()
    const made = await nodeIdOf(folder, null)
    expect(made).toMatch(/^node-[0-9a-f]{12}$/)
    expect(await nodeIdOf(folder, null)).toBe(made)
    expect(await nodeIdOf(folder, 'west-2')).toBe('west-2')
  })

  test('without a server has nobody to talk to', async () => {
    await expect(connectControl(await temporaryFolder())).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
    })
  })
})
