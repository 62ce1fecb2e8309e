/** Which source owns which field of an account: as it is, and as it would be. */
import type { OwnershipView } from '../../../importer/types.ts'
import type { FieldOwnership, OwnedField } from '../../../schemas/ownership.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, empty, options, proof, type TableColumn, table, time } from './parts.ts'
import { COMMON, number } from './words/common.ts'
import { KEEPING } from './words/keeping.ts'

const { ownership: WORDS } = KEEPING
/** Fields of the form that say what a source may do begin so; its name follows. */
const SOURCE = 'source_'

export type OwnershipForm = Readonly<Record<string, string>>

export interface OwnershipData {
  readonly slug: string
  readonly view: OwnershipView
  /** Names of the account's sources. */
  readonly sources: readonly string[]
  /** Headers and labels. */
  readonly fields: readonly string[]
  readonly csrf: string | null
  readonly mayChange: boolean
  /** What was typed. */
  readonly draft?: OwnershipForm | undefined
  /** How the field of the draft would be; null where every source would write it. */
  readonly preview?: OwnedField | null | undefined
}

/** What a form says of a field: null gives it back to every source. */
export function ownershipOf(form: OwnershipForm): Omit<FieldOwnership, 'silentDays'> | null {
  if (form['release'] === 'yes') return null
  const named = Object.entries(form).flatMap(([name, word]) =>
    name.startsWith(SOURCE) && word !== '' ? [[name.slice(SOURCE.length), word] as const] : [],
  )
  // Those that write come in their order, which is in their words; the order of the rest says nothing.
  const sources = named
    .sort(([, a], [, b]) => a.localeCompare(b))
    .map(([source, word]) => ({ source, mode: word.replace(/\d$/, '') }))
  const days = (form['silentDays'] ?? '').trim()
  const silent = days === '' ? {} : { silentDays: Number(days) }
  return { sources, others: form['others'] ?? 'never', ...silent } as Omit<FieldOwnership, 'silentDays'> // the importer checks it
}

export function ownershipPart(data: OwnershipData): Piece {
  const { view, mayChange, preview } = data
  const list =
    view.fields.length === 0
      ? empty('sources', WORDS.none, WORDS.noneText)
      : table(WORDS.title, columnsOf(data), view.fields)
  return html`<div class="stack">${preview === undefined ? null : previewCard(data, preview)}${card({ isFlush: true }, list)}${mayChange && card({ id: 'set', title: WORDS.set }, setForm(data))}</div>`
}

function columnsOf({ slug, csrf, mayChange }: OwnershipData): readonly TableColumn<OwnedField>[] {
  return [
    { title: WORDS.field, isName: true, cell: ({ field }) => safe(field) },
    { title: WORDS.people, isNumber: true, cell: ({ people }) => number(people) },
    { title: WORDS.now, cell: rightsList },
    ...(mayChange
      ? [
          {
            title: WORDS.release,
            isQuiet: true,
            cell: ({ field }: OwnedField) =>
              html`<form method="post" action="/a/${slug}/settings/ownership/preview">${proof(csrf)}<input type="hidden" name="field" value="${field}"><input type="hidden" name="release" value="yes"><button class="btn slim" aria-label="${WORDS.releaseWhat(safe(field))}">${WORDS.release}</button></form>`,
          },
        ]
      : []),
  ]
}

function rightsList({ rights }: Pick<OwnedField, 'rights'>): Html {
  return html`<ul class="plain">${rights.map(
    ({ source, right, lastHeard, isSilent }) =>
      html`<li><code>${safe(source)}</code> ${WORDS.rights[right]} <span class="soft small">· ${lastHeard === null ? WORDS.neverHeard : html`${WORDS.lastHeard} ${time(lastHeard)}`}${isSilent ? `, ${WORDS.silent}` : null}</span></li>`,
  )}</ul>`
}

function previewCard({ slug, csrf, draft = {} }: OwnershipData, preview: OwnedField | null): Html {
  const at = `/a/${slug}/settings/ownership`
  const kept = Object.entries(draft)
    .filter(([name]) => name !== 'csrf')
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)
  return card(
    { id: 'preview', title: WORDS.previewTitle },
    html`<div class="stack tight"><p class="strong">${safe(draft['field'] ?? '')}</p>${preview === null ? null : rightsList(preview)}<p class="soft">${preview === null ? WORDS.releaseText : WORDS.previewText}</p><form class="row" method="post" action="${at}">${proof(csrf)}${kept}<button class="btn main-act">${WORDS.confirm}</button><a class="btn quiet" href="${at}">${COMMON.cancel}</a></form></div>`,
  )
}

function setForm({ slug, sources, fields, csrf, draft = {} }: OwnershipData): Html {
  const ofSource = sources.map((name, at) => {
    const id = `source-${at}`
    return html`<div class="field"><label for="${id}">${WORDS.source(name)}</label><select id="${id}" name="${SOURCE}${name}">${options(WORDS.choices, draft[SOURCE + name] ?? '')}</select></div>`
  })
  const choices = fields.map((one) => [one, safe(one)] as const)
  return html`<form class="stack tight" method="post" action="/a/${slug}/settings/ownership/preview">${proof(csrf)}<div class="field"><label for="field">${WORDS.field}</label><select id="field" name="field">${options(choices, draft['field'])}</select></div><div class="two">${ofSource}<div class="field"><label for="others">${WORDS.others}</label><select id="others" name="others">${options(WORDS.otherChoices, draft['others'] ?? 'never')}</select></div><div class="field"><label for="silent-days">${WORDS.silentDays}</label><input id="silent-days" name="silentDays" inputmode="numeric" autocomplete="off" value="${draft['silentDays'] ?? ''}" aria-describedby="silent-hint"><p class="hint" id="silent-hint">${WORDS.silentHint}</p></div></div><div><button class="btn">${WORDS.look}</button></div></form>`
}
