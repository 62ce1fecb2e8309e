/**
 * Files whose sender says in a second one that they are complete: `people.csv.sha256` with a checksum, or
 * `people.csv.done`. Where a source demands that, its files wait here, in the order of their arrival, until the proof
 * has come or the time is up; then they go to the ledger with what became of it. Nothing here needs to outlive the
 * process: file and proof lie on the disk as deliveries until the ledger has the file, and the sweep brings back those
 * that the ledger does not know.
 */
import { open, rm } from 'node:fs/promises'
import { deliveryPath, hashFile, receiptPath } from '../../importer/importer.ts'
import type { Delivery, DeliveryRules, Importer } from '../../importer/types.ts'
import { checkSha256Sidecar, SIDECAR_BYTES_MAX, type SidecarRule, sidecarOf } from '../../schemas/sidecar.ts'
import type { Logger } from '../log.ts'
import {
  awaited,
  candidatesFor,
  type Desk,
  deadlineOf,
  isImportable,
  newDesk,
  ready,
  type Sidecar,
  type WaitingFile,
} from './desk.ts'

/** A file that came and is in no list of runs yet. */
export interface HeldBack {
  readonly delivery: Delivery
  /** What its source waits for; null where the file has it and waits for its turn behind another. */
  readonly wants: Exclude<SidecarRule, 'off'> | null
  /** When the waiting ends, whatever comes. */
  readonly until: Date
}

export interface Proofs {
  /**
   * Takes a durable delivery: it is entered at once, waits for its proof, or is one. Again is the same as once. True
   * where it was new and has not to wait.
   */
  admit(delivery: Delivery): Promise<boolean>
  /** Asks for the rules anew, tries what could not be asked before, and lets go of those whose time is up. */
  expire(): Promise<void>
  /** Files that wait, in the order of arrival. */
  waiting(): HeldBack[]
}

export interface ProofsDeps {
  readonly dataDir: string
  readonly importer: Pick<Importer, 'deliveryRules' | 'checkSidecar' | 'unknownDeliveries'>
  readonly log: Logger
  readonly now: () => Date
  /** Carries a delivery into the ledger. */
  readonly enter: (delivery: Delivery) => void
  /** Resolves when the ledger has what was entered, or cannot have it now. */
  readonly entered: () => Promise<void>
}

