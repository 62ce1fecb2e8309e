/**
 * What the server offers in the SSH handshake: nothing with SHA-1, no compression, no finite-field exchange (a
 * stranger could make the server compute for its login grace). Strict key exchange is ssh2's own and always on.
 * The client's order decides; ours speaks where it leaves the choice: aes128-gcm is fastest where the processor
 * has AES, with or without ssh2's native part.
 */
import type { CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2'

export const ALGORITHMS = {
  kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org'] satisfies KexAlgorithm[],
  serverHostKey: ['ssh-ed25519'] satisfies ServerHostKeyAlgorithm[],
  cipher: [
    'aes128-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ] satisfies CipherAlgorithm[],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'] satisfies MacAlgorithm[],
  compress: ['none' as const],
}
