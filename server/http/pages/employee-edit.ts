/** Correcting a person by hand: what it would do, before it is done. */
import type { Edit, EditPreview } from '../../../importer/types.ts'
import { diff } from './diff.ts'
import { html, type Piece, safe } from './html.ts'
import { card, head, proof } from './parts.ts'
import { COMMON } from './words/common.ts'
import { EMPLOYEES } from './words/employees.ts'

const { edit: WORDS } = EMPLOYEES.person

export interface EditData {
  readonly slug: string
  readonly id: number
  readonly edit: Edit
  readonly preview: EditPreview
  readonly csrf: string | null
}

export function editPage({ slug, id, edit, preview, csrf }: EditData): Piece {
  const { person, changes, pinned, manager } = preview
  const at = `/a/${slug}/employees/${id}`
  const name = safe(person.name ?? person.employeeId ?? person.email ?? '')
  const given = edit.values.map(
    ({ field, value }) =>
      html`<input type="hidden" name="field" value="${field}"><input type="hidden" name="value" value="${value}">`,
  )
  const pin =
    edit.pin !== null &&
    html`<input type="hidden" name="pin" value="yes"><input type="hidden" name="until" value="${edit.pin.until ?? ''}">`
  const form = html`<form class="stack tight" method="post" action="${at}/edit">${proof(csrf)}${given}${pin}<div class="field"><label for="reason">${WORDS.reason}</label><input id="reason" name="reason" maxlength="500" autocomplete="off"></div><div class="row"><button class="btn main-act" name="sure" value="yes">${WORDS.confirm}</button><a class="btn quiet" href="${at}">${COMMON.cancel}</a></div></form>`
  const above = manager?.after ?? null
  return html`${head({
    crumbs: [
      [EMPLOYEES.title, `/a/${slug}/employees`],
      [name, at],
    ],
    title: WORDS.head,
    lead: WORDS.lead,
  })}<div class="stack">${card({}, html`<div class="stack tight">${changes.length > 0 ? diff(changes) : html`<p>${WORDS.nothing}</p>`}${pinned.length > 0 ? html`<p>${WORDS.pinned(pinned.map(safe).join(', '))}</p>` : null}${manager === null ? null : html`<p>${above === null ? WORDS.nobody : WORDS.manager(safe(above.name ?? above.email ?? ''))}</p>`}</div>`)}${changes.length + pinned.length > 0 ? card({}, form) : null}</div>`
}
