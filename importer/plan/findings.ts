/** What a plan has to say about rows, until whoever drives it takes it away. */
import type { IssueCode } from '../../schemas/issues.ts'
import type { Correction, ManagerDrop, PlanIssue } from './planned.ts'

type Params = Readonly<Record<string, string | number>>

/** A row by its number and its line. */
interface Place {
  readonly row: number
  readonly line: number
}

export class Findings {
  #issues: PlanIssue[] = []
  #corrections: Correction[] = []
  #managerDrops: ManagerDrop[] = []
  #managerProblems = 0

  /** Cells so far that name a manager who could not be set. */
  get managerProblems(): number {
    return this.#managerProblems
  }

  say(
    code: IssueCode,
    { row, line }: Place,
    field: string | null,
    params: Params = {},
    weight?: 'row' | 'info',
  ): void {
    const rejects = weight === 'row'
    if (weight === undefined && code.startsWith('HIER_')) this.#managerProblems++
    this.#issues.push({ code, row, line, field, params, rejects, isRemark: weight === 'info' })
  }

  /** A row planned earlier is not what it was. */
  correct(code: IssueCode, { row, line }: Place, action: Correction['action']): void {
    this.#corrections.push({ row, line, code, action })
  }

  /** A row planned earlier keeps everything but its manager. */
  dropManager(row: number, code: IssueCode): void {
    this.#managerDrops.push({ row, code })
  }

  takeIssues(): PlanIssue[] {
    const issues = this.#issues
    this.#issues = []
    return issues
  }

  takeCorrections(): Correction[] {
    const corrections = this.#corrections
    this.#corrections = []
    return corrections
  }

  takeManagerDrops(): ManagerDrop[] {
    const drops = this.#managerDrops
    this.#managerDrops = []
    return drops
  }
}
