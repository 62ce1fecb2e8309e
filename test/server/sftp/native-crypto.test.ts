/** The compiled ciphers of ssh2, as our patch leaves them. */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { nativeCryptoStatus } from '../../../server/sftp/native-crypto.ts'
import { notTested } from '../../support/sftp-programs.ts'

const require = createRequire(import.meta.url)

// What is collected while compiled JavaScript allocates is collected outside of any context of Node's.
const LET_GO = `
  const { AESGCMCipher, AESGCMDecipher, ChaChaPolyCipher, ChaChaPolyDecipher, GenericCipher, GenericDecipher } =
    require(process.argv[1])
  const [iv, key, keys] = [12, 16, 64].map((length) => Buffer.alloc(length))
  const makers = {
    AESGCMCipher: () => new AESGCMCipher('aes-128-gcm', key, iv),
    AESGCMDecipher: () => new AESGCMDecipher('aes-128-gcm', key, iv),
    ChaChaPolyCipher: () => new ChaChaPolyCipher(keys),
    ChaChaPolyDecipher: () => new ChaChaPolyDecipher(keys),
    GenericCipher: () => new GenericCipher('aes-128-ctr', key, key, 'sha256', key, true),
    GenericDecipher: () => new GenericDecipher('aes-128-ctr', key, key, 'sha256', key, true, 32),
  }
  let rubbish
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 100; i++) makers[process.argv[2]]()
    for (let i = 0; i < 100_000; i++) rubbish = [rubbish?.length, { i }]
  }`

test.each([
  'AESGCMCipher',
  'AESGCMDecipher',
  'ChaChaPolyCipher',
  'ChaChaPolyDecipher',
  'GenericCipher',
  'GenericDecipher',
])('a native %s that nobody holds any more goes without taking the process with it', async (cipher) => {
  const { available, reason } = nativeCryptoStatus()
  if (!available) return notTested(`the native ciphers are missing (${reason})`)
  const addon = require.resolve('ssh2/lib/protocol/crypto/build/Release/sshcrypto.node')
  const node = promisify(execFile)(process.execPath, ['-e', LET_GO, addon, cipher])
  await expect(node).resolves.toBeDefined()
})
