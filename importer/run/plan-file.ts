/**
 * Drives one file through reading and planning: records to rows to planned rows, batch by batch, with what the
 * roster knows and into whatever keeps the plan. Changes nothing by itself, so it serves an import, a dry run and
 * `validate` alike.
 */
import type { SourceSettings } from '../../schemas/account.ts'
import { headerKey } from '../../schemas/headers.ts'
import type { IssueCode } from '../../schemas/issues.ts'
import { type Counts, type Hold, NO_COUNTS } from '../../schemas/run.ts'
import type { ChosenPart } from '../plan/chosen.ts'
import type { Fill } from '../plan/fill.ts'
import { apiTrips, type FromApi, noteIssue } from '../plan/from-api.ts'
import type { Trip } from '../plan/guards.ts'
import { type InputRow, type KnownPeople, NO_PAST, type SourcePast } from '../plan/input.ts'
import type { IntMap } from '../plan/int-map.ts'
import { isRowGuard, type Outcomes } from '../plan/outcomes.ts'
import type { WritePolicy } from '../plan/ownership.ts'
import { type Correction, type ManagerDrop, type PlannedRow, Planner } from '../plan/planner.ts'
import { filledWords } from '../plan/snapshot.ts'
import { describeCode } from '../report/issue-text.ts'
import type { RosterLookup } from '../roster/lookup.ts'
import { PeopleSet } from '../roster/missing.ts'
import type { SnapshotChange, SnapshotSource } from '../roster/snapshots.ts'
import { type FoundIssue, IssueList } from '../table/issue-list.ts'
import { ValueJoiner } from '../table/joiner.ts'
import { columnsGone, meaningsOf, newLabels } from '../table/labels.ts'
import { type Mapping, mapHeaders, placesOf } from '../table/mapping.ts'
import {
  type PgpOptions,
  type RawRecord,
  type ReadingLimits,
  type ReadingOptions,
  readingOptions,
  readRecords,
} from '../table/records.ts'
import { RowReader } from '../table/rows.ts'
import { readAgain } from '../table/scan.ts'
import { FileMemory } from './file-memory.ts'
import { PlanLines } from './plan-lines.ts'

/** Where a plan is kept while it is made. */
export interface PlanSink {
  rows(planned: readonly PlannedRow[], issues: readonly FoundIssue[]): Promise<void>
  correct(corrections: readonly Correction[], issues: readonly FoundIssue[]): Promise<void>
  withoutManagers(drops: readonly ManagerDrop[]): Promise<void>
  finish(outcomes: Outcomes, lines: IntMap, issues: readonly FoundIssue[]): Promise<void>
}

export interface PlanRequest {
  readonly file: { readonly path: string; readonly name: string }
  readonly limits: ReadingLimits
  readonly roster: RosterLookup
  /** False for `validate` without an account: what only a roster can tell is then no more than a remark. */
  readonly knowsRoster: boolean
  readonly today: string
  readonly settings: SourceSettings
  readonly mayReactivate: boolean
  /** The rows that a person chose; the others wait. */
  readonly part?: ChosenPart
  /** Columns that the account keeps nothing of, by header or label. */
  readonly redacted?: readonly string[]
  /** What the run must leave alone. */
  readonly policy?: WritePolicy
  /** What the last files of the source said; none where a plan must not rely on it. */
  readonly snapshot?: SnapshotSource | null
  /** All that has a part in how a record is read and planned, besides the header and what stands in this request. */
  readonly rules?: readonly unknown[]
  /** A person sent the file and sees what comes of it. */
  readonly isManual?: boolean
  /** What the last runs of the source were like. */
  readonly past?: SourcePast
  /** What else is known of a file that was read from an HRIS. */
  readonly fromApi?: FromApi | null
  /** A source's first import creates its demographics; later ones ask. */
  readonly isFirstImport: boolean
  readonly nextPerson: number
  readonly nextDemographic: number
  readonly seed: number
  /** Columns that the last files of the source all had, as `FilePlan.columns` named them; none for a first file. */
  readonly expected?: readonly string[]
  /** How the account spells the values of its demographics. */
  readonly spellings?: readonly { readonly label: string; readonly value: string }[]
  /** What speaks against reading the file at all; then only that is said. */
  readonly refused?: Refusal | null
  /** Keys for files that come encrypted; without them such a file is refused. */
  readonly pgp?: PgpOptions
  readonly sink: PlanSink
  /** Bytes read so far. */
  readonly onBytes?: (done: number) => void
}

