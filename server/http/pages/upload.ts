/** Sending a file by hand: by drag or by button, to rehearse or to import. */
import { html, type Piece } from './html.ts'
import { icon } from './icons.ts'
import { card, head, notice, proof } from './parts.ts'
import { IMPORTS } from './words/imports.ts'

export interface UploadData {
  readonly slug: string
  readonly csrf: string | null
  readonly mode: 'apply' | 'dry_run'
  readonly problem?: { readonly title: string; readonly text: string } | undefined
}

export function uploadPage({ slug, csrf, mode, problem }: UploadData): Piece {
  const { upload: words } = IMPORTS
  const choice = (
    name: string,
    value: string,
    chosen: boolean,
    [title, text]: readonly [string, string],
  ): Piece =>
    html`<label class="choice"><input type="radio" name="${name}" value="${value}"${chosen ? html` checked` : null}><span><span class="strong">${title}</span><span class="hint">${text}</span></span></label>`
  return html`${head({ crumbs: [[IMPORTS.title, `/a/${slug}/imports`]], title: words.title, lead: words.lead })}<div class="stack">
${problem === undefined ? null : notice('bad', problem.title, problem.text)}
${card(
  {},
  // The fields stand before the file: what is to be done with it is known before its first byte comes.
  html`<form class="stack" method="post" enctype="multipart/form-data" action="/a/${slug}/imports">${proof(csrf)}
<div class="two narrow"><fieldset><legend>${words.what}</legend>${choice('mode', 'dry_run', mode === 'dry_run', [words.dry, words.dryText])}${choice('mode', 'apply', mode === 'apply', [words.apply, words.applyText])}</fieldset>
<fieldset><legend>${words.who}</legend>${choice('importType', 'partial', true, [words.partial, words.partialText])}${choice('importType', 'full', false, [words.full, words.fullText])}</fieldset></div>
<div class="drop" data-drop>${icon('file')}<label class="strong" for="file">${words.drop}</label><input id="file" name="file" type="file" required aria-describedby="formats"><p class="hint" id="formats">${words.formats}</p></div>
<div class="row"><button class="btn main-act">${words.send}</button><a href="/a/${slug}/template.csv" download>${words.template}</a></div>
</form>`,
)}</div>`
}
