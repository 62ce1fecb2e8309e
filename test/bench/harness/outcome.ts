/** Runs a contest and keeps what came of it, each measure with how much others used the machine meanwhile. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Contender, Contest, Measure } from './contest.ts'
import { cpuMsOf, machineCpuMs } from './processes.ts'

export interface Outcome {
  readonly title: string
  readonly cases: readonly string[]
  readonly aims: Contest['aims']
  readonly bytes: number | null
  readonly pieces: number | null
  readonly rows: number | null
  readonly notes: readonly string[]
  readonly contenders: readonly ContenderOutcome[]
}

export interface ContenderOutcome {
  readonly name: string
  readonly missing: string | null
  readonly remark: string | null
  /** By case, in the order of the rounds; a round may hold many. */
  readonly rounds: Readonly<Record<string, readonly (readonly Measure[])[]>>
  /** Per round: the share of the machine that others used meanwhile. */
  readonly others: readonly number[]
}

export interface Patience {
  /** How long to wait for the others on this machine to be quiet, before each round of each contender. */
  readonly waitMs: number
  /** A round that others disturbed is done again so often. */
  readonly retries: number
  readonly cores: number
}

/** Of the whole machine; what the system itself does beside us stays below it. */
const QUIET_SHARE = 0.06
const LOOK_MS = 400

export async function runContest(
  contest: Contest,
  patience: Patience,
  tell: (text: string) => void,
): Promise<Outcome> {
  const here = contest.contenders.filter(({ missing }) => missing === null)
  const kept = new Map(contest.contenders.map((one) => [one, new Keeper()]))
  if (contest.warmUp) for (const one of here) await one.round()
  for (let round = 0; round < contest.rounds; round++) {
    // Who comes first changes, so that neither always works on the other's warm caches.
    for (const one of round % 2 === 0 ? here : here.toReversed()) {
      tell(`${contest.title}: round ${round + 1} of ${contest.rounds}, ${one.name}`)
      kept.get(one)?.keep(await quietRound(one, patience))
    }
  }
  return {
    title: contest.title,
    cases: contest.cases,
    aims: contest.aims,
    bytes: contest.bytes ?? null,
    pieces: contest.pieces ?? null,
    rows: contest.rows ?? null,
    notes: contest.notes ?? [],
    contenders: contest.contenders.map((one) => ({
      name: one.name,
      missing: one.missing,
      remark: one.remark?.() ?? null,
      ...(kept.get(one) ?? new Keeper()).outcome,
    })),
  }
}

type Told = { readonly round: Awaited<ReturnType<Contender['round']>>; readonly others: number }

/** The least disturbed of some tries. */
async function quietRound(contender: Contender, patience: Patience): Promise<Told> {
  let best: Told | null = null
  for (let tries = 0; tries <= patience.retries; tries++) {
    await untilQuiet(patience)
    const told = await watched(contender, patience.cores)
    if (best === null || told.others < best.others) best = told
    if (best.others <= QUIET_SHARE) break
  }
  if (best === null) throw new Error('a round is tried at least once')
  return best
}

async function watched(contender: Contender, cores: number): Promise<Told> {
  const [started, ownBefore, allBefore] = [performance.now(), cpuMsOf(process.pid), machineCpuMs()]
  const round = await contender.round()
  const [own, all] = [cpuMsOf(process.pid) - ownBefore, machineCpuMs() - allBefore]
  return { round, others: Math.max(0, (all - own) / ((performance.now() - started) * cores)) }
}

async function untilQuiet({ waitMs, cores }: Patience): Promise<void> {
  const end = performance.now() + waitMs
  while (performance.now() < end) {
    const [own, all] = [cpuMsOf(process.pid), machineCpuMs()]
    await delay(LOOK_MS)
    const others = machineCpuMs() - all - (cpuMsOf(process.pid) - own)
    if (others / (LOOK_MS * cores) <= QUIET_SHARE) return
  }
}

class Keeper {
  readonly #rounds: Record<string, (readonly Measure[])[]> = {}
  readonly #others: number[] = []

  keep({ round, others }: Told): void {
    this.#others.push(others)
    for (const [name, measured] of Object.entries(round)) {
      const all = this.#rounds[name] ?? []
      this.#rounds[name] = all
      all.push('ms' in measured ? [measured] : measured)
    }
  }

  get outcome(): Pick<ContenderOutcome, 'rounds' | 'others'> {
    return { rounds: this.#rounds, others: this.#others }
  }
}
