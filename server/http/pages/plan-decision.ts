/** The decision about a plan: one form, which works by button, by key and without a script. */
import type { PlanFilter, Run } from '../../../importer/types.ts'
import { type Html, html } from './html.ts'
import { REVIEW } from './words/review.ts'

export interface DecisionData {
  readonly run: Run
  readonly filter: PlanFilter
  /** Of the plan that is shown. */
  readonly mark: string
}

export function decision({ run, filter, mark }: DecisionData): Html {
  const { created, updated } = run.counts
  const isFirstOfConnection = run.holds.some(({ code }) => code === 'API_FIRST_IMPORT')
  const all = isFirstOfConnection ? REVIEW.importAll : REVIEW.approveAll
  const isFiltered = Object.keys(filter).length > 0
  const given = Object.entries(filter).map(
    ([name, value]) => html`<input type="hidden" name="filter_${name}" value="${value}">`,
  )
  return html`<div class="decide" role="group" aria-label="${REVIEW.decide}"><input type="hidden" name="mark" value="${mark}">${given}
<input class="reason" name="reason" maxlength="500" aria-label="${REVIEW.reasonLabel}" placeholder="${REVIEW.reasonPlaceholder}" autocomplete="off">
<button class="btn danger" name="verdict" value="discard" data-key="r">${REVIEW.discard}</button>
<span class="row part"><span class="soft small" data-picked data-words="${REVIEW.picked}" data-with-script hidden role="status">${REVIEW.picked.replace('#', '0')}</span>
<label class="soft small" for="rest">${REVIEW.rest}</label><select id="rest" name="rest" class="slim"><option value="hold">${REVIEW.restHold}</option><option value="discard">${REVIEW.restDiscard}</option></select>
<button class="btn" name="verdict" value="picked">${REVIEW.approvePicked}</button>${isFiltered ? html`<button class="btn" name="verdict" value="filter">${REVIEW.approveShown}</button>` : null}</span>
<button class="btn main-act" name="verdict" value="all" data-key="a">${all(created + updated)}</button>
</div>`
}

export function keyHelp(): Html {
  return html`<dialog class="help" aria-labelledby="keys"><h2 id="keys">${REVIEW.keysHelp}</h2><dl class="facts">${REVIEW.keyWords.map(
    ([key, words]) => html`<dt><kbd>${key}</kbd></dt><dd>${words}</dd>`,
  )}</dl><form method="dialog"><button class="btn">${REVIEW.close}</button></form></dialog>`
}
