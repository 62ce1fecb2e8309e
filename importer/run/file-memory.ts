/** What a file may leave unread because an earlier one of its source said the same, and what the next one may. */
import { createHash } from 'node:crypto'
import type { KnownPeople } from '../plan/input.ts'
import type { IntMap } from '../plan/int-map.ts'
import type { Planner } from '../plan/planner.ts'
import { type Snapshot, type SnapshotEntry, snapshotChunks } from '../plan/snapshot.ts'
import type { SnapshotChange, SnapshotSource } from '../roster/snapshots.ts'
import type { KnownRecords } from '../table/reading.ts'
import { RecordMarker } from '../table/record-mark.ts'

/** Raise it when marks, or what is kept with them, are made otherwise. */
const FORMAT = 1
/** Share of a snapshot that may be out of date before it is written anew. */
const STALE_SHARE = 0.25

export class FileMemory implements KnownRecords {
  readonly #source: SnapshotSource
  readonly #marker: RecordMarker
  #snapshot: Snapshot | null = null
  #planner: Planner | null = null
  #rules = ''

  constructor(source: SnapshotSource) {
    this.#source = source
    this.#marker = new RecordMarker(source.markKey)
  }

  get mark(): Int32Array {
    return this.#marker.mark
  }

  find(bytes: Buffer, from: number, to: number): number {
    return this.entryOf(this.#marker.of(bytes, from, to))
  }

  /** The entry of a record that need not be read, or -1. */
  entryOf(mark: Int32Array): number {
    const snapshot = this.#snapshot
    if (snapshot === null || this.#planner === null) return -1
    const entry = snapshot.find(mark)
    return entry >= 0 && !this.#planner.isMentioned(snapshot.personOf(entry)) ? entry : -1
  }

  /** Once the header is known: what holds under everything that has a part in how a record is read and planned. */
  async open(rules: unknown, words: number, today: string): Promise<KnownPeople | null> {
    // What depends on somebody's age is told anew each year.
    const all = JSON.stringify([FORMAT, rules, today.slice(0, 4)])
    this.#rules = createHash('sha256').update(all).digest('hex').slice(0, 32)
    this.#snapshot = await this.#source.load(this.#rules, words)
    return this.#snapshot === null ? null : { snapshot: this.#snapshot, gone: await this.#source.gone(today) }
  }

  /** From here on records may be passed over. */
  start(planner: Planner): void {
    this.#planner = planner
  }

  /** After the last row. */
  change(planner: Planner, words: number, lines: IntMap): SnapshotChange {
    const [before, added] = [this.#snapshot, planner.rememberedMax]
    const isWhole = before === null || before.size - before.live + added > before.live * STALE_SHARE
    const entries = isWhole && before !== null ? merged(before, planner, lines) : planner.remembered(lines)
    return {
      ...{ rules: this.#rules, markKey: this.#source.markKey, isWhole },
      chunks: snapshotChunks(entries, words),
    }
  }
}

/** What is new, and what still holds of what was there. */
function* merged(before: Snapshot, planner: Planner, lines: IntMap): Generator<SnapshotEntry> {
  for (const entry of planner.remembered(lines)) {
    before.forget(entry.person)
    yield entry
  }
  for (const entry of before.entries()) if (planner.leaves(entry.person)) yield entry
}
