/** Merging and erasing people: what it would do, before it is done. */
import type { Employee, Erasure, MergePreview } from '../../../importer/types.ts'
import { keyOf, said } from './employee.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, facts, head, notice, proof, type TableColumn, table } from './parts.ts'
import { COMMON, number } from './words/common.ts'
import { EMPLOYEES } from './words/employees.ts'

const { merge: MERGE, erase: ERASE } = EMPLOYEES.person

export interface MergeData {
  readonly slug: string
  /** Number of the one from whose page it was asked for. */
  readonly id: number
  readonly preview: MergePreview
  readonly csrf: string | null
}

type Named = MergePreview['keep']

export function mergePage({ slug, id, preview, csrf }: MergeData): Piece {
  const { keep, other, taken, dropped, reports } = preview
  const at = `/a/${slug}/employees/${id}`
  const key = (person: Named) => person.employeeId ?? person.email ?? ''
  const form = html`<form class="stack tight" method="post" action="${at}/merge">${proof(csrf)}<input type="hidden" name="keep" value="${key(keep)}"><input type="hidden" name="other" value="${key(other)}"><div class="field"><label for="reason">${MERGE.reason}</label><input id="reason" name="reason" maxlength="500" autocomplete="off"></div><div class="row"><button class="btn main-act" name="sure" value="yes">${MERGE.confirm}</button><button class="btn" name="swap" value="yes">${MERGE.swap}</button><a class="btn quiet" href="${at}">${COMMON.cancel}</a></div></form>`
  return html`${head({
    crumbs: [
      [EMPLOYEES.title, `/a/${slug}/employees`],
      [safe(keep.name ?? key(keep)), `/a/${slug}/employees/${keep.id}`],
    ],
    title: MERGE.head,
    lead: MERGE.lead,
  })}<div class="stack"><div class="two">${personCard('keep', MERGE.keep, keep)}${personCard('goes', MERGE.goes, other)}</div>
${valueTable(
  'taken',
  MERGE.taken,
  MERGE.takenText,
  taken.map(({ field, value }) => ({ field, keep: value, other: null })),
)}
${valueTable('dropped', MERGE.dropped, MERGE.droppedText, dropped)}
${reports > 0 ? html`<p>${MERGE.reports(reports)}</p>` : null}
${card({}, form)}</div>`
}

function personCard(id: string, title: string, { name, employeeId, email }: Named): Html {
  return card(
    { id, title },
    html`<p class="strong">${safe(name ?? '')}</p><p class="soft break">${[employeeId, email].flatMap((key) => (key === null ? [] : [safe(key)])).join(' · ')}</p>`,
  )
}

interface Value {
  readonly field: string
  readonly keep: string | null
  readonly other: string | null
}

function valueTable(id: string, title: string, text: string, values: readonly Value[]): Piece {
  if (values.length === 0) return null
  const hasOther = values.some(({ other }) => other !== null)
  const shown = (value: string | null): Piece =>
    value === null ? html`<span class="soft">${MERGE.nothing}</span>` : html`<bdi>${safe(value)}</bdi>`
  const columns: readonly TableColumn<Value>[] = [
    { title: EMPLOYEES.person.field, isName: true, cell: ({ field }) => safe(field) },
    { title: MERGE.keep, cell: ({ keep }) => shown(keep) },
    ...(hasOther ? [{ title: MERGE.goes, cell: ({ other }: Value) => shown(other) }] : []),
  ]
  return card(
    { id, title, isFlush: true, aside: html`<p class="soft small">${text}</p>` },
    table(title, columns, values),
  )
}

export interface EraseData {
  readonly slug: string
  readonly person: Employee
  readonly erasure: Erasure
  readonly csrf: string | null
  readonly isMistyped?: boolean
}

export function erasePage({ slug, person, erasure, csrf, isMistyped = false }: EraseData): Piece {
  const name = safe(said(person, 'Name') ?? keyOf(person))
  const at = `/a/${slug}/employees/${person.id}`
  const form = html`<form class="stack tight" method="post" action="${at}/erase">${proof(csrf)}<div class="field"><label for="word">${ERASE.word} <kbd>${ERASE.confirmWord}</kbd></label><input id="word" name="word" required autocomplete="off" autocapitalize="off"${isMistyped ? html` aria-invalid="true" aria-describedby="mistyped"` : null}></div>${isMistyped ? html`<p class="bad toned" id="mistyped">${ERASE.mistyped}</p>` : null}<div class="row"><button class="btn danger">${ERASE.confirm}</button><a class="btn quiet" href="${at}">${COMMON.cancel}</a></div></form>`
  return html`${head({
    crumbs: [
      [EMPLOYEES.title, `/a/${slug}/employees`],
      [name, at],
    ],
    title: ERASE.head(name),
    lead: ERASE.lead,
  })}<div class="stack">${card({}, erasureFacts(erasure))}${card({}, form)}</div>`
}

/** After it was done: what is left for a person to look at. */
export function erasedPage({ slug, erasure }: Pick<EraseData, 'slug' | 'erasure'>): Piece {
  return html`${head({ crumbs: [[EMPLOYEES.title, `/a/${slug}/employees`]], title: EMPLOYEES.title })}<div class="stack">${notice('good', ERASE.done)}${card({}, erasureFacts(erasure))}</div>`
}

function erasureFacts({ people, changes, planRows, reports, files, unsearched }: Erasure): Html {
  const list = (names: readonly string[]): Piece =>
    names.length === 0
      ? COMMON.none
      : html`<ul class="plain">${names.map((one) => html`<li><code>${safe(one)}</code></li>`)}</ul>`
  return facts([
    [ERASE.people, number(people.length)],
    [ERASE.changes, number(changes)],
    [ERASE.planRows, number(planRows)],
    [ERASE.reports, number(reports)],
    [ERASE.files, list(files)],
    [ERASE.unsearched, list(unsearched)],
  ])
}