export function createProofs({ dataDir, importer, log, now, enter, entered }: ProofsDeps): Proofs {
  const desks = new Map<string, Desk>()
  const admitted = new Set<string>()
  /** Taken over, but the database could not be asked about them. */
  const undecided = new Map<string, Delivery>()
  let last: Promise<void> = Promise.resolve()

  /** One at a time: a file and its proof may arrive in the same moment. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work)
    last = mine.then(nothing, nothing)
    return mine
  }

  async function admit(delivery: Delivery): Promise<boolean> {
    // The sweep finds what has only just come as well, and by then a proof may have been taken.
    if (admitted.has(delivery.id) || undecided.has(delivery.id)) return false
    undecided.set(delivery.id, delivery)
    await decideAll()
    return !undecided.has(delivery.id) && !isHere(delivery.id)
  }

  /** In the order of arrival: what cannot be asked about now holds back the later ones of its account. */
  async function decideAll(): Promise<void> {
    const stuck = new Set<string>()
    for (const delivery of [...undecided.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      if (stuck.has(delivery.accountId)) continue
      try {
        await decide(delivery)
      } catch (error) {
        stuck.add(delivery.accountId)
        log.error({ run: delivery.id, err: error }, 'a delivery could not be entered; the sweep tries again')
      }
    }
  }

  async function decide(delivery: Delivery): Promise<void> {
    const rules = await importer.deliveryRules(delivery)
    const desk = rules && deskOf(delivery, rules)
    if (desk) await take(desk, delivery)
    else enter(delivery)
    // What follows may fail, and must not take it twice.
    undecided.delete(delivery.id)
    admitted.add(delivery.id)
    if (desk) await letGo(desk)
  }

  async function take(desk: Desk, delivery: Delivery): Promise<void> {
    const speaksFor = sidecarOf(delivery.fileName)
    if (speaksFor === null)
      return isImportable(delivery.fileName) ? takeFile(desk, delivery) : enter(delivery)
    const text = await readShort(deliveryPath(dataDir, delivery))
    if (text === null) enter(delivery)
    else await takeSidecar(desk, { ...speaksFor, delivery, text })
  }

  function takeFile({ rules, files }: Desk, delivery: Delivery): void {
    files.set(delivery.id, { delivery, proof: null })
    if (rules.sidecar !== 'off')
      log.info({ run: delivery.id }, 'a file waits for the one that says it is complete')
  }

  async function takeSidecar(desk: Desk, sidecar: Sidecar): Promise<void> {
    if (candidatesFor(desk, sidecar).length === 0) {
      // The file it speaks for may have been let go a moment ago.
      await entered()
      const verdict = await importer.checkSidecar(sidecar.delivery, sidecar)
      if (verdict === 'fits') return await remove(sidecar)
      // Its run says that the checksum is not that of the file which was taken.
      if (verdict === 'differs') return enter(sidecar.delivery)
    }
    desk.sidecars.set(sidecar.delivery.id, sidecar)
  }

  /** Brings together what belongs together, and enters what is ready. */
  async function letGo(desk: Desk): Promise<void> {
    for (const sidecar of desk.sidecars.values()) await handOver(desk, sidecar)
    for (const { file, proof } of ready(desk, now().getTime())) {
      const { delivery } = file
      desk.files.delete(delivery.id)
      if (file.proof) desk.spent.push({ file: delivery.id, sidecar: file.proof })
      enter(proof === null ? delivery : { ...delivery, proof })
    }
    for (const sidecar of desk.sidecars.values()) {
      if (now().getTime() >= deadlineOf(desk, sidecar.delivery)) await giveUp(desk, sidecar)
    }
  }

  /** To the file whose bytes it fits, where there is a choice; otherwise to the oldest. */
  async function handOver(desk: Desk, sidecar: Sidecar): Promise<void> {
    const candidates = candidatesFor(desk, sidecar)
    const file = (await fitting(candidates, sidecar)) ?? candidates[0]
    if (!file) return
    // A checksum takes the place of a `.done`, which then says nothing more.
    if (file.proof) desk.spent.push({ file: file.delivery.id, sidecar: file.proof })
    file.proof = sidecar
    desk.sidecars.delete(sidecar.delivery.id)
  }

  async function fitting(
    candidates: readonly WaitingFile[],
    { kind, text, fileName }: Sidecar,
  ): Promise<WaitingFile | null> {
    if (candidates.length < 2 || kind !== '.sha256') return null
    for (const file of candidates) {
      // A file that cannot be read is the ledger's to tell.
      const sum = await hashFile(deliveryPath(dataDir, file.delivery)).catch(() => '')
      if (checkSha256Sidecar(text, sum, fileName).fits) return file
    }
    return null
  }

  /** Nothing came that it could speak for; unless that went to the ledger without it. */
  async function giveUp(desk: Desk, sidecar: Sidecar): Promise<void> {
    const verdict = await importer.checkSidecar(sidecar.delivery, sidecar)
    desk.sidecars.delete(sidecar.delivery.id)
    if (verdict === 'fits') await remove(sidecar)
    else enter(sidecar.delivery)
  }

  /** Proofs outlive their file's way to the ledger: after a crash in between, the file would wait for them in vain. */
  async function clearSpent(desk: Desk): Promise<void> {
    if (desk.spent.length === 0) return
    await entered()
    const unknown = await importer.unknownDeliveries(desk.spent.map(({ file }) => file))
    for (const one of desk.spent.splice(0)) {
      if (unknown.includes(one.file)) desk.spent.push(one)
      else await remove(one.sidecar)
    }
  }

  /** The bytes first: a receipt alone is cleared at the next start, bytes alone would be a riddle. */
  async function remove({ delivery }: Sidecar): Promise<void> {
    await rm(deliveryPath(dataDir, delivery), { force: true })
    await rm(receiptPath(dataDir, delivery), { force: true })
    log.debug({ run: delivery.id }, 'a proof was taken; it needs no run of its own')
  }

  async function expire(): Promise<void> {
    await decideAll()
    for (const desk of desks.values()) {
      try {
        await lookAgain(desk)
      } catch (error) {
        log.error({ err: error }, 'files that wait could not be looked at; the sweep tries again')
      }
    }
  }

  async function lookAgain(desk: Desk): Promise<void> {
    const [one] = [...desk.files.values(), ...desk.sidecars.values()]
    if (one) desk.rules = (await importer.deliveryRules(one.delivery)) ?? desk.rules
    await letGo(desk)
    await clearSpent(desk)
  }

  function deskOf({ accountId, source, mode }: Delivery, rules: DeliveryRules): Desk {
    const key = `${accountId} ${source} ${mode}`
    const desk = desks.get(key) ?? newDesk(rules)
    desk.rules = rules
    desks.set(key, desk)
    return desk
  }

  function isHere(id: string): boolean {
    return [...desks.values()].some(({ files, sidecars }) => files.has(id) || sidecars.has(id))
  }

  return {
    admit: (delivery) => inTurn(() => admit(delivery)),
    expire: () => inTurn(expire),
    waiting: () => [...desks.values()].flatMap(heldBack),
  }
}

function heldBack(desk: Desk): HeldBack[] {
  const { sidecar } = desk.rules
  // Where nothing is demanded, what is here is about to go.
  if (sidecar === 'off') return []
  return awaited(desk).map(({ delivery, isUnproven, deadline }) => ({
    delivery,
    wants: isUnproven ? sidecar : null,
    until: new Date(deadline),
  }))
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

function nothing(): void {}
