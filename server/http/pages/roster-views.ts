/** People who may be there twice, and who starts and leaves. */
import type { DuplicatePage } from '../../../importer/types.ts'
import type { DuplicateRecord } from '../../../schemas/duplicate.ts'
import type { LifecycleEvent } from '../../../schemas/lifecycle.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, day, empty, head, pill, proof, type TableColumn, table, time } from './parts.ts'
import { COMMON } from './words/common.ts'
import { EMPLOYEES } from './words/employees.ts'
import { ROSTER } from './words/roster.ts'

const { duplicates: TWICE, dates: DATES } = ROSTER

export interface DuplicatesData {
  readonly slug: string
  readonly page: DuplicatePage
  readonly csrf: string | null
  readonly mayChange: boolean
}

type Pair = DuplicatePage['pairs'][number]

export function duplicatesPage({ slug, page, csrf, mayChange }: DuplicatesData): Piece {
  const columns: readonly TableColumn<Pair>[] = [
    { title: TWICE.name, isName: true, cell: ({ newer }) => safe(newer.name) },
    { title: TWICE.older, cell: ({ older }) => recordCell(slug, older) },
    { title: TWICE.newer, cell: ({ newer }) => recordCell(slug, newer) },
    { title: TWICE.same, cell: ({ same }) => same.map((one) => TWICE.sameness[one]).join(', ') },
    ...(mayChange ? [{ title: TWICE.act, isQuiet: true, cell: (pair: Pair) => acts(slug, pair, csrf) }] : []),
  ]
  const list =
    page.pairs.length === 0
      ? empty('employees', TWICE.none, TWICE.noneText)
      : table(TWICE.title, columns, page.pairs)
  const next =
    page.next !== null &&
    html`<nav class="pages" aria-label="${TWICE.title}"><span></span><a class="btn slim" rel="next" href="?after=${page.next}">${COMMON.more}</a></nav>`
  return html`${top(slug, TWICE)}${card({ isFlush: true }, [list, next])}`
}

function recordCell(slug: string, { id, employeeId, email, name, createdAt }: DuplicateRecord): Html {
  const key = employeeId ?? email ?? name
  return html`<a class="break" href="/a/${slug}/employees/${id}">${safe(key)}</a>${employeeId !== null && email !== null ? html`<span class="sub break">${safe(email)}</span>` : null}<span class="sub">${TWICE.since} ${time(createdAt)}</span>`
}

function acts(slug: string, { older, newer }: Pair, csrf: string | null): Html {
  const name = safe(newer.name)
  const other = newer.employeeId ?? newer.email ?? ''
  return html`<div class="row"><form method="post" action="/a/${slug}/employees/${older.id}/merge">${proof(csrf)}<input type="hidden" name="other" value="${other}"><button class="btn slim" aria-label="${TWICE.mergeWhat(name)}">${TWICE.merge}</button></form><form method="post" action="/a/${slug}/duplicates/apart">${proof(csrf)}<input type="hidden" name="one" value="${older.id}"><input type="hidden" name="other" value="${newer.id}"><button class="btn slim" aria-label="${TWICE.apartWhat(name)}">${TWICE.apart}</button></form></div>`
}

export interface DatesData {
  readonly slug: string
  /** Soonest first. */
  readonly coming: readonly LifecycleEvent[]
  /** Latest first. */
  readonly past: readonly LifecycleEvent[]
}

export function datesPage({ slug, coming, past }: DatesData): Piece {
  const part = (id: string, title: string, events: readonly LifecycleEvent[]) =>
    card(
      { id, title, isFlush: true },
      events.length === 0
        ? empty('employees', DATES.none, DATES.noneText)
        : table(title, dateColumns(slug), events),
    )
  return html`${top(slug, DATES)}<div class="stack">${part('coming', DATES.coming, coming)}${part('past', DATES.past, past)}</div>`
}

function dateColumns(slug: string): readonly TableColumn<LifecycleEvent>[] {
  return [
    {
      title: DATES.person,
      isName: true,
      cell: ({ person, name, employeeId, email }) =>
        name === null
          ? html`<span class="soft">${DATES.gone}</span>`
          : html`<a href="/a/${slug}/employees/${person}">${safe(name)}</a><span class="sub break">${safe(employeeId ?? email ?? '')}</span>`,
    },
    { title: DATES.day, cell: (one) => day(one.day) },
    {
      title: DATES.what,
      cell: ({ kind, isLate }) =>
        html`${pill(kind === 'upcoming' || kind === 'started' ? 'good' : 'neutral', DATES.kinds[kind])}${isLate ? html`<span class="sub">${DATES.late}</span>` : null}`,
    },
  ]
}

function top(slug: string, { title, lead }: { readonly title: string; readonly lead: string }): Html {
  return head({ crumbs: [[EMPLOYEES.title, `/a/${slug}/employees`]], title, lead })
}
