/**
 * What one source has brought and what waits of it: files, and the second files that say that a first one is
 * complete. Decides who belongs to whom and whose turn it is; touches nothing.
 */
import type { Delivery, DeliveryRules } from '../../importer/types.ts'
import type { Proof } from '../../schemas/delivery.ts'
import type { SidecarKind } from '../../schemas/sidecar.ts'

/** A second file that came; what it says is kept until its file is there. */
export interface Sidecar {
  readonly delivery: Delivery
  readonly kind: SidecarKind
  /** The file it speaks for. */
  readonly fileName: string
  readonly text: string
}

export interface WaitingFile {
  readonly delivery: Delivery
  /** What was taken for its proof. */
  proof: Sidecar | null
}

export interface Desk {
  /** In force at the last look: rules may change while files wait. */
  rules: DeliveryRules
  readonly files: Map<string, WaitingFile>
  /** Those whose file has not come. */
  readonly sidecars: Map<string, Sidecar>
  /** Those that were taken, by the id of their file: they go when that is in the ledger. */
  readonly spent: { readonly file: string; readonly sidecar: Sidecar }[]
}

/** What is waited for, as an operator is told. */
export interface Awaited {
  readonly delivery: Delivery
  /** Whether its own proof is missing; otherwise it waits for its turn. */
  readonly isUnproven: boolean
  readonly deadline: number
}

export function newDesk(rules: DeliveryRules): Desk {
  return { rules, files: new Map(), sidecars: new Map(), spent: [] }
}

/** Names of what could be imported. Anything else is rejected whatever proves it, so nobody should wait for it. */
export function isImportable(fileName: string): boolean {
  return /\.(?:csv|tsv|txt|gz|zip|xlsx|pgp|gpg)$/i.test(fileName)
}

/**
 * Files that the sidecar may be meant for, oldest first. A checksum counts for more than a `.done`, so it may still
 * come after one; where several files have the name, those that cannot go without it come first.
 */
export function candidatesFor(desk: Desk, { kind, fileName }: Sidecar): WaitingFile[] {
  const named = inOrder(desk.files).filter(({ delivery }) => delivery.fileName === fileName)
  const bare = named.filter(({ proof }) => proof === null)
  if (kind === '.done') return bare
  const unproven = named.filter((file) => isUnproven(desk, file))
  if (unproven.length > 0) return unproven
  return bare.length > 0 ? bare : named.filter(({ proof }) => proof?.kind === '.done')
}

/**
 * Those that may go, with what became of their proof, in the order of arrival: who comes after somebody who waits,
 * waits too.
 */
export function ready(desk: Desk, nowMs: number): { file: WaitingFile; proof: Proof | null }[] {
  const files = inOrder(desk.files)
  const stop = files.findIndex((file) => isUnproven(desk, file) && nowMs < deadlineOf(desk, file.delivery))
  return files
    .slice(0, stop === -1 ? files.length : stop)
    .map((file) => ({ file, proof: proofOf(desk, file) }))
}

/** Every file that is still here. */
export function awaited(desk: Desk): Awaited[] {
  let last = 0
  return inOrder(desk.files).map((file) => {
    const { delivery } = file
    const needsProof = isUnproven(desk, file)
    if (needsProof) last = Math.max(last, deadlineOf(desk, delivery))
    return { delivery, isUnproven: needsProof, deadline: last }
  })
}

/** Until when a delivery waits, in milliseconds. */
export function deadlineOf({ rules }: Desk, { receivedAt }: Delivery): number {
  return Date.parse(receivedAt) + rules.sidecarMinutes * 60_000
}

/** By the rule in force, whatever sufficed when the proof came. */
function isUnproven({ rules }: Desk, { proof }: WaitingFile): boolean {
  return rules.sidecar !== 'off' && (proof === null || (proof.kind === '.done' && rules.sidecar === 'sha256'))
}

function proofOf(desk: Desk, file: WaitingFile): Proof | null {
  if (isUnproven(desk, file)) return { kind: 'missing', minutes: desk.rules.sidecarMinutes }
  if (file.proof === null) return null
  return file.proof.kind === '.sha256' ? { kind: 'sha256', text: file.proof.text } : { kind: 'done' }
}

function inOrder(files: ReadonlyMap<string, WaitingFile>): WaitingFile[] {
  return [...files.values()].sort((a, b) => (a.delivery.id < b.delivery.id ? -1 : 1))
}
