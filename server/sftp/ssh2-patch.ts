import { encapsulate } from 'node:crypto'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)

/** The hybrid of ML-KEM and X25519: traffic recorded today stays shut to a quantum computer of tomorrow. */
export const POST_QUANTUM_KEX = 'mlkem768x25519-sha256'

/** Whether the ssh2 in this process has the post-quantum exchange of our patch, and if not, why. */
export function ssh2PatchStatus(): { available: boolean; reason?: string } {
  // What ssh2 itself took when it was loaded, not what lies on the disk now.
  const { SUPPORTED_KEX } = require('ssh2/lib/protocol/constants.js') as { SUPPORTED_KEX: readonly string[] }
  if (SUPPORTED_KEX.includes(POST_QUANTUM_KEX)) return { available: true }
  // Older Nodes do not have it, whatever the types say.
  if (typeof encapsulate !== 'function')
    return { available: false, reason: 'this Node has no ML-KEM: use Node 24.7 or later' }
  const patch = `node ${fileURLToPath(new URL('./patch-ssh2.mjs', import.meta.url))}`
  return {
    available: false,
    reason: `ssh2 is not patched: run ${patch} and restart; it says what is in the way`,
  }
}