/** A fatal issue that was found before the file was opened. */
export interface Refusal {
  readonly code: IssueCode
  readonly params: Readonly<Record<string, string | number>>
}

export interface NewDemographic {
  readonly id: number
  readonly label: string
}

export interface FilePlan {
  readonly counts: Counts
  readonly holds: readonly Hold[]
  readonly issues: IssueList
  readonly newDemographics: readonly NewDemographic[]
  /** What the columns of the file mean: to be kept for the next file of the source. */
  readonly columns: readonly string[]
  readonly nextPerson: number
  /** How full the columns are, and who leaves: the next file of the source is compared with it. */
  readonly fill: Fill
  readonly leavers: number
  /** Whom the file names or makes, where the source keeps account of who is missing. */
  readonly seen: PeopleSet
  /** What the next file may leave unread. */
  readonly snapshot: SnapshotChange | null
}

/** Reads and plans the whole file. A fatal issue ends it early: then nothing of the plan may be used. */
export async function planFile(request: PlanRequest): Promise<FilePlan> {
  return new FilePlanning(request).run()
}

class FilePlanning {
  readonly #request: PlanRequest
  readonly #issues = new IssueList()
  #reader: RowReader | null = null
  #planner: Planner | null = null
  #newDemographics: NewDemographic[] = []
  #columns: string[] = []
  #places: ReturnType<typeof placesOf> = new Map()
  #trips: Trip[] = []
  readonly #memory: FileMemory | null
  #delimiter = ','

  constructor(request: PlanRequest) {
    this.#request = request
    // Who reports to nobody is counted by looking at every row.
    const { snapshot, settings } = request
    this.#memory = snapshot && settings.topsMax === null ? new FileMemory(snapshot) : null
  }

