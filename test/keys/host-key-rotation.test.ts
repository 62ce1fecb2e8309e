import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hostKeyPath, openHostKey } from '../../keys/host-key.ts'
import { hostKeys, makeNextHostKey, rotateHostKey } from '../../keys/host-key-rotation.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-host-keys-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

test('both fingerprints are known ahead, and the change shows exactly the one that was announced', async () => {
  const first = await openHostKey(dataDir)
  expect(await hostKeys(dataDir)).toEqual({
    current: { fingerprint: first.fingerprint, publicKeyLine: first.publicKeyLine },
    next: null,
  })
  const { current, next } = await makeNextHostKey(dataDir, '2027-01-31')
  expect(current.fingerprint).toBe(first.fingerprint)
  expect(next?.plannedFor).toBe('2027-01-31')
  expect((await openHostKey(dataDir)).fingerprint).toBe(first.fingerprint)
  await rotateHostKey(dataDir, new Date('2027-01-31T12:00:00.123Z'))
  expect(await hostKeys(dataDir)).toMatchObject({ current: { fingerprint: next?.fingerprint }, next: null })
  expect(await openHostKey(dataDir)).toMatchObject({ fingerprint: next?.fingerprint, created: false })
})

test('the old key is kept, and every key can be read by its owner only', async () => {
  await openHostKey(dataDir)
  await makeNextHostKey(dataDir, '2027-01-31')
  await rotateHostKey(dataDir, new Date('2027-01-31T12:00:00Z'))
  const folder = dirname(hostKeyPath(dataDir))
  const names = (await readdir(folder)).sort()
  expect(names).toEqual(['ssh_host_ed25519_key', 'ssh_host_ed25519_key.until-20270131T120000Z'])
  for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
})

test('a next key that was announced is never replaced by another', async () => {
  const { next } = await makeNextHostKey(dataDir, '2027-01-31')
  await expect(makeNextHostKey(dataDir, '2027-02-28')).rejects.toMatchObject({ code: 'HOST_KEY_NEXT' })
  expect((await hostKeys(dataDir)).next).toEqual(next)
})

test('without a next key nothing is changed', async () => {
  const { fingerprint } = await openHostKey(dataDir)
  await expect(rotateHostKey(dataDir, new Date())).rejects.toMatchObject({ code: 'HOST_KEY_NEXT' })
  expect((await openHostKey(dataDir)).fingerprint).toBe(fingerprint)
})

test('a damaged next key is said to be, and the one in use stays', async () => {
  await makeNextHostKey(dataDir, '2027-01-31')
  await writeFile(`${hostKeyPath(dataDir)}.next`, 'no key', { mode: 0o600 })
  await expect(rotateHostKey(dataDir, new Date())).rejects.toMatchObject({ code: 'HOST_KEY_UNREADABLE' })
  expect((await openHostKey(dataDir)).created).toBe(false)
})
