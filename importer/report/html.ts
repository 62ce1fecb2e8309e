/**
 * A run as a page that stands alone: no script, nothing loaded, everything that came with the file escaped. It may
 * be kept in `/results`, sent on, or printed.
 */
import type { Run, Severity } from '../../schemas/run.ts'
import { STYLE } from './html-style.ts'
import { html, type Markup, type Piece, trusted } from './html-tag.ts'
import { placesText, type Sentence, sentencesOf } from './places.ts'
import {
  type CountLine,
  type IssueGroup,
  type IssuePlace,
  kindOf,
  type Step,
  type Summary,
  shownCounts,
  summarize,
  type Tone,
} from './summary.ts'
import { howMany, number, shown as safe } from './wording.ts'

/** The report as one HTML document. */
export function reportHtml(run: Run): string {
  const summary = summarize(run)
  const serious = summary.issues.filter((group) => group.severity !== 'info')
  const notes = summary.issues.filter((group) => group.severity === 'info')
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<title>${summary.headline}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header>
<span class="tone ${summary.tone}">${SIGNS[summary.tone]} ${capital(summary.state)}</span>
<h1>${summary.headline}</h1>
</header>
<main>
${factsSection(summary)}
${countsSection(summary)}
${groupsSection('holds', summary.holdsTitle, summary.holds)}
${groupsSection('errors', 'To correct', serious)}
${groupsSection('notes', 'Good to know', notes)}
${stepsSection(summary.next)}
</main>
<footer>${footer(run)}</footer>
</body>
</html>
`
  return page.toString()
}

/** Beside the words, for those who see colours differently. */
const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', warn: '!', bad: '✕', wait: '…', neutral: '·' }

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function footer({ sha256 }: Run): Piece {
  return sha256 === null
    ? 'Rollcall'
    : ['Rollcall · SHA-256 of the file ', html`<code>${safe(sha256)}</code>`]
}

function section(id: string, title: string, content: Piece): Markup {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${content}
</section>`
}

function factsSection({ facts }: Summary): Markup {
  const pairs = facts.map(({ label, text }) => html`<dt>${label}</dt><dd><bdi>${text}</bdi></dd>\n`)
  return section('run', 'The run', html`<dl>${pairs}</dl>`)
}

function countsSection(summary: Summary): Markup | null {
  const lines = shownCounts(summary)
  if (lines.length === 0) return null
  const rows = lines.filter(({ key, partOf }) => key === 'read' || partOf === 'read')
  const others = lines.filter((line) => !rows.includes(line))
  const content = html`${bar(rows)}<div class="columns">
<div>${table('Every row of the file is in one of these', rows)}</div>
${others.length > 0 ? html`<div>${table('Besides', others)}</div>` : null}
</div>`
  return section('numbers', summary.isForecast ? 'What it would do' : 'What it did', content)
}

/** The shares of the rows at a glance; the table below says the same in words. */
function bar(rows: readonly CountLine[]): Markup {
  const parts = rows.filter(({ partOf, count }) => partOf === 'read' && count > 0)
  const pieces = parts.map(({ key, count }) => html`<i class="${key}" style="flex:${count} 1 0"></i>`)
  return html`<div class="bar" aria-hidden="true">${pieces}</div>\n`
}

function table(caption: string, lines: readonly CountLine[]): Markup {
  return html`<table class="numbers">
<caption>${caption}</caption>
<tbody>
${lines.map(countRow)}</tbody>
</table>
`
}

function countRow({ key, label, count, partOf, note }: CountLine): Markup {
  const kind = `${key === 'read' ? 'all' : partOf === 'read' ? 'part' : ''}${count === 0 ? ' zero' : ''}`
  const dot = partOf === 'read' ? html`<i class="dot ${key}" aria-hidden="true"></i>` : null
  const about = note === '' ? null : html` <small>${note}</small>`
  return html`<tr class="${kind}"><th scope="row">${dot}${label}${about}</th><td class="number">${number(count)}</td></tr>\n`
}

function groupsSection(id: string, title: string, groups: readonly IssueGroup[]): Markup | null {
  return groups.length === 0 ? null : section(id, title, groups.map(groupArticle))
}

const TONE_OF: Readonly<Record<Severity, Tone>> = {
  fatal: 'bad',
  hold: 'wait',
  row: 'bad',
  cell: 'warn',
  info: 'neutral',
}

function groupArticle(group: IssueGroup): Markup {
  const { severity, total, code, fix } = group
  const { shown, untold } = sentencesOf(group)
  const times = total > 1 ? html`<span>${timesOf(group)}</span>` : null
  return html`<article>
<div class="kind"><b class="${TONE_OF[severity]}">${kindOf(group)}</b>${times}<code class="soft">${code}</code></div>
${shown.map(sentencePart)}${untold > 0 ? html`<p class="soft">… and ${number(untold)} more of the kind.</p>` : null}
${fix === null ? null : html`<p class="fix"><b>Fix:</b> ${fix}</p>`}
</article>
`
}

function timesOf({ severity, total }: IssueGroup): string {
  return severity === 'hold' ? howMany(total, 'row') : howMany(total, 'time')
}

function sentencePart(sentence: Sentence): Piece {
  const { message, likewise, column, rows, more } = sentence
  const where = placesText(sentence)
  if (likewise.length > 0 || !rows.some(({ shape }) => shape !== null)) {
    return [html`<h3>${message}</h3>\n`, where === '' ? null : html`<p class="soft">${where}</p>\n`]
  }
  const rest = more > 0 ? html`<p class="soft">… and ${number(more)} more.</p>\n` : null
  return [html`<h3>${message}</h3>\n`, placesTable(rows, column === '' ? 'Where' : column, message), rest]
}

/** It may be wider than a phone, so it scrolls by itself, by keys too. */
function placesTable(rows: readonly IssuePlace[], caption: string, message: string): Markup {
  const cells = rows.map(
    ({ row, line, shape }) =>
      html`<tr><td>${row}</td><td>${line}</td><td>${shape === null ? null : html`<code><bdi>${shape}</bdi></code>`}</td></tr>\n`,
  )
  return html`<div class="places" role="region" tabindex="0" aria-label="Places: ${message}">
<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">Row</th><th scope="col">Line</th><th scope="col">Looks like</th></tr></thead>
<tbody>
${cells}</tbody>
</table>
</div>
`
}

function stepsSection(steps: readonly Step[]): Markup | null {
  if (steps.length === 0) return null
  const parts = steps.map(({ text, commands }) => [
    html`<p>${text}</p>\n`,
    commands.length > 0 ? html`<pre><code>${commands.join('\n')}</code></pre>\n` : null,
  ])
  return section('next', 'Next', parts)
}
