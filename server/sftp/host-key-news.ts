/**
 * Tells clients which host key comes next, so that those which keep a list (OpenSSH with `UpdateHostKeys`) know it
 * before it is used and do not take the change for an attack. A client asks for a proof that we have the key.
 */
import ssh2, { type Connection as SshConnection } from 'ssh2'
import { WireReader, wireString } from '../../keys/wire.ts'

/** A private key in OpenSSH's form. */
export interface OwnKey {
  readonly privateKey: string
}

/** What our patch adds to a connection of ssh2, where it is applied. */
interface PatchedConnection {
  announceHostKeys?(keys: readonly Buffer[]): void
  on(event: 'hostkeys-prove', listener: (asked: Buffer, session: Buffer, prove: Prove) => void): unknown
}
type Prove = (proofs: Buffer | null) => void

const PROOF = 'hostkeys-prove-00@openssh.com'

/** To be called when a client has logged in. */
export function announceHostKeys(client: SshConnection, keys: readonly OwnKey[]): void {
  const patched = client as unknown as PatchedConnection // the types know ssh2 without our patch
  if (patched.announceHostKeys === undefined) return
  const own = new Map(keys.map((key) => [blobOf(key).toString('base64'), key]))
  patched.on('hostkeys-prove', (asked, session, prove) => prove(proofsOf(asked, session, own)))
  patched.announceHostKeys(keys.map(blobOf))
}

/** A signature for each key that was asked for; null where one of them is none of ours. */
function proofsOf(asked: Buffer, session: Buffer, own: ReadonlyMap<string, OwnKey>): Buffer | null {
  try {
    const reader = new WireReader(asked)
    const proofs: Buffer[] = []
    // Bounded by what we have: each is worth one signature.
    while (reader.left > 0 && proofs.length < own.size) {
      const blob = reader.string()
      const key = own.get(blob.toString('base64'))
      if (!key) return null
      proofs.push(proofOf(key, blob, session))
    }
    return reader.left === 0 && proofs.length > 0 ? Buffer.concat(proofs) : null
  } catch {
    return null
  }
}

function proofOf(key: OwnKey, blob: Buffer, session: Buffer): Buffer {
  const parsed = parse(key)
  const signed = parsed.sign(Buffer.concat([wireString(PROOF), wireString(session), wireString(blob)]))
  if (signed instanceof Error) throw signed
  return wireString(Buffer.concat([wireString(parsed.type), wireString(signed)]))
}

function blobOf(key: OwnKey): Buffer {
  return parse(key).getPublicSSH()
}

function parse({ privateKey }: OwnKey): ssh2.ParsedKey {
  const parsed = ssh2.utils.parseKey(privateKey)
  if (parsed instanceof Error) throw parsed
  return parsed
}
