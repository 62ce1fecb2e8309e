/**
 * What the server offers in the SSH handshake: nothing with SHA-1, no compression, no finite-field exchange (a
 * stranger could make the server compute for its login grace). Strict key exchange is ssh2's own and always on.
 * The client's order decides; ours speaks where it leaves the choice: aes128-gcm is fastest where the processor
 * has AES, with or without ssh2's native part.
 */
import type { Algorithms, CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2'
import { POST_QUANTUM_KEX, ssh2PatchStatus } from './ssh2-patch.ts'

const KEX = ['curve25519-sha256', 'curve25519-sha256@libssh.org'] satisfies KexAlgorithm[]
const MACS = ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'] satisfies MacAlgorithm[]
/**
 * All that libssh2 before 1.11 can do, which is the curl of Debian 12. They encrypt and authenticate side by side:
 * no attack on them in SSH's counter mode is known, but auditors warn, so they are there only when asked for.
 */
const OLD_MACS = ['hmac-sha2-256', 'hmac-sha2-512'] satisfies MacAlgorithm[]

/** The lists for ssh2. `takesOldClients` adds what clients from before 2023 need. */
export function offeredAlgorithms({ takesOldClients }: { readonly takesOldClients: boolean }): Algorithms {
  return {
    kex: ssh2PatchStatus().available ? [postQuantum(), ...KEX] : KEX,
    serverHostKey: ['ssh-ed25519'] satisfies ServerHostKeyAlgorithm[],
    cipher: [
      'aes128-gcm@openssh.com',
      'chacha20-poly1305@openssh.com',
      'aes256-gcm@openssh.com',
      'aes128-ctr',
      'aes192-ctr',
      'aes256-ctr',
    ] satisfies CipherAlgorithm[],
    hmac: takesOldClients ? [...MACS, ...OLD_MACS] : MACS,
    compress: ['none'],
  }
}

function postQuantum(): KexAlgorithm {
  // The types know ssh2 without our patch.
  return POST_QUANTUM_KEX as KexAlgorithm
}
