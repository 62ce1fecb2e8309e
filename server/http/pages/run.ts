/** One import: what came of it, in the order in which people ask. */
import { type CountLine, type Summary, shownCounts, summarize } from '../../../importer/importer.ts'
import type { Progress, Run } from '../../../importer/types.ts'
import { shareBar } from './chart/share-bar.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, empty, facts, head, isWorking, notice, pill, statePill, time } from './parts.ts'
import { findings } from './run-findings.ts'
import { progressCard } from './run-progress.ts'
import { duration, fileSize, number } from './words/common.ts'
import { IMPORTS } from './words/imports.ts'

export interface RunData {
  readonly slug: string
  readonly run: Run
  readonly progress: Progress | null
  /** May decide and undo. */
  readonly mayDecide: boolean
}

export function runPage(data: RunData): Piece {
  const { slug, run } = data
  const summary = summarize(run)
  const states = [
    statePill({ state: run.state, tone: summary.tone }),
    run.mode === 'dry_run' && run.state !== 'dry_run' ? pill('neutral', IMPORTS.dryRun) : null,
  ]
  const top = head({
    crumbs: [[IMPORTS.title, `/a/${slug}/imports`]],
    state: states,
    title: summary.headline,
    actions: actionsOf(data),
  })
  if (isWorking(run.state)) return html`${top}${progressCard(data)}`
  return html`${top}<div class="three-one"><div class="stack">${story(slug, run, summary)}</div><div class="stack">${aside(data)}</div></div>`
}

function story(slug: string, run: Run, summary: Summary): Piece {
  const serious = summary.issues.filter(({ severity }) => severity !== 'info')
  const notes = summary.issues.filter(({ severity }) => severity === 'info')
  const holds =
    summary.holds.length > 0 &&
    card(
      { id: 'holds', title: summary.holdsTitle, isFlush: true },
      findings(summary.holds, (code) => planLink(slug, run, code)),
    )
  return [
    errorNotice(run),
    holds,
    countsCard(summary),
    serious.length > 0 && card({ id: 'findings', title: IMPORTS.findings, isFlush: true }, findings(serious)),
    serious.length + notes.length + summary.holds.length === 0 && run.counts.read > 0
      ? card({}, empty('good', IMPORTS.fine, IMPORTS.fineText))
      : null,
    notes.length > 0 && card({ id: 'notes', title: IMPORTS.notes, isFlush: true }, findings(notes)),
  ]
}

function aside({ slug, run, mayDecide }: RunData): Piece {
  return [
    card({ id: 'facts', title: IMPORTS.theRun }, factList(slug, run)),
    card({ id: 'log', title: IMPORTS.log }, history(run)),
    card({ id: 'reports', title: IMPORTS.reports.title }, reports(slug, run, mayDecide)),
  ]
}

function actionsOf({ slug, run, mayDecide }: RunData): Piece {
  const at = `/a/${slug}/imports/${run.id}`
  const hasPlan = !isWorking(run.state) && !['rejected', 'failed', 'duplicate'].includes(run.state)
  const isApplied = ['succeeded', 'succeeded_with_errors'].includes(run.state)
  const review = html`<a class="btn main-act" href="${at}/plan">${IMPORTS.actions.review}</a>`
  if (run.state === 'held') return review
  return [
    hasPlan && run.undoes === undefined && html`<a class="btn" href="${at}/plan">${IMPORTS.actions.plan}</a>`,
    isApplied && run.counts.created > 0
      ? html`<a class="btn" href="/a/${slug}/employees?run=${run.id}">${IMPORTS.actions.newOnes}</a>`
      : null,
    mayDecide && isApplied && html`<a class="btn" href="${at}/undo">${IMPORTS.actions.undoQuiet}</a>`,
  ]
}

function planLink(slug: string, run: Run, code: string): Piece {
  if (['rejected', 'failed'].includes(run.state)) return null
  return html`<a href="/a/${slug}/imports/${run.id}/plan?code=${code}">${IMPORTS.actions.plan}</a>`
}

function errorNotice({ error }: Run): Piece {
  return error === null ? null : notice('bad', error.message, error.fix)
}

