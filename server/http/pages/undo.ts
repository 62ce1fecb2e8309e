/** What taking an import back would do now, before it is done. */
import type { Run, UndoPreview } from '../../../importer/types.ts'
import { fresh, old } from './diff.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, head, kpis, proof, type TableColumn, table } from './parts.ts'
import { COMMON, number } from './words/common.ts'
import { IMPORTS } from './words/imports.ts'

export interface UndoData {
  readonly slug: string
  readonly run: Run
  readonly preview: UndoPreview
  readonly csrf: string | null
}

export function undoPage({ slug, run, preview, csrf }: UndoData): Piece {
  const { undo: words } = IMPORTS
  const at = `/a/${slug}/imports/${run.id}`
  const kept = Object.values(preview.kept).reduce((sum, count) => sum + count, 0)
  const numbers = [
    { label: words.restored, count: preview.restored },
    { label: words.values, count: preview.values },
    { label: words.removed, count: preview.removed },
    { label: words.recreated, count: preview.recreated },
    { label: words.kept, count: kept },
  ]
  const isEmpty = preview.restored + preview.removed + preview.recreated === 0
  const labels = preview.demographics.map(safe).join(', ')
  const form = html`<form class="stack tight" method="post" action="${at}/undo">${proof(csrf)}<div class="field"><label for="reason">${words.reason}</label><input id="reason" name="reason" maxlength="500" autocomplete="off" aria-describedby="reason-hint"><p class="hint" id="reason-hint">${words.reasonHint}</p></div><div class="row"><button class="btn danger">${words.confirm}</button><a class="btn quiet" href="${at}">${COMMON.cancel}</a></div></form>`
  return html`${head({
    crumbs: [
      [IMPORTS.title, `/a/${slug}/imports`],
      [safe(run.fileName), at],
    ],
    title: words.title,
    lead: isEmpty ? words.nothing : words.lead,
  })}<div class="stack">${kpis(numbers.map(({ label, count }) => ({ label, value: number(count), isZero: count === 0 })))}
${preview.people.length > 0 ? card({ id: 'people', title: words.people, isFlush: true, aside: preview.isTruncated ? html`<p class="soft">${words.truncated}</p>` : null }, peopleTable(slug, preview)) : null}
${preview.demographics.length > 0 ? html`<p class="soft">${words.demographics(labels)}</p>` : null}
${isEmpty ? null : card({}, form)}</div>`
}

type Undone = UndoPreview['people'][number]

function peopleTable(slug: string, { people }: UndoPreview): Html {
  const { undo: words } = IMPORTS
  const columns: readonly TableColumn<Undone>[] = [
    {
      title: words.person,
      isName: true,
      cell: ({ id, name, employeeId, email, action }) => {
        const shown = safe(name ?? employeeId ?? email ?? '')
        const keys = [employeeId, email].filter((key) => key !== null).map(safe)
        const link = action === 'recreate' ? shown : html`<a href="/a/${slug}/employees/${id}">${shown}</a>`
        return html`${link}<span class="sub">${keys.join(' · ')}</span>`
      },
    },
    { title: words.action, cell: ({ action }) => words.actions[action] },
    { title: words.changes, cell: changesOf },
    {
      title: words.reason,
      cell: ({ kept }) =>
        kept.length === 0 ? null : kept.map(({ message }) => html`<p class="small soft">${message}</p>`),
    },
  ]
  return table(words.people, columns, people)
}

function changesOf({ changes }: Undone): Piece {
  if (changes.length === 0) return null
  return changes.map(
    ({ field, now, former }) =>
      html`<p><span class="soft">${safe(field)}</span> ${old(now)} ${fresh(former)}</p>`,
  )
}
