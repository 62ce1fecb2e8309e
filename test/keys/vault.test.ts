import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { masterKeyPath, openVault } from '../../keys/vault.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rollcall-vault-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

const CONTEXT = 'pgp_key/acme/AB12'

describe('a sealed secret', () => {
  test('opens again, also after a restart, and shows nothing of itself', async () => {
    const path = masterKeyPath(folder())
    const sealed = (await openVault(path, { mayCreate: true })).seal('très secret', CONTEXT)
    expect(sealed).not.toContain('secret')
    expect((await openVault(path, { mayCreate: false })).open(sealed, CONTEXT)).toBe('très secret')
  })

  test('is another one each time', async () => {
    const vault = await openVault(masterKeyPath(folder()), { mayCreate: true })
    expect(vault.seal('same', CONTEXT)).not.toBe(vault.seal('same', CONTEXT))
  })

  test('does not open for somebody else, nor after a single bit has changed', async () => {
    const vault = await openVault(masterKeyPath(folder()), { mayCreate: true })
    const sealed = vault.seal('secret', CONTEXT)
    const [format, id, body = ''] = sealed.split('.')
    const bytes = Buffer.from(body, 'base64url')
    expect(() => vault.open(sealed, 'pgp_key/globex/AB12')).toThrow(/belongs to something else/)
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      const text = [format, id, changed.toString('base64url')].join('.')
      expect(() => vault.open(text, CONTEXT), `byte ${at}`).toThrow(/damaged/)
    }
  })

  test('says which of the two is wrong: the master key, or the secret', async () => {
    const first = await openVault(masterKeyPath(folder()), { mayCreate: true })
    const second = await openVault(masterKeyPath(folder()), { mayCreate: true })
    const sealed = first.seal('secret', CONTEXT)
    expect(() => second.open(sealed, CONTEXT)).toThrow(/another master key/)
    expect(() => first.open('v9.x.y', CONTEXT)).toThrow(/does not know/)
    expect(() => first.open(sealed.slice(0, 12), CONTEXT)).toThrow(/damaged/)
  })
})

describe('the master key', () => {
  test('is made once, readable by its owner only, and by one of many at the same time', async () => {
    const path = masterKeyPath(folder())
    const opened = Array.from({ length: 8 }, () => openVault(path, { mayCreate: true }))
    const [vault, ...others] = await Promise.all(opened)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const sealed = vault?.seal('secret', CONTEXT) ?? ''
    for (const other of others) expect(other.open(sealed, CONTEXT)).toBe('secret')
    expect((await openVault(path, { mayCreate: false })).open(sealed, CONTEXT)).toBe('secret')
  })

  test('is not made where it must be there, and never over one that is', async () => {
    const path = masterKeyPath(folder())
    await expect(openVault(path, { mayCreate: false })).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
    expect(existsSync(path)).toBe(false)
    await openVault(path, { mayCreate: true })
    const before = readFileSync(path, 'utf8')
    await openVault(path, { mayCreate: true })
    expect(readFileSync(path, 'utf8')).toBe(before)
  })

  test.each([
    ['open to others', (path: string) => chmodSync(path, 0o640), /too open/],
    ['too short', (path: string) => writeFileSync(path, 'c2hvcnQ=\n'), /32 bytes/],
  ])('that is %s is refused', async (_, spoil, problem) => {
    const path = masterKeyPath(folder())
    await openVault(path, { mayCreate: true })
    spoil(path)
    await expect(openVault(path, { mayCreate: true })).rejects.toMatchObject({
      code: 'SECRET_UNREADABLE',
      params: { problem: expect.stringMatching(problem) },
    })
  })
})
