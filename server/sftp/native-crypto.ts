import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)

/**
 * Whether ssh2 encrypts with its native ciphers in this process, and if not, why. Without them everything still works,
 * but the default cipher of OpenSSH runs at about half the speed.
 */
export function nativeCryptoStatus(): { available: boolean; reason?: string } {
  // What ssh2 itself took when it was loaded, not what lies on the disk now.
  const { bindingAvailable } = require('ssh2/lib/protocol/crypto.js') as { bindingAvailable: boolean }
  return bindingAvailable ? { available: true } : { available: false, reason: whyNot() }
}

function whyNot(): string {
  const build = `node ${fileURLToPath(new URL('./build-crypto.mjs', import.meta.url))}`
  try {
    require('ssh2/lib/protocol/crypto/build/Release/sshcrypto.node')
    return 'built after this process started: restart it'
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND'
    const state = isMissing ? 'not built' : 'built for another Node'
    return `${state}: install python3, make and a C++ compiler, then run: ${build}`
  }
}
