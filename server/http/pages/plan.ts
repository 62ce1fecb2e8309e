/** What an import would do, or did, row by row: to look through, and where it waits, to decide. */
import { createHash } from 'node:crypto'
import { summarize } from '../../../importer/importer.ts'
import type { PlanFilter, PlanLine, PlanPage, Run } from '../../../importer/types.ts'
import { diff, given } from './diff.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, empty, head, notice, options, pill, proof, type Shade, statePill } from './parts.ts'
import { decision, keyHelp } from './plan-decision.ts'
import { COMMON, number } from './words/common.ts'
import { IMPORTS } from './words/imports.ts'
import { REVIEW } from './words/review.ts'

export interface PlanData {
  readonly slug: string
  readonly run: Run
  readonly page: PlanPage
  readonly filter: PlanFilter
  readonly after: number
  /** Columns that may be asked for. */
  readonly fields: readonly string[]
  readonly csrf: string | null
  readonly mayDecide: boolean
  /** What the last try to decide came to. */
  readonly problem?: { readonly title: string; readonly text: string } | undefined
}

/** Tells one plan of a run from another, so that only what was looked at is approved. */
export function planMark({ counts, holds, issueCounts, sha256 }: Run): string {
  return createHash('sha256')
    .update(JSON.stringify([counts, holds, issueCounts, sha256]))
    .digest('hex')
    .slice(0, 16)
}

export function planPage(data: PlanData): Piece {
  const { slug, run, page, filter, mayDecide, problem } = data
  const summary = summarize(run)
  const isOpen = run.state === 'held'
  const top = head({
    crumbs: [
      [IMPORTS.title, `/a/${slug}/imports`],
      [safe(run.fileName), `/a/${slug}/imports/${run.id}`],
    ],
    state: statePill({ state: run.state, tone: summary.tone }),
    title: summary.headline,
    lead: isOpen ? REVIEW.warning : null,
  })
  const isFiltered = Object.keys(filter).length > 0
  const nothing = isFiltered
    ? empty('search', REVIEW.noMatch, REVIEW.noMatchText)
    : empty('good', REVIEW.nothing, REVIEW.nothingText)
  const canDecide = isOpen && mayDecide
  const list = page.rows.length === 0 ? nothing : rowList(data, canDecide)
  return html`${top}<div class="stack">
${problem === undefined ? null : notice('warn', problem.title, problem.text)}
${reasons(run, isOpen)}
${actionTabs(run, filter)}
${filterForm(data)}
${canDecide ? html`<form method="post" action="/a/${slug}/imports/${run.id}/decide">${proof(data.csrf)}${card({ isFlush: true }, [list, pages(data), decision({ run, filter, mark: planMark(run) })])}</form>${keyHelp()}` : card({ isFlush: true }, [list, pages(data)])}
</div>`
}

function reasons({ holds, approvals = [] }: Run, isOpen: boolean): Piece {
  const [first] = approvals
  const second = first !== undefined && notice('wait', REVIEW.secondNeeded(safe(first.by)))
  if (!isOpen || holds.length === 0) return second
  const sentences = holds.map(
    ({ code, message, rows }) =>
      html`<li>${safe(message)} <a class="nowrap" href="?code=${code}">${rows > 0 ? REVIEW.counted(rows) : COMMON.show}</a></li>`,
  )
  return [second, card({ id: 'why', title: REVIEW.why }, html`<ul class="reasons">${sentences}</ul>`)]
}

const TABS = ['create', 'update', 'hold', 'reject', 'exclude', 'remove'] as const
const COUNT_OF = {
  create: 'created',
  update: 'updated',
  hold: 'held',
  reject: 'rejected',
  exclude: 'excluded',
  remove: 'removed',
} as const

function actionTabs({ counts }: Run, filter: PlanFilter): Html {
  const tabs = TABS.filter((action) => counts[COUNT_OF[action]] > 0 || filter.action === action)
  const link = (action: PlanFilter['action'], words: string, count: Piece) => {
    const to = query({ ...plain(filter), action: action ?? '' })
    return html`<li><a href="${to}"${filter.action === action ? html` aria-current="true"` : null}>${words}${count}</a></li>`
  }
  return html`<nav class="tabs" aria-label="${REVIEW.changes}"><ul>${link(undefined, REVIEW.all, null)}${tabs.map(
    (action) =>
      link(
        action,
        REVIEW.actions[action],
        html` <span class="soft">${number(counts[COUNT_OF[action]])}</span>`,
      ),
  )}</ul></nav>`
}

/** What of a filter may stand in an address: never who somebody is. */
function plain({ action, code, field, rows }: PlanFilter): Record<string, string> {
  return { ...(action && { action }), ...(code && { code }), ...(field && { field }), ...(rows && { rows }) }
}

function query(given: Readonly<Record<string, string>>): string {
  const said = Object.entries(given).filter(([, value]) => value !== '')
  return `?${new URLSearchParams(said)}`
}

