/** An import that is under way: looked at again and again where scripts run, by the page coming again where not. */
import type { Progress, Run } from '../../../importer/types.ts'
import { type Html, html, type Piece } from './html.ts'
import { card } from './parts.ts'
import { number } from './words/common.ts'
import { IMPORTS } from './words/imports.ts'

interface Under {
  readonly slug: string
  readonly run: Pick<Run, 'id' | 'state'>
  readonly progress: Progress | null
}

export function progressCard(under: Under): Html {
  return card(
    { id: 'progress', title: IMPORTS.progress.title },
    html`<div aria-live="polite">${progressPart(under)}</div>`,
  )
}

/** The part that is fetched anew. */
export function progressPart({ slug, run, progress }: Under): Html {
  const at = `/a/${slug}/imports/${run.id}`
  return html`<div class="progress" hx-get="${at}/progress" hx-trigger="every 1s" hx-swap="outerHTML">${stage(progress)}<p class="soft">${IMPORTS.progress.stay} <a href="${at}" data-without-script>${IMPORTS.progress.again}</a></p></div>`
}

function stage(progress: Progress | null): Piece {
  const { progress: words } = IMPORTS
  if (progress === null) return html`<p>${words.waiting}</p><progress aria-label="${words.title}"></progress>`
  const { phase, done, total } = progress
  // Every few percent is often enough for whoever hears it.
  const told = total > 0 ? words.of(done, total) : words.rows(done)
  const bar =
    total > 0
      ? html`<progress aria-label="${words[phase]}" value="${done}" max="${total}">${number(done)}</progress>`
      : html`<progress aria-label="${words[phase]}"></progress>`
  return html`<p><span class="strong">${words[phase]}</span> <span class="soft">${told}</span></p>${bar}`
}
