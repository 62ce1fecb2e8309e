/** The list of employees: searched by a form that is sent, so that no name stands in an address. */
import type { Headcountable, PeoplePage, PersonLine } from '../../../importer/types.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import {
  card,
  day,
  empty,
  head,
  notice,
  options,
  pill,
  proof,
  type Shade,
  type TableColumn,
  table,
} from './parts.ts'
import { COMMON } from './words/common.ts'
import { EMPLOYEES } from './words/employees.ts'
import { ROSTER } from './words/roster.ts'

export interface PeopleChoice {
  readonly search: string
  readonly status: Headcountable | undefined
  /** Only whom this run brought. */
  readonly run: string | undefined
  readonly after: number
  /** Demographics that are shown. */
  readonly columns: readonly string[]
}

export interface EmployeesData {
  readonly slug: string
  readonly page: PeoplePage
  readonly choice: PeopleChoice
  /** Labels of the account's demographics. */
  readonly labels: readonly string[]
  readonly csrf: string | null
  readonly mayExport: boolean
}

/** Shown where nobody chose: what tells people apart soonest. */
const FIRST_COLUMNS: readonly string[] = ['Job Title', 'Department', 'Location']

/** What a form or an address asks for; what is not known is left out. */
export function peopleChoiceOf(
  given: Readonly<Record<string, string>>,
  chosen: readonly string[],
  labels: readonly string[],
): PeopleChoice {
  const { search = '', status = '', run, after = '' } = given
  const columns = chosen.filter((one) => labels.includes(one))
  return {
    search: search.trim().slice(0, 200),
    status: EMPLOYEES.filterable.find((one) => one === status),
    run: run || undefined,
    after: /^\d{1,9}$/.test(after) ? Number(after) : 0,
    columns:
      columns.length > 0 || given['columns_shown'] !== undefined
        ? columns
        : FIRST_COLUMNS.filter((one) => labels.includes(one)),
  }
}

export function employeesPage(data: EmployeesData): Piece {
  const { slug, page, choice, csrf } = data
  const isFiltered = choice.search !== '' || choice.status !== undefined || choice.run !== undefined
  const top = head({
    title: choice.run === undefined ? EMPLOYEES.title : EMPLOYEES.newTitle,
    lead: EMPLOYEES.lead,
    actions: html`<a class="btn quiet" href="/a/${slug}/dates">${ROSTER.dates.title}</a><a class="btn quiet" href="/a/${slug}/duplicates">${ROSTER.duplicates.title}</a>${data.mayExport && exportPart(slug, csrf)}`,
  })
  const list =
    page.people.length > 0 ? peopleTable(slug, page.people, choice.columns) : nothing(isFiltered, page)
  // One form around it all: the next page needs the same choice, and no script.
  return html`${top}<form method="post" action="/a/${slug}/employees" class="stack" role="search" aria-label="${EMPLOYEES.search}">${proof(csrf)}<input type="hidden" name="run" value="${choice.run ?? ''}"><input type="hidden" name="columns_shown" value="1">
<div class="filters">
<div class="field wide"><label for="search">${EMPLOYEES.search}</label><input id="search" name="search" type="search" value="${choice.search}" placeholder="${EMPLOYEES.searchHint}" autocomplete="off"></div>
<div class="field"><label for="status">${EMPLOYEES.status}</label><select id="status" name="status">${options([['', EMPLOYEES.anybody], ...EMPLOYEES.filterable.map((one) => [one, EMPLOYEES.statuses[one]] as const)], choice.status)}</select></div>
<button class="btn">${EMPLOYEES.find}</button>
${columnChoice(data)}</div>
${card({ isFlush: true }, [list, pages(page, choice)])}</form>`
}

function nothing(isFiltered: boolean, page: PeoplePage): Html {
  if (page.isUnfinished) return notice('neutral', EMPLOYEES.unfinished)
  return isFiltered
    ? empty('search', EMPLOYEES.noMatch, EMPLOYEES.noMatchText)
    : empty('employees', EMPLOYEES.none, EMPLOYEES.noneText)
}

function columnChoice({ labels, choice }: EmployeesData): Piece {
  if (labels.length === 0) return null
  const boxes = labels.map(
    (label) =>
      html`<label class="choice"><input type="checkbox" name="columns" value="${label}"${choice.columns.includes(label) ? html` checked` : null}><span>${safe(label)}</span></label>`,
  )
  return html`<details class="menu"><summary class="btn">${EMPLOYEES.columns}</summary><fieldset class="menu-body"><legend>${EMPLOYEES.chooseColumns}</legend>${boxes}<button class="btn slim">${EMPLOYEES.show}</button></fieldset></details>`
}

function exportPart(slug: string, csrf: string | null): Html {
  return html`<details class="menu at-end"><summary class="btn">${EMPLOYEES.export}</summary><form class="menu-body stack tight" method="post" action="/a/${slug}/employees/export">${proof(csrf)}<h2>${EMPLOYEES.exportTitle}</h2><label class="choice"><input type="checkbox" name="include" value="deactivated"><span>${EMPLOYEES.includeDeactivated}<span class="hint">${EMPLOYEES.includeHint}</span></span></label><div class="field"><label for="as-of">${EMPLOYEES.asOf}</label><input id="as-of" name="asOf" type="date"><p class="hint">${EMPLOYEES.asOfHint}</p></div><button class="btn main-act">${EMPLOYEES.download}</button></form></details>`
}

const SHADES: Readonly<Record<PersonLine['status'], Shade>> = {
  active: 'good',
  upcoming: 'work',
  deactivated: 'warn',
  former: 'neutral',
  removed: 'bad',
}

export function personPill(status: PersonLine['status']): Html {
  const shade = SHADES[status]
  return pill(shade, EMPLOYEES.statuses[status], status === 'upcoming' ? 'late' : shade)
}

function peopleTable(slug: string, people: readonly PersonLine[], labels: readonly string[]): Html {
  const { table: words } = EMPLOYEES
  const hasEnds = people.some(({ endDate }) => endDate !== null)
  const columns: readonly TableColumn<PersonLine>[] = [
    {
      title: words.name,
      isName: true,
      cell: ({ id, name, email }) =>
        html`<a href="/a/${slug}/employees/${id}"><bdi>${safe(name ?? '')}</bdi></a><span class="sub">${safe(email ?? '')}</span>`,
    },
    { title: words.id, cell: ({ employeeId }) => safe(employeeId ?? '') },
    { title: words.status, cell: ({ status }) => personPill(status) },
    ...labels.map((label) => ({
      title: label,
      cell: ({ demographics }: PersonLine) => safe(demographics[label] ?? ''),
    })),
    {
      title: words.manager,
      cell: ({ manager }) =>
        manager === null ? '' : html`<a href="/a/${slug}/employees/${manager.id}">${safe(manager.name)}</a>`,
    },
    { title: words.start, cell: ({ startDate }) => day(startDate) },
    ...(hasEnds ? [{ title: words.end, cell: ({ endDate }: PersonLine) => day(endDate) }] : []),
  ]
  return table(EMPLOYEES.title, columns, people)
}

/** Buttons of the form around them: they send the same search with another place. */
function pages({ next, isUnfinished }: PeoplePage, { after }: PeopleChoice): Piece {
  if (next === null && after === 0) return null
  const first =
    after > 0
      ? html`<button class="btn slim" name="after" value="">${COMMON.first}</button>`
      : html`<span></span>`
  const more =
    next !== null &&
    html`<button class="btn slim" name="after" value="${next}">${isUnfinished ? EMPLOYEES.further : COMMON.more}</button>`
  return html`<div class="pages">${first}${more}</div>`
}
