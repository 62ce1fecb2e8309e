/** Whether what live connections logged in with still holds: a key may be revoked or expire, a password may change. */
import type { Keyring } from '../../keys/keyring.ts'
import type { Passwords } from '../../keys/passwords.ts'
import type { Credential } from './auth.ts'

export interface CredentialDeps {
  readonly keyring: Pick<Keyring, 'stillGood'>
  readonly passwords: Pick<Passwords, 'stillGood'>
}

/** Those of the connections whose key or password no longer opens the door. Two questions, however many they are. */
export async function findEnded<Live extends { readonly credential: Credential | null }>(
  { keyring, passwords }: CredentialDeps,
  connections: readonly Live[],
): Promise<Live[]> {
  const credentials = connections.map(({ credential }) => credential).filter((one) => one !== null)
  const keys = await keyring.stillGood(
    credentials.flatMap((one) => (one.kind === 'key' ? one.fingerprint : [])),
  )
  const proofs = new Set(
    await passwords.stillGood(credentials.flatMap((one) => (one.kind === 'password' ? one.proof : []))),
  )
  return connections.filter(({ credential }) => {
    if (credential === null) return false
    return credential.kind === 'key' ? !keys.has(credential.fingerprint) : !proofs.has(credential.proof)
  })
}
