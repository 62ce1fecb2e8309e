/** The same checks as an import, with nothing stored: for a file, with a roster or without one. */
import { stat } from 'node:fs/promises'
import { type SourceSettings, sourceSettingsSchema } from '../../schemas/account.ts'
import type { Run } from '../../schemas/run.ts'
import { ImportError, problemOf } from '../errors.ts'
import type { WritePolicy } from '../plan/ownership.ts'
import { describeIssue } from '../report/issue-text.ts'
import { EMPTY_ROSTER, type RosterLookup } from '../roster/lookup.ts'
import type { FoundIssue } from '../table/issue-list.ts'
import { type PgpOptions, readingLimits } from '../table/records.ts'
import { type PlanSink, planFile } from './plan-file.ts'
import { mostTelling } from './plan-issues.ts'
import { ISSUES_LISTED } from './run-object.ts'

export interface ValidateOptions {
  readonly path: string
  /** As the sender would call it; its ending matters. */
  readonly fileName: string
  /** YYYY-MM-DD. */
  readonly today: string
  /** ISO 8601, UTC; stands in the run object. */
  readonly now: string
  readonly onBytes?: (done: number) => void
  /** How the file is to be read; the defaults of the contract where nothing is said. */
  readonly settings?: SourceSettings
  /** Keys for files that come encrypted; none where nobody's are at hand. */
  readonly pgp?: PgpOptions
  /** Check against this account's people. */
  readonly against?: {
    readonly account: string
    readonly roster: RosterLookup
    /** What files of the source must leave alone. */
    readonly policy?: WritePolicy
    readonly redacted?: readonly string[]
  }
}

/** Reads and plans the file and answers as a dry run would. Throws `FILE_UNREADABLE`. */
export async function validateFile(options: ValidateOptions): Promise<Run> {
  const { path, fileName, today, now, against } = options
  const size = await sizeOf(path)
  const settings = options.settings ?? sourceSettingsSchema.parse({})
  const kept: FoundIssue[] = []
  const made = await planFile({
    file: { path, name: fileName },
    limits: readingLimits(settings),
    roster: against?.roster ?? EMPTY_ROSTER,
    knowsRoster: against !== undefined,
    today,
    settings,
    mayReactivate: false,
    isFirstImport: against === undefined || (await against.roster.countPresent(today)) === 0,
    nextPerson: 1_000_000_000,
    nextDemographic: 1_000_000,
    seed: size,
    sink: keepIssues(kept),
    redacted: against?.redacted ?? [],
    ...(against?.policy ? { policy: against.policy } : {}),
    ...pgpOf(options.pgp, settings, now),
    ...(options.onBytes ? { onBytes: options.onBytes } : {}),
  })
  const total = [...made.issues.counts.values()].reduce((sum, count) => sum + count, 0)
  const issues = mostTelling(kept, ISSUES_LISTED).map(describeIssue)
  return {
    id: 'validate',
    account: against?.account ?? null,
    source: 'validate',
    importType: 'partial',
    mode: 'dry_run',
    state: made.issues.isFatal ? 'rejected' : 'dry_run',
    fileName,
    size,
    sha256: null,
    receivedAt: now,
    finishedAt: now,
    counts: made.counts,
    holds: [...made.holds],
    issues,
    issueCounts: Object.fromEntries(made.issues.counts),
    issuesTruncated: total > issues.length,
    decidedBy: null,
    reason: null,
    error: null,
  }
}

/** A source that takes encrypted files says so also where no key is there to open them. */
function pgpOf(
  pgp: PgpOptions | undefined,
  { pgp: policy, pgpSignature: signature }: SourceSettings,
  now: string,
): { readonly pgp?: PgpOptions } {
  if (pgp !== undefined) return { pgp }
  if (policy === 'off') return {}
  return { pgp: { policy, signature, decryptionKeys: [], verificationKeys: [], now: new Date(now) } }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new ImportError('FILE_UNREADABLE', { problem: 'it is not a file' })
    return found.size
  } catch (error) {
    if (error instanceof ImportError) throw error
    throw new ImportError('FILE_UNREADABLE', { problem: problemOf(error) }, { cause: error })
  }
}

/** Issues come bounded per code already; this keeps them in one list. */
function keepIssues(kept: FoundIssue[]): PlanSink {
  const keep = async (_: unknown, issues: readonly FoundIssue[]): Promise<void> => void kept.push(...issues)
  return {
    rows: keep,
    correct: keep,
    withoutManagers: async () => {},
    finish: (_outcomes, _lines, issues) => keep(null, issues),
  }
}
