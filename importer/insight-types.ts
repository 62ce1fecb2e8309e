/** What pages and lists show of an account, by page and without the weight of a whole run or person. */
import type { Employee, NamedPerson } from '../schemas/employee.ts'
import type { Counts, Run, RunState } from '../schemas/run.ts'
import type { Tone } from './report/headline.ts'
import type { SourceStatus } from './report/source-status.ts'

export type { Tone } from './report/headline.ts'
export type { SourceStatus, StatusKind } from './report/source-status.ts'

/** A run as a line of a list: without the issues, of which there may be many. */
export interface RunLine
  extends Pick<
    Run,
    | 'id'
    | 'source'
    | 'importType'
    | 'mode'
    | 'state'
    | 'fileName'
    | 'size'
    | 'receivedAt'
    | 'finishedAt'
    | 'decidedBy'
  > {
  readonly counts: Counts
  /** What came of it, in one sentence. */
  readonly headline: string
  readonly tone: Tone
  /** The run that this one takes back. */
  readonly undoes: string | null
}

export interface RunQuery {
  readonly source?: string | undefined
  readonly states?: readonly RunState[] | undefined
  /** Runs older than this one (its id). */
  readonly before?: string | undefined
  /** Runs at most; default 50. */
  readonly limit?: number | undefined
}

export interface RunLines {
  readonly runs: readonly RunLine[]
  /** The `before` of the next page; null on the last one. */
  readonly next: string | null
}

/** What a day came to, for the strip: the worst of its runs, and how many there were. */
export interface DayOfRuns {
  /** YYYY-MM-DD in the account's time zone. */
  readonly day: string
  readonly tone: Tone | 'none'
  readonly runs: number
}

export interface SourceOverview {
  readonly name: string
  /** `sftp`, `manual`, or the kind of a connection. */
  readonly kind: string
  readonly status: SourceStatus
  readonly last: RunLine | null
  /** The last run that was applied. */
  readonly lastGood: RunLine | null
  /** When the next file should come, by the rhythm of the last ones: ISO 8601, UTC; null where there is none. */
  readonly nextAt: string | null
  /** Oldest first, one for each of the last days. */
  readonly days: readonly DayOfRuns[]
}

export interface Overview {
  /** Worst first. */
  readonly sources: readonly SourceOverview[]
  readonly held: number
  /** Null while a large roster is being counted for the first time. */
  readonly people: Headcount | null
}

/** People by their status on a day of the account. */
export interface Headcount {
  readonly active: number
  readonly upcoming: number
  readonly deactivated: number
  readonly former: number
}

/** What became of the people in a month, by their own dates: nobody's import day is mistaken for their first. */
export interface Month {
  /** YYYY-MM */
  readonly month: string
  /** Employed at its end. */
  readonly employed: number
  readonly joined: number
  readonly left: number
}

export interface Trends {
  /** Oldest first; null while a large roster is being counted for the first time. */
  readonly months: readonly Month[] | null
  /** The applied, refused and held runs of the last days, oldest first. */
  readonly runs: readonly RunLine[]
  readonly days: readonly DayOfRuns[]
  /** Of the last applied file of each source: how many of its rows had a value in each column. */
  readonly fill: readonly {
    readonly source: string
    readonly run: string
    readonly rows: number
    readonly columns: readonly { readonly label: string; readonly filled: number }[]
  }[]
}

export interface PersonLine extends NamedPerson {
  readonly preferredName: string | null
  readonly status: Employee['status']
  readonly startDate: string | null
  readonly endDate: string | null
  readonly manager: { readonly id: number; readonly name: string } | null
  /** Label -> value. */
  readonly demographics: Readonly<Record<string, string>>
}

export interface PeopleQuery {
  /** Part of a name, Email or Employee Id; whole ones are found at once, however many people there are. */
  readonly search?: string | undefined
  readonly status?: Headcountable | undefined
  /** Only whom this run brought. */
  readonly run?: string | undefined
  /** People behind this number. */
  readonly after?: number | undefined
  /** People at most; default 50. */
  readonly limit?: number | undefined
}
export type Headcountable = keyof Headcount

export interface PeoplePage {
  readonly people: readonly PersonLine[]
  /** The `after` of the next page; null where there are no more. */
  readonly next: number | null
  /** Looked through so many people and found no more yet: `next` looks further. */
  readonly isUnfinished: boolean
}

/** A sub-door of the importer: what its lists and charts show. Reads only. Accounts by slug. */
export interface Insight {
  overview(account: string): Promise<Overview>
  /** Newest first. */
  runs(account: string, query: RunQuery): Promise<RunLines>
  /** The run, where it is the account's. Throws `RUN_UNKNOWN`. */
  run(account: string, id: string): Promise<Run>
  /** How many runs wait for a person; counted to 100. */
  held(account: string): Promise<number>
  trends(account: string): Promise<Trends>
  people(account: string, query: PeopleQuery): Promise<PeoplePage>
  /** An Employee Id or Email by which the door finds the person of that number. Throws `EMPLOYEE_UNKNOWN`. */
  keyOf(account: string, person: number): Promise<string>
}
