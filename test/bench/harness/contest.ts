/** What is measured: contenders who do the same work in turns, round after round, in the same minutes on one machine. */

/** One piece of work, done once. */
export interface Measure {
  /** Wall time. */
  readonly ms: number
  /** Of the contender's processes, user and system; null where it cannot be told. */
  readonly cpuMs: number | null
  /** The most memory that was resident at once, children included; null where it cannot be told. */
  readonly megabytes: number | null
}

/** Several measures where one round does the work many times, as a crowd of senders does. */
export type Round = Readonly<Record<string, Measure | readonly Measure[]>>

export interface Contender {
  readonly name: string
  /** How to get what is not on this machine; null where all is there. A missing contender is told, never replaced. */
  readonly missing: string | null
  /** Does the work once and answers by case; a case that it has no answer for is left out. */
  round(): Promise<Round>
  /** What wants to be said below the table, once all rounds are done. */
  remark?(): string | null
}

/** What we promise. All hold for the median. */
export type Aim =
  /** Our time is at most this share of the peer's: 0.2 is five times as fast. */
  | { readonly kind: 'time'; readonly case: string; readonly peer: string; readonly shareMax: number }
  | { readonly kind: 'ms'; readonly case: string; readonly max: number }
  | { readonly kind: 'megabytes'; readonly case: string; readonly max: number }

export interface Contest {
  readonly title: string
  /** In the order of the table. */
  readonly cases: readonly string[]
  /** The first one is ours; the others are what it is measured against. */
  readonly contenders: readonly Contender[]
  readonly aims: readonly Aim[]
  readonly rounds: number
  /** The first round fills caches and is thrown away. */
  readonly warmUp: boolean
  /** Bytes that one piece of work moves, where MB/s says more than seconds. */
  readonly bytes?: number
  /** Pieces of work in one measure, where pieces per second say more than seconds. */
  readonly pieces?: number
  /** What a reader must know to read the figures. */
  readonly notes?: readonly string[]
  /** Rows of the file, for the chart of growth. */
  readonly rows?: number
}

export interface BenchOptions {
  /** Fewer rounds and smaller files: for a look, not for a promise. */
  readonly isQuick: boolean
  /** Files of this many rows instead of the usual ones. */
  readonly rows: readonly number[] | null
  readonly rounds: number | null
  /** Where data directories and big files go; the disk that is measured. */
  readonly folder: string
}

export interface Bench {
  readonly name: string
  readonly about: string
  /** Contests one after the other; what one needs is made before it and put away by `using` after it. */
  contests(options: BenchOptions): AsyncIterable<Contest>
}
