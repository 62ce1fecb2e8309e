/**
 * Files whose sender says in a second one that they are complete: `people.csv.sha256` with a checksum, or
 * `people.csv.done`. Where a source demands that, its files wait here, in the order of their arrival, until the proof
 * has come or the time is up; then they go to the ledger with what became of it. Nothing here needs to outlive the
 * process: file and proof lie on the disk as deliveries, and the sweep brings back those that the ledger does not know.
 */
import { open, rm } from 'node:fs/promises'
import { deliveryPath, receiptPath } from '../../importer/importer.ts'
import type { Delivery, DeliveryRules, Importer } from '../../importer/types.ts'
import type { Proof } from '../../schemas/delivery.ts'
import { type SidecarKind, sidecarOf } from '../../schemas/sidecar.ts'
import type { Logger } from '../log.ts'

export interface Proofs {
  /** Takes a durable delivery: it is entered at once, waits for its proof, or is one. Again is the same as once. */
  admit(delivery: Delivery): Promise<void>
  /** Lets go of those whose time is up. */
  expire(): Promise<void>
}

export interface ProofsDeps {
  readonly dataDir: string
  readonly importer: Pick<Importer, 'deliveryRules' | 'checkSidecar'>
  readonly log: Logger
  readonly now: () => Date
  /** Carries a delivery into the ledger. */
  readonly enter: (delivery: Delivery) => void
}

/** A second file that came; what it says is kept until its file is there. */
interface Sidecar {
  readonly delivery: Delivery
  readonly kind: SidecarKind
  /** The file it speaks for. */
  readonly fileName: string
  readonly text: string
  readonly deadline: number
}

interface Waiting {
  readonly delivery: Delivery
  readonly deadline: number
  readonly minutes: number
  proof: Proof | null
}

/** What one source has brought, in the order of arrival. */
interface Desk {
  readonly files: Map<string, Waiting>
  readonly sidecars: Map<string, Sidecar>
}

/** A checksum and a name need no more. */
const SIDECAR_BYTES_MAX = 64 * 1024

export function createProofs({ dataDir, importer, log, now, enter }: ProofsDeps): Proofs {
  const desks = new Map<string, Desk>()
  const admitted = new Set<string>()
  let last: Promise<void> = Promise.resolve()

  /** One at a time: a file and its proof may arrive in the same moment. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }

  async function admit(delivery: Delivery): Promise<void> {
    // The sweep finds what has only just come as well, and by then a proof may have been taken.
    if (admitted.has(delivery.id)) return
    const rules = await importer.deliveryRules(delivery)
    if (rules === null) return enter(delivery)
    const speaksFor = sidecarOf(delivery.fileName)
    const text = speaksFor === null ? null : await readShort(deliveryPath(dataDir, delivery))
    const desk = deskOf(delivery)
    const deadline = Date.parse(delivery.receivedAt) + rules.sidecarMinutes * 60_000
    if (speaksFor !== null && text !== null) {
      await takeSidecar(desk, { ...speaksFor, delivery, text, deadline }, rules)
    } else takeFile(desk, delivery, deadline, rules)
    admitted.add(delivery.id)
    await letGo(desk)
  }

  async function takeSidecar(
    desk: Desk,
    sidecar: Sidecar,
    { sidecar: wanted }: DeliveryRules,
  ): Promise<void> {
    const file = [...desk.files.values()].findLast(
      ({ delivery, proof }) => proof === null && isFor(sidecar, delivery),
    )
    if (file && fits(sidecar.kind, wanted)) {
      file.proof = proofOf(sidecar)
      return await forget(sidecar)
    }
    const verdict = await importer.checkSidecar(sidecar.delivery, sidecar)
    if (verdict === 'fits' || (wanted !== 'off' && !fits(sidecar.kind, wanted))) return await forget(sidecar)
    // Its run says that the checksum is not that of the file which was taken.
    if (verdict === 'differs') return enter(sidecar.delivery)
    desk.sidecars.set(sidecar.delivery.id, sidecar)
  }

  function takeFile(
    desk: Desk,
    delivery: Delivery,
    deadline: number,
    { sidecar, sidecarMinutes }: DeliveryRules,
  ): void {
    const isReady = sidecar === 'off'
    const proof: Proof | null = isReady ? { kind: 'none' } : null
    desk.files.set(delivery.id, { delivery, deadline, minutes: sidecarMinutes, proof })
    if (!isReady) log.info({ run: delivery.id }, 'a file waits for the one that says it is complete')
  }

  /** Brings together what belongs together, and enters what is ready; who comes after somebody who waits, waits too. */
  async function letGo(desk: Desk): Promise<void> {
    for (const sidecar of desk.sidecars.values()) {
      const file = [...desk.files.values()].findLast(({ delivery }) => isFor(sidecar, delivery))
      if (!file || file.proof?.kind === 'sha256' || file.proof?.kind === 'done') continue
      file.proof = proofOf(sidecar)
      desk.sidecars.delete(sidecar.delivery.id)
      await forget(sidecar)
    }
    for (const [id, { delivery, deadline, minutes, proof }] of [...desk.files].sort(byId)) {
      const isLate = proof === null && now().getTime() >= deadline
      if (proof === null && !isLate) break
      desk.files.delete(id)
      enter(proof?.kind === 'none' ? delivery : { ...delivery, proof: proof ?? { kind: 'missing', minutes } })
    }
    for (const [id, { delivery, deadline }] of desk.sidecars) {
      if (now().getTime() < deadline) continue
      desk.sidecars.delete(id)
      enter(delivery)
    }
  }

  /** The bytes first: a receipt alone is cleared at the next start, bytes alone would be a riddle. */
  async function forget({ delivery }: Sidecar): Promise<void> {
    await rm(deliveryPath(dataDir, delivery), { force: true })
    await rm(receiptPath(dataDir, delivery), { force: true })
    log.debug({ run: delivery.id }, 'a proof was taken; it needs no run of its own')
  }

  function deskOf({ accountId, source, mode }: Delivery): Desk {
    const key = `${accountId} ${source} ${mode}`
    const desk = desks.get(key) ?? { files: new Map(), sidecars: new Map() }
    desks.set(key, desk)
    return desk
  }

  return {
    admit: (delivery) => inTurn(() => admit(delivery)),
    expire: () =>
      inTurn(async () => {
        for (const desk of desks.values()) await letGo(desk)
      }),
  }
}

function isFor({ fileName }: Sidecar, file: Delivery): boolean {
  return file.fileName === fileName
}

function fits(kind: SidecarKind, wanted: DeliveryRules['sidecar']): boolean {
  return wanted === 'either' || wanted === kind.slice(1)
}

function proofOf({ kind, text }: Sidecar): Proof {
  return kind === '.sha256' ? { kind: 'sha256', text } : { kind: 'done' }
}

function byId([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}

/** Null where it is longer than any proof. */
async function readShort(path: string): Promise<string | null> {
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(SIDECAR_BYTES_MAX + 1)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    return bytesRead > SIDECAR_BYTES_MAX ? null : buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