/** Sent in a body, since a person may be in it. */
function filterForm({ slug, run, filter, fields, csrf }: PlanData): Html {
  const codes = [...new Set([...run.holds.map(({ code }) => code), ...Object.keys(run.issueCounts)])].sort()
  const at = `/a/${slug}/imports/${run.id}/plan`
  const clear = Object.keys(filter).length > 0 && html`<a class="btn quiet" href="${at}">${REVIEW.clear}</a>`
  return html`<form class="filters" method="post" action="${at}" role="search" aria-label="${REVIEW.filters}" data-send-on-change>${proof(csrf)}<input type="hidden" name="action" value="${filter.action ?? ''}">
<div class="field"><label for="code">${REVIEW.reason}</label><select id="code" name="code">${options([['', REVIEW.anyReason], ...codes.map((one) => [one, one] as const)], filter.code)}</select></div>
<div class="field"><label for="field">${REVIEW.field}</label><select id="field" name="field">${options([['', REVIEW.anyField], ...fields.map((one) => [one, one] as const)], filter.field)}</select></div>
<div class="field"><label for="rows">${REVIEW.rows}</label><input id="rows" name="rows" value="${filter.rows ?? ''}" placeholder="${REVIEW.rowsHint}" autocomplete="off"></div>
<div class="field wide"><label for="person">${REVIEW.person}</label><input id="person" name="person" value="${filter.person ?? ''}" placeholder="${REVIEW.personHint}" autocomplete="off"></div>
<button class="btn">${REVIEW.show}</button>${clear}
</form>`
}

function rowList({ slug, run, page }: PlanData, canPick: boolean): Html {
  const remarks = Map.groupBy(run.issues, ({ row }) => row)
  const rows = page.rows.map((line) => {
    const said = [...new Set((remarks.get(line.row) ?? []).map(({ message }) => message))]
    return rowPart(slug, line, { said, canPick: canPick && isPickable(line) })
  })
  const all =
    canPick &&
    html`<div class="change head-row"><label class="pick-label"><input class="pick" type="checkbox" data-pick-all><span class="only-read">${REVIEW.pickAll}</span></label><p class="soft small" data-with-script hidden>${REVIEW.pickAll} · <button type="button" class="link" data-help>${REVIEW.keysHelp} <kbd>?</kbd></button></p></div>`
  return html`<div data-walk>${all}${rows}</div>`
}

function isPickable({ action }: PlanLine): boolean {
  return action === 'create' || action === 'update'
}

const LOOKS: Readonly<Record<PlanLine['action'], Shade>> = {
  create: 'good',
  update: 'work',
  unchanged: 'neutral',
  hold: 'wait',
  reject: 'bad',
  exclude: 'neutral',
  remove: 'bad',
}

function rowPart(
  slug: string,
  line: PlanLine,
  { said, canPick }: { readonly said: readonly string[]; readonly canPick: boolean },
): Html {
  const { row, action, person, changes, codes } = line
  const name = person?.name ?? REVIEW.unknownPerson(line.line)
  const pick = canPick
    ? html`<label class="pick-label"><input class="pick" type="checkbox" name="row" value="${row}" data-pick><span class="only-read">${REVIEW.pick(safe(name))}</span></label>`
    : html`<span></span>`
  const keys = [person?.employeeId, person?.email].filter((key) => key != null)
  const who =
    action !== 'create' && person !== null
      ? html`<a class="strong" href="/a/${slug}/employees/${person.id}"><bdi>${safe(name)}</bdi></a>`
      : html`<span class="strong"><bdi>${safe(name)}</bdi></span>`
  const remarks =
    said.length > 0
      ? said.map((one) => html`<p class="small soft">${one}</p>`)
      : codes.map((code) => html`<code class="soft">${code}</code> `)
  return html`<article class="change" id="row-${row}" data-row tabindex="-1">${pick}<div><div class="who-line">${pill(LOOKS[action], REVIEW.actions[action], action === 'update' ? 'review' : LOOKS[action])}${who}<span class="soft small break">${keys.map(safe).join(' · ')}</span><a class="soft small" href="#row-${row}">${REVIEW.line(row, line.line)}</a></div>${remarks}${changesPart(action, changes)}</div></article>`
}

/** Of a new person what tells them apart, the other values on demand. */
function changesPart(action: PlanLine['action'], changes: PlanLine['changes']): Piece {
  if (changes.length === 0) return null
  if (action !== 'create') return diff(changes)
  const known = changes.filter(({ field }) => !IN_THE_LINE.includes(field))
  const first = FIRST_OF_NEW.flatMap((field) => known.find((one) => one.field === field) ?? [])
  const others = known.filter((one) => !first.includes(one))
  const more =
    others.length > 0 &&
    html`<details class="more small"><summary>${REVIEW.moreValues(others.length)}</summary>${given(others)}</details>`
  return html`${first.length > 0 ? given(first) : null}${more}`
}

const IN_THE_LINE: readonly string[] = ['Name', 'Employee Id', 'Email']
const FIRST_OF_NEW = ['Start Date', 'End Date', 'Job Title', 'Department', 'Location', 'Manager Email']

function pages({ page, filter, after }: PlanData): Piece {
  if (page.next === null && after === 0) return null
  const to = (at: number | null) => query({ ...plain(filter), after: at === null ? '' : String(at) })
  const first =
    after > 0 ? html`<a class="btn slim" href="${to(null)}">${COMMON.first}</a>` : html`<span></span>`
  const next =
    page.next !== null && html`<a class="btn slim" rel="next" href="${to(page.next)}">${COMMON.more}</a>`
  return html`<nav class="pages" aria-label="${REVIEW.plan}">${first}${next}</nav>`
}
