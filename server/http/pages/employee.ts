/** One person: what is known, where each value is from, what was refused, what happened. */
import type { Employee } from '../../../importer/types.ts'
import { fresh, old } from './diff.ts'
import { personPill } from './employees.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, head, notice, options, proof, type TableColumn, table, time } from './parts.ts'
import { EMPLOYEES } from './words/employees.ts'

export interface EmployeeData {
  readonly slug: string
  readonly person: Employee
  readonly csrf: string | null
  readonly mayChange: boolean
  readonly mayErase: boolean
  /** Headers and labels that may be corrected. */
  readonly fields: readonly string[]
}

const WORDS = EMPLOYEES.person
type Origin = NonNullable<Employee['values'][number]['from']>

export function employeePage(data: EmployeeData): Piece {
  const { slug, person } = data
  const name = said(person, 'Name') ?? keyOf(person)
  const keys = [said(person, 'Employee Id'), said(person, 'Email')].filter((key) => key !== null)
  const top = head({
    crumbs: [[EMPLOYEES.title, `/a/${slug}/employees`]],
    state: personPill(person.status),
    title: html`<bdi>${safe(name)}</bdi>`,
    lead: keys.map(safe).join(' · '),
    actions: timeTravel(slug, person),
  })
  const then =
    person.asOf === null
      ? null
      : notice(
          'work',
          WORDS.asOf(person.asOf),
          html`<a href="/a/${slug}/employees/${person.id}">${WORDS.now}</a>`,
        )
  return html`${top}<div class="stack">${then}<div class="three-one"><div class="stack">${card({ id: 'values', title: WORDS.values, isFlush: true }, values(slug, person))}${refused(slug, person)}${card({ id: 'history', title: WORDS.history, isFlush: true }, changes(slug, person))}</div><div class="stack">${reporting(slug, person)}${pins(data)}${merged(slug, person)}${person.asOf === null ? acts(data) : null}</div></div></div>`
}

export function said(person: Employee, field: string): string | null {
  return person.values.find((one) => one.field === field)?.value ?? null
}

/** What the door finds the person by. */
export function keyOf(person: Employee): string {
  return said(person, 'Employee Id') ?? said(person, 'Email') ?? ''
}

function timeTravel(slug: string, { id, asOf }: Employee): Html {
  return html`<form class="row" method="get" action="/a/${slug}/employees/${id}"><label class="soft small" for="as-of">${WORDS.travel}</label><input id="as-of" class="slim" name="asOf" type="date" value="${asOf ?? ''}" title="${WORDS.travelHint}"><button class="btn">${WORDS.travelGo}</button></form>`
}

function origin(slug: string, from: Origin): Html {
  return html`${place(slug, from)} <span class="small soft">· ${time(from.at)}</span>`
}

/** File, line and source. */
function place(slug: string, { run, fileName, source, line }: Origin): Html {
  const at = line === null ? '' : `, ${WORDS.line(line)}`
  return html`<span class="small"><a href="/a/${slug}/imports/${run}">${safe(fileName || source)}</a><span class="soft">${at} · ${source}</span></span>`
}

function values(slug: string, { values: known }: Employee): Html {
  const columns: readonly TableColumn<Employee['values'][number]>[] = [
    { title: WORDS.field, isName: true, cell: ({ field }) => html`<span class="soft">${safe(field)}</span>` },
    {
      title: WORDS.value,
      cell: ({ value, previous }) =>
        html`<bdi class="break">${value === null ? html`<span class="soft">–</span>` : safe(value)}</bdi>${previous === null || previous.value === null ? null : html`<span class="sub">${WORDS.before} ${safe(previous.value)}</span>`}`,
    },
    {
      title: WORDS.from,
      cell: ({ from }) =>
        from === null ? html`<span class="soft small">${WORDS.unknownOrigin}</span>` : origin(slug, from),
    },
  ]
  return table(WORDS.values, columns, known)
}

function refused(slug: string, person: Employee): Piece {
  if (person.refused.length === 0) return null
  const items = person.refused.map(
    (one) => html`<li>${one.message} <code class="soft">${one.code}</code><p>${origin(slug, one)}</p></li>`,
  )
  return card({ id: 'refused', title: WORDS.refused }, html`<ul class="plain">${items}</ul>`)
}

