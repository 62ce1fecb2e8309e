/** The history of imports, newest first. */
import type { RunLine, RunLines, RunQuery, RunState } from '../../../importer/types.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, empty, head, options, statePill, type TableColumn, table, time } from './parts.ts'
import { COMMON, duration, number } from './words/common.ts'
import { IMPORTS } from './words/imports.ts'

/** States as people ask for them. */
export const STATE_GROUPS = {
  held: ['held'],
  working: ['received', 'reading', 'planned', 'approved', 'applied', 'reported'],
  good: ['succeeded'],
  errors: ['succeeded_with_errors'],
  bad: ['rejected', 'failed'],
  dry: ['dry_run'],
  other: ['discarded', 'undone', 'duplicate'],
} as const satisfies Record<string, readonly RunState[]>
export type StateGroup = keyof typeof STATE_GROUPS

export interface RunsData {
  readonly slug: string
  readonly runs: RunLines
  readonly sources: readonly string[]
  readonly chosen: {
    readonly group?: StateGroup | undefined
    readonly source?: string | undefined
    readonly before?: string | undefined
  }
  readonly mayImport: boolean
}

/** What the address of the page asks for; what it does not know it leaves out. */
export function runQueryOf(
  query: Readonly<Record<string, string>>,
): RunsData['chosen'] & { query: RunQuery } {
  const { state = '', source, before } = query
  const group = Object.hasOwn(STATE_GROUPS, state) ? (state as StateGroup) : undefined
  const chosen = { group, source: source || undefined, before: before || undefined }
  const states = group === undefined ? undefined : STATE_GROUPS[group]
  return { ...chosen, query: { source: chosen.source, before: chosen.before, states } }
}

export function runsPage({ slug, runs, sources, chosen, mayImport }: RunsData): Piece {
  const actions = mayImport
    ? html`<a class="btn main-act" href="/a/${slug}/imports/new">${IMPORTS.import}</a>`
    : null
  const isFiltered = chosen.group !== undefined || chosen.source !== undefined
  return html`${head({ title: IMPORTS.title, lead: IMPORTS.lead, actions })}
<div class="stack">${filters(sources, chosen)}${card({ isFlush: true }, runs.runs.length === 0 ? nothing(isFiltered, actions) : [runsTable(slug, runs.runs), pages(runs, chosen)])}</div>`
}

function nothing(isFiltered: boolean, action: Piece): Html {
  return isFiltered
    ? empty('search', IMPORTS.noneHere, IMPORTS.noneHereText)
    : empty('imports', IMPORTS.none, IMPORTS.noneText, action)
}

function filters(sources: readonly string[], { group, source }: RunsData['chosen']): Html {
  const groups = Object.entries(IMPORTS.groups)
  return html`<form class="filters" role="search" aria-label="${IMPORTS.filters}" data-send-on-change>
<div class="field"><label for="state">${IMPORTS.state}</label><select id="state" name="state">${options([['', IMPORTS.any], ...groups], group)}</select></div>
<div class="field"><label for="source">${IMPORTS.source}</label><select id="source" name="source">${options([['', IMPORTS.any], ...sources.map((one) => [one, one] as const)], source)}</select></div>
<button class="btn" data-without-script>${IMPORTS.show}</button>
</form>`
}

/** Also of the runs of one source, or those that wait. */
export function runsTable(slug: string, runs: readonly RunLine[], to = ''): Html {
  const { columns: words } = IMPORTS
  const count = (value: number): Piece => (value === 0 ? html`<span class="soft">0</span>` : number(value))
  const columns: readonly TableColumn<RunLine>[] = [
    {
      title: words.file,
      isName: true,
      cell: ({ id, fileName, headline, source, mode }) =>
        html`<a class="break" href="/a/${slug}/imports/${id}${to}">${safe(fileName)}</a><span class="sub">${source}${mode === 'dry_run' ? ` · ${IMPORTS.dryRun}` : ''} · ${headline}</span>`,
    },
    { title: words.state, cell: statePill },
    { title: words.created, isNumber: true, cell: ({ counts }) => count(counts.created) },
    { title: words.updated, isNumber: true, cell: ({ counts }) => count(counts.updated) },
    {
      title: words.leaving,
      isNumber: true,
      cell: ({ counts }) => count(counts.former + counts.deactivated + counts.removed),
    },
    { title: words.left, isNumber: true, cell: ({ counts }) => count(counts.rejected + counts.held) },
    { title: words.received, cell: ({ receivedAt }) => time(receivedAt) },
    { title: words.took, isNumber: true, cell: tookText },
  ]
  return table(IMPORTS.title, columns, runs)
}

/** How long it took; of what waited for a person that says nothing of the machine, and is left out. */
function tookText({ receivedAt, finishedAt, decidedBy }: RunLine): string {
  if (finishedAt === null || (decidedBy !== null && decidedBy !== 'policy')) return ''
  return duration(Date.parse(finishedAt) - Date.parse(receivedAt))
}

function pages({ next }: RunLines, { group, source, before }: RunsData['chosen']): Piece {
  if (next === null && before === undefined) return null
  const to = (at: string | null) => {
    const given = { ...(group && { state: group }), ...(source && { source }), ...(at && { before: at }) }
    return `?${new URLSearchParams(given)}`
  }
  return html`<nav class="pages" aria-label="${IMPORTS.title}">${before === undefined ? html`<span></span>` : html`<a class="btn slim" href="${to(null)}">${COMMON.newer}</a>`}${next === null ? null : html`<a class="btn slim" rel="next" href="${to(next)}">${COMMON.older}</a>`}</nav>`
}