function countsCard(summary: Summary): Piece {
  const lines = shownCounts(summary)
  if (lines.length === 0) return null
  const rows = lines.filter(({ key, partOf }) => key === 'read' || partOf === 'read')
  const others = lines.filter((line) => !rows.includes(line))
  const parts = rows.filter(({ partOf, count }) => partOf === 'read' && count > 0)
  const more = others.length > 0 && countsTable(IMPORTS.besides, others)
  return card(
    { id: 'counts', title: summary.isForecast ? IMPORTS.would : IMPORTS.did },
    html`<div class="stack">${shareBar(parts)}<div class="two narrow">${countsTable(IMPORTS.rows, rows)}${more}</div></div>`,
  )
}

function countsTable(caption: string, lines: readonly CountLine[]): Html {
  return html`<table class="table counts"><caption>${caption}</caption><thead class="only-read"><tr><th scope="col">${IMPORTS.what}</th><th scope="col">${IMPORTS.count}</th></tr></thead><tbody>${lines.map(countRow)}</tbody></table>`
}

function countRow({ key, label, count, partOf, note }: CountLine): Html {
  const kind = `${key === 'read' ? 'strong' : partOf === 'read' ? 'part' : ''}${count === 0 ? ' zero' : ''}`
  const dot =
    partOf === 'read' &&
    html`<svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><rect class="f-${key}" width="10" height="10" rx="3"/></svg>`
  const about = note === '' ? null : html`<span class="sub">${note}</span>`
  return html`<tr class="${kind}"><th scope="row">${dot}${label}${about}</th><td class="number">${number(count)}</td></tr>`
}

function factList(slug: string, run: Run): Html {
  const { facts: words } = IMPORTS
  const link = (id: string | undefined): Piece =>
    id === undefined ? null : html`<a href="/a/${slug}/imports/${id}"><code>${id}</code></a>`
  const pairs: readonly (readonly [string, Piece])[] = [
    [words.file, html`<bdi>${safe(run.fileName)}</bdi> <span class="soft">${fileSize(run.size)}</span>`],
    [words.source, `${run.source}, ${IMPORTS.kind(run.importType)}`],
    [words.undoes, link(run.undoes)],
    [words.undoneBy, link(run.undoneBy)],
    [words.restOf, link(run.restOf)],
    [words.rest, link(run.rest)],
    [words.run, html`<code>${run.id}</code>`],
    [words.hash, run.sha256 === null ? null : html`<code>${run.sha256}</code>`],
  ]
  return facts(pairs.filter(([, text]) => text !== null))
}

/** Who did what when. */
function history(run: Run): Html {
  const { logWords: words } = IMPORTS
  const { receivedAt, finishedAt, decidedBy, reason, approvals = [] } = run
  const took =
    finishedAt === null
      ? null
      : html` <span class="soft">(${duration(Date.parse(finishedAt) - Date.parse(receivedAt))})</span>`
  return html`<ol class="line"><li>${words.received}<p class="soft small">${time(receivedAt)}</p></li>
${approvals.map(({ by, at }) => html`<li>${words.approved(safe(by))}<p class="soft small">${time(at)}</p></li>`)}
${decidedBy === null ? null : html`<li>${decidedBy === 'policy' ? IMPORTS.facts.policy : words.decided(safe(decidedBy))}${reason ? html`<p class="soft break">“${safe(reason)}”</p>` : null}</li>`}
${finishedAt === null ? null : html`<li>${words.applied}${took}<p class="soft small">${time(finishedAt)}</p></li>`}</ol>`
}

function reports(slug: string, run: Run, mayHaveRows: boolean): Html {
  const { reports: words } = IMPORTS
  const at = `/a/${slug}/imports/${run.id}/report`
  const hasRejects = mayHaveRows && run.counts.rejected + run.counts.held > 0
  return html`<ul class="plain">
${hasRejects ? html`<li><a class="strong" href="${at}/rejects" download>${words.rejects}</a><span class="sub">${words.rejectsHint}</span></li>` : null}
<li><a href="${at}/csv" download>${words.csv}</a></li>
<li><a href="${at}/html" download>${words.html}</a></li>
<li><a href="${at}/json" download>${words.json}</a></li>
</ul>`
}
