/** Who signed an encrypted file, and whether that is worth anything. Asked once all of it has been decrypted. */
import type { DecryptMessageResult, PublicKey } from 'openpgp'
import type { PgpOptions } from './pgp.ts'
import { Unreadable } from './reading.ts'

type VerificationResult = DecryptMessageResult['signatures'][number]

/** Throws `Unreadable` where a signature is required and missing, or where one by a known key does not fit. */
export async function checkSignatures(
  signatures: readonly VerificationResult[],
  senders: readonly PublicKey[],
  { signature }: Pick<PgpOptions, 'signature'>,
): Promise<void> {
  const verdicts = await Promise.all(signatures.map((one) => verdictOn(one, senders)))
  if (verdicts.includes('good')) return
  const wrong = verdicts.find((verdict) => verdict === 'expired' || verdict === 'wrong')
  // A signature by the sender's key that does not fit is never a small matter.
  if (wrong === 'wrong' || (wrong && signature === 'required')) refuse(PROBLEMS[wrong])
  if (signature === 'ignored') return
  refuse(PROBLEMS[verdicts.length === 0 ? 'missing' : 'unknown'])
}

type Verdict = 'good' | 'unknown' | 'expired' | 'wrong'

const PROBLEMS: Readonly<Record<Exclude<Verdict, 'good'> | 'missing', string>> = {
  missing: 'it is not signed',
  unknown: 'it is signed with a key that is not the sender’s',
  expired: 'the key it is signed with had expired',
  wrong: 'the signature does not fit the content',
}

async function verdictOn(result: VerificationResult, senders: readonly PublicKey[]): Promise<Verdict> {
  const signer = senders.find((key) => key.getKeys(result.keyID).length > 0)
  try {
    await result.verified
    return 'good'
  } catch {
    if (!signer) return 'unknown'
    return (await wasExpired(result, signer)) ? 'expired' : 'wrong'
  }
}

/** Whether the key had expired when the file was signed. */
async function wasExpired(result: VerificationResult, signer: PublicKey): Promise<boolean> {
  const expires = await signer.getExpirationTime()
  const signature = await result.signature
  const signed = signature.packets[0]?.created
  return expires instanceof Date && signed instanceof Date && signed >= expires
}

function refuse(problem: string): never {
  throw new Unreadable('FILE_SIGNATURE', { problem })
}
