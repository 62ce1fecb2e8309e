/** Encrypted files, from the key that is made for a customer to the people in the roster; on both engines. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMessage, encrypt, generateKey, readKey, readPrivateKey } from 'openpgp'
import { describe, expect, test } from 'vitest'
import { createPgpKeyring, type PgpKeyring } from '../../keys/pgp-keyring.ts'
import { masterKeyPath, openVault } from '../../keys/vault.ts'
import { ENGINES, temporaryFolder } from '../support/engines.ts'
import { openTestImporter, type TestImporter } from '../support/importer.ts'
import { collect } from './report/collect.ts'

const PEOPLE = 'Name,Email\n"Ada",ada@x.io\nBob,nobody\n'

/** When the tests' importers live; a signature from the future proves nothing. */
const NOW = new Date('2026-11-21T09:00:00Z')

async function sealed(text: string, publicKey: string, signer?: string): Promise<Buffer> {
  const bytes = await encrypt({
    message: await createMessage({ text }),
    encryptionKeys: await readKey({ armoredKey: publicKey }),
    ...(signer === undefined ? {} : { signingKeys: await readPrivateKey({ armoredKey: signer }) }),
    date: NOW,
    format: 'binary',
  })
  return Buffer.from(bytes as Uint8Array) // what the format says
}

function keyringOf(of: TestImporter): PgpKeyring {
  const vault = () => openVault(masterKeyPath(of.dataDir), { mayCreate: true })
  return createPgpKeyring({ db: of.db, vault, now: () => of.clock.now() })
}

describe.each(ENGINES)('on %s', (engine) => {
  test('a file for the key of its account is opened, read, and its rejects are shown', async () => {
    const of = await openTestImporter(engine)
    const account = await of.importer.account('acme')
    const { publicKey, fingerprint } = await keyringOf(of).create(account)
    await of.importer.setSource('acme', 'sftp', { pgp: 'required' })
    const run = await of.deliver(await sealed(PEOPLE, publicKey), { fileName: 'people.csv.pgp' })
    expect(run).toMatchObject({ state: 'succeeded_with_errors', counts: { created: 1, rejected: 1 } })
    const rejects = (await collect(of.importer.report(run.id, 'rejects'))).join('')
    expect(rejects).toMatch(/^Name,Email,Import Row.*\nBob,nobody,2,/)
    await keyringOf(of).revoke(fingerprint.toLowerCase())
    const refused = await of.deliver(await sealed(`${PEOPLE}\n`, publicKey), { fileName: 'people.csv.pgp' })
    expect(refused).toMatchObject({ state: 'rejected', issueCounts: { FILE_DECRYPT: 1 } })
  })

  test('a key of one account opens nothing for another', async () => {
    const of = await openTestImporter(engine)
    await of.addAccount('globex')
    const { publicKey } = await keyringOf(of).create(await of.importer.account('acme'))
    await keyringOf(of).create(await of.importer.account('globex'))
    await of.importer.setSource('globex', 'sftp', { pgp: 'optional' })
    const run = await of.deliver(await sealed(PEOPLE, publicKey), {
      fileName: 'p.csv.gpg',
      account: 'globex',
    })
    expect(run).toMatchObject({ state: 'rejected', issueCounts: { FILE_DECRYPT: 1 } })
  })

  test('where a signature is required, only the key that was given for the sender proves it', async () => {
    const of = await openTestImporter(engine)
    const account = await of.importer.account('acme')
    const keyring = keyringOf(of)
    const { publicKey } = await keyring.create(account)
    await of.importer.setSource('acme', 'sftp', { pgp: 'required', pgpSignature: 'required' })
    const sender = await generateKey({
      userIDs: [{ name: 'HR' }],
      date: new Date('2026-01-01'),
      format: 'armored',
    })
    const signed = await sealed(PEOPLE, publicKey, sender.privateKey)
    const options = { fileName: 'people.csv.pgp' }
    expect((await of.deliver(signed, options)).issueCounts).toEqual({ FILE_SIGNATURE: 1 })
    expect((await keyring.add(account, sender.publicKey)).kind).toBe('sender')
    expect((await of.deliver(signed, options)).counts.created).toBe(1)
    expect((await of.deliver(await sealed(PEOPLE, publicKey), options)).issueCounts).toEqual({
      FILE_SIGNATURE: 1,
    })
  })

  test('our own public key is not taken for one of a sender, and goes on opening files', async () => {
    const of = await openTestImporter(engine)
    const account = await of.importer.account('acme')
    const { publicKey } = await keyringOf(of).create(account)
    await expect(keyringOf(of).add(account, publicKey)).rejects.toMatchObject({ code: 'PGP_KEY_INVALID' })
    await of.importer.setSource('acme', 'sftp', { pgp: 'required' })
    const run = await of.deliver(await sealed(PEOPLE, publicKey), { fileName: 'people.csv.pgp' })
    expect(run.counts.created).toBe(1)
  })

  test('validate opens a file as the import will, and refuses one in the clear as the import does', async () => {
    const of = await openTestImporter(engine)
    const { publicKey } = await keyringOf(of).create(await of.importer.account('acme'))
    await of.importer.setSource('acme', 'sftp', { pgp: 'required' })
    const path = join(temporaryFolder(), 'people.csv.pgp')
    writeFileSync(path, await sealed(PEOPLE, publicKey))
    const checked = await of.importer.validateFor('acme', { path, fileName: 'people.csv.pgp' })
    expect(checked.counts).toMatchObject({ read: 2, rejected: 1 })
    writeFileSync(path, PEOPLE)
    const refused = await of.importer.validateFor('acme', { path, fileName: 'people.csv' })
    expect(refused.issueCounts).toEqual({ FILE_NOT_ENCRYPTED: 1 })
  })

  test('nothing of a private key stands in the database in the clear', async () => {
    const of = await openTestImporter(engine)
    await keyringOf(of).create(await of.importer.account('acme'))
    const rows = await of.db.selectFrom('pgp_key').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toMatch(/PRIVATE KEY/)
    expect(rows[0]?.private_key).toMatch(/^v1\./)
  })
})

test.each([
  ['no key at all', 'ssh-ed25519 AAAA', /no armored|not an armored/],
  [
    'a damaged block',
    '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxjMEZ\n-----END PGP PUBLIC KEY BLOCK-----',
    /damaged/,
  ],
])('what is %s is refused as a key', async (_, text, problem) => {
  const of = await openTestImporter('sqlite')
  await expect(keyringOf(of).add(await of.importer.account('acme'), text)).rejects.toMatchObject({
    code: 'PGP_KEY_INVALID',
    params: { problem: expect.stringMatching(problem) },
  })
})

test('a private key that is locked is refused with what to do', async () => {
  const of = await openTestImporter('sqlite')
  const { privateKey } = await generateKey({
    userIDs: [{ name: 'x' }],
    passphrase: 'secret words',
    format: 'armored',
  })
  await expect(keyringOf(of).add(await of.importer.account('acme'), privateKey)).rejects.toMatchObject({
    params: { problem: expect.stringMatching(/passphrase/) },
  })
})