  async run(): Promise<FilePlan> {
    const { file, limits, refused } = this.#request
    if (refused) {
      this.#issues.add(refused.code, {}, refused.params)
      return this.#end()
    }
    for await (const records of readRecords(file, limits, this.#issues, this.#reading())) {
      const rows = this.#planner === null ? await this.#start(records) : records
      if (this.#issues.isFatal) break
      await this.#planSome(rows)
      this.#checkRows()
      if (this.#issues.isFatal) break
    }
    if (!this.#issues.isFatal && (this.#planner?.outcomes.length ?? 0) === 0)
      this.#issues.add('FILE_HEADER_ONLY')
    if (!this.#issues.isFatal && this.#isAllBlank()) this.#issues.add('FILE_HEADER_ONLY')
    return this.#end()
  }

  #reading(): ReadingOptions {
    const { settings, pgp, onBytes } = this.#request
    return {
      ...readingOptions(settings),
      ...(pgp ? { pgp } : {}),
      ...(onBytes ? { onBytes } : {}),
      ...(this.#memory ? { known: this.#memory } : {}),
      onFormat: ({ delimiter }) => {
        this.#delimiter = delimiter
      },
      onHold: (hold) => this.#trips.push(hold),
    }
  }

  /** The first batch starts with the header. Returns the data rows of the batch. */
  async #start(records: RawRecord[]): Promise<RawRecord[]> {
    const [header, ...rows] = records
    if (!header) return []
    const { roster, today, settings, mayReactivate, nextPerson, seed, limits, redacted = [] } = this.#request
    const mapping = mapHeaders(header.cells, header.line, this.#issues, {
      saved: settings.mapping,
      columnsMax: limits.columnsMax,
      redacted,
    })
    if (this.#issues.isFatal) return []
    this.#columns = meaningsOf(mapping)
    const gone = new Set(redacted.map(headerKey))
    const expected = (this.#request.expected ?? []).filter((name) => !gone.has(headerKey(name)))
    this.#places = placesOf(mapping)
    for (const name of columnsGone(mapping, expected, settings.missingColumns, this.#issues)) {
      if (settings.missingColumns === 'hold')
        this.#trips.push({ code: 'HDR_MISSING_EXPECTED', rows: 0, params: { header: name } })
    }
    this.#takeNotes()
    const demographics = await this.#demographics(mapping)
    const joiner = this.#joiner()
    this.#reader = new RowReader(mapping, this.#issues, {
      cellMax: limits.cellMax,
      today,
      policy: settings,
      joiner,
    })
    const activeBefore = await roster.countPresent(today)
    const zeroLengths = await roster.zeroLengths()
    const { slots } = this.#reader
    const known = await this.#known(header, demographics)
    this.#planner = new Planner({
      ...{ today, mayReactivate, settings, demographics, slots, nextPerson, activeBefore, zeroLengths, seed },
      isManual: this.#request.isManual ?? false,
      past: this.#request.past ?? NO_PAST,
      ...(this.#request.part ? { part: this.#request.part } : {}),
      ...(this.#request.policy ? { policy: this.#request.policy } : {}),
      ...(known === null ? {} : { known }),
      isRemembering: this.#memory !== null,
    })
    this.#memory?.start(this.#planner)
    return rows
  }

  /** Which records need not be read: those of an earlier file that had this header, under the same rules. */
  async #known(header: RawRecord, demographics: ReadonlyMap<string, number>): Promise<KnownPeople | null> {
    const { rules = [], today, mayReactivate } = this.#request
    const slots = this.#reader?.slots ?? []
    const numbers = slots.map((slot) => (slot.kind === 'core' ? slot.field : demographics.get(slot.label)))
    const all = [...rules, mayReactivate, this.#delimiter, header.cells, numbers]
    return (await this.#memory?.open(all, filledWords(slots.length), today)) ?? null
  }

  /** What was noticed while the people were read. */
  #takeNotes(): void {
    for (const { code, field, people, rows } of this.#request.fromApi?.notes ?? []) {
      const issue = noteIssue(code)
      if (issue === null) continue
      const params = { header: field, people }
      for (const row of rows.length === 0 ? [null] : rows)
        this.#issues.add(issue, { row, header: field }, params)
    }
  }

  #joiner(): ValueJoiner {
    const joiner = new ValueJoiner()
    for (const { label, value } of this.#request.spellings ?? []) joiner.learn(label, value)
    return joiner
  }

  /** Known labels, and the new ones that this run may create. */
  async #demographics(mapping: Mapping): Promise<Map<string, number>> {
    const { roster, settings, isFirstImport, nextDemographic } = this.#request
    const usable = new Map(await roster.demographics())
    const policy = isFirstImport ? 'create' : settings.newDemographics
    for (const label of newLabels(mapping, { known: new Set(usable.keys()), policy }, this.#issues)) {
      if (policy === 'hold')
        this.#trips.push({ code: 'HDR_NEW_DEMOGRAPHIC', rows: 0, params: { header: label } })
      const id = nextDemographic + this.#newDemographics.length
      this.#newDemographics.push({ id, label })
      usable.set(label, id)
    }
    return usable
  }

  async #planSome(records: readonly RawRecord[]): Promise<void> {
    const [reader, planner] = [this.#reader, this.#planner]
    if (reader === null || planner === null) return
    const { roster, sink } = this.#request
    const rows = records.map((record) => this.#rowOf(record, reader))
    let people = await roster.people(planner.keysOf(rows))
    const contested = planner.contested(rows, people)
    if (contested.length > 0) {
      for (const place of contested) rows[place] = this.#readAgain(records, rows, place)
      people = await roster.people(planner.keysOf(rows))
    }
    const answers = await roster.answers(planner.questionsOf(rows, people))
    const planned = planner.plan(rows, people, answers)
    this.#takeIssues(planner)
    await sink.rows(planned, this.#issues.take())
  }

  #rowOf(record: RawRecord, reader: RowReader): InputRow {
    const { line, mark } = record
    const entry = record.known ?? (mark && this.#memory ? this.#memory.entryOf(mark) : -1)
    if (entry < 0) return reader.read(record)
    return { row: reader.pass(), line, outcome: 'known', values: NOTHING, codes: NOTHING, entry }
  }

  #readAgain(records: readonly RawRecord[], rows: readonly InputRow[], place: number): InputRow {
    const [record, row, reader] = [records[place], rows[place], this.#reader]
    if (!record || !row || !reader) throw new Error('a row that is contested is not among the rows')
    const { again } = record
    return reader.readAs(row.row, again ? readAgain(again, this.#delimiter, record.line) : record)
  }

  #takeIssues(planner: Planner): void {
    for (const issue of planner.takeIssues()) {
      const { code, row, line, field, params, rejects } = issue
      const isRemark = issue.isRemark || (code === 'HIER_MANAGER_UNKNOWN' && !this.#request.knowsRoster)
      const severity = rejects ? 'row' : isRemark ? 'info' : undefined
      const column = field === null ? undefined : this.#places.get(field)
      this.#issues.add(code, { row, line, field, ...column }, params, severity)
    }
  }

  #checkRows(): void {
    const { rowsMax } = this.#request.limits
    if ((this.#planner?.outcomes.length ?? 0) > rowsMax)
      this.#issues.add('FILE_TOO_MANY_ROWS', {}, { limit: rowsMax })
  }

  #isAllBlank(): boolean {
    const counts = this.#planner?.outcomes.tally().counts
    return counts !== undefined && counts.read > 0 && counts.read === counts.blank
  }

  async #end(): Promise<FilePlan> {
    const planner = this.#planner
    const { sink, nextPerson } = this.#request
    if (planner === null || this.#issues.isFatal) {
      await sink.rows([], this.#issues.take())
      return {
        counts: NO_COUNTS,
        holds: [],
        issues: this.#issues,
        newDemographics: [],
        columns: [],
        nextPerson,
        fill: { rows: 0, columns: {} },
        leavers: 0,
        seen: new PeopleSet(),
        snapshot: null,
      }
    }
    this.#reader?.finish()
    planner.reviseRows()
    this.#takeIssues(planner)
    await sink.correct(planner.takeCorrections(), this.#issues.take())
    const { roster, today, settings } = this.#request
    const reporting = new PlanLines(planner, roster, today)
    const lines = await reporting.resolve()
    await sink.withoutManagers(planner.takeManagerDrops())
    this.#takeIssues(planner)
    await sink.finish(planner.outcomes, lines, this.#issues.take())
    const end = planner.end(settings.topsMax === null ? null : await reporting.tops(lines))
    const { fromApi } = this.#request
    const trips = [...this.#trips, ...end.trips, ...(fromApi ? apiTrips(fromApi, end.fill) : [])]
    const holds = trips.map(({ code, rows, params }) => ({
      code,
      rows,
      message: describeCode(code, params).message,
    }))
    for (const trip of trips) {
      // Guards of single rows have said so at each of them, and those of the header at it.
      if (/^(?:GUARD|HIER|API)_/.test(trip.code) && !isRowGuard(trip.code))
        this.#issues.add(trip.code, {}, trip.params)
    }
    await sink.rows([], this.#issues.take())
    const { counts } = end
    return {
      ...{
        counts,
        holds,
        issues: this.#issues,
        newDemographics: this.#newDemographics,
        columns: this.#columns,
      },
      ...{ nextPerson: end.nextPerson, fill: end.fill, leavers: end.leavers, seen: this.#seen(planner) },
      snapshot: this.#memory?.change(planner, filledWords(this.#reader?.slots.length ?? 0), lines) ?? null,
    }
  }

  #seen(planner: Planner): PeopleSet {
    const seen = new PeopleSet()
    if (this.#request.settings.missing !== 'ignore') for (const person of planner.people()) seen.add(person)
    return seen
  }
}

const NOTHING: readonly never[] = []