function changes(slug: string, { changes: all }: Employee): Html {
  if (all.length === 0) return html`<p class="card-body soft">${WORDS.historyNone}</p>`
  const columns: readonly TableColumn<Employee['changes'][number]>[] = [
    { title: WORDS.when, isName: true, cell: ({ at }) => time(at) },
    {
      title: WORDS.field,
      cell: ({ what, field }) =>
        field === null ? WORDS.what[what] : html`<span class="soft">${safe(field)}</span>`,
    },
    {
      title: WORDS.value,
      cell: ({ field, before, after }) => (field === null ? null : html`${old(before)} ${fresh(after)}`),
    },
    { title: WORDS.from, cell: (one) => place(slug, one) },
  ]
  return table(WORDS.history, columns, all)
}

function reporting(slug: string, { reportsTo, reports }: Employee): Html {
  const line = reportsTo.map(
    ({ id, name, employeeId, email }) =>
      html`<li><a href="/a/${slug}/employees/${id}">${safe(name ?? employeeId ?? email ?? '')}</a></li>`,
  )
  const above =
    line.length === 0 ? html`<p class="soft">${WORDS.top}</p>` : html`<ol class="line">${line}</ol>`
  return card(
    { id: 'reporting', title: WORDS.reportsTo },
    html`<div class="stack tight">${above}<p class="soft">${WORDS.reports(reports)}</p></div>`,
  )
}

function merged(slug: string, person: Employee): Piece {
  if (person.merged.length === 0) return null
  const items = person.merged.map(
    ({ name, employeeId, email, run }) =>
      html`<li><a href="/a/${slug}/imports/${run}">${safe(name ?? employeeId ?? email ?? '')}</a></li>`,
  )
  return card({ id: 'merged', title: WORDS.merged }, html`<ul class="plain">${items}</ul>`)
}

/** What may be done to somebody; each is shown before it is done. */
function acts(data: EmployeeData): Piece {
  const { slug, person, csrf, mayChange, mayErase } = data
  const at = `/a/${slug}/employees/${person.id}`
  const { merge, erase } = WORDS
  return [
    mayChange && editForm(data),
    mayChange &&
      card(
        { id: 'merge', title: merge.title },
        html`<form class="stack tight" method="post" action="${at}/merge">${proof(csrf)}<p class="soft small">${merge.text}</p><div class="field"><label for="other">${merge.other}</label><input id="other" name="other" required maxlength="320" autocomplete="off"></div><div><button class="btn">${merge.look}</button></div></form>`,
      ),
    mayErase &&
      card(
        { id: 'erase', title: erase.title },
        html`<div class="stack tight"><p class="soft small">${erase.text}</p><div><a class="btn danger" href="${at}/erase">${erase.open}</a></div></div>`,
      ),
  ]
}

function editForm({ slug, person, csrf, fields }: EmployeeData): Html {
  const { edit } = WORDS
  const all = fields.map((one) => [one, one] as const)
  return card(
    { id: 'edit', title: edit.title },
    html`<form class="stack tight" method="post" action="/a/${slug}/employees/${person.id}/edit">${proof(csrf)}<p class="soft small">${edit.text}</p>
<div class="field"><label for="field">${edit.field}</label><select id="field" name="field">${options(all, 'Email')}</select></div>
<div class="field"><label for="value">${edit.value}</label><input id="value" name="value" maxlength="4096" autocomplete="off" aria-describedby="value-hint"><p class="hint" id="value-hint">${edit.valueHint}</p></div>
<label class="choice"><input type="checkbox" name="pin" value="yes"><span>${edit.pin}</span></label>
<div class="field"><label for="until">${edit.until}</label><input id="until" name="until" type="date"></div>
<div><button class="btn">${edit.look}</button></div></form>`,
  )
}

/** Fields of the person that no file writes. */
function pins({ slug, person, csrf, mayChange }: EmployeeData): Piece {
  const { edit } = WORDS
  if (person.pins.length === 0) return null
  const items = person.pins.map(({ field, until, by }) => {
    const free =
      mayChange &&
      html`<form method="post" action="/a/${slug}/employees/${person.id}/unpin">${proof(csrf)}<input type="hidden" name="field" value="${field}"><button class="btn slim" aria-label="${edit.unpinWhat(safe(field))}">${edit.unpin}</button></form>`
    return html`<li><span class="strong">${safe(field)}</span> ${until === null ? edit.good : edit.upTo(until)}<span class="sub">${edit.by(safe(by))}</span>${free}</li>`
  })
  return card({ id: 'pins', title: edit.pins }, html`<ul class="plain">${items}</ul>`)
}
