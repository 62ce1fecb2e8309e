/**
 * A message as a mail: the outcome in the subject, counts, why, one button, and the same as plain text. Nothing of an
 * employee, and no name of a file, which may hold one.
 */
import { html } from 'hono/html'
import type { ToSend } from '../../importer/types.ts'
import { manyLeftSchema } from '../../schemas/lifecycle.ts'
import { type RunNotice, runNoticeSchema } from '../../schemas/notify.ts'
import { feedNoticeSchema } from '../../schemas/watch.ts'
import { wordsFor } from './words.ts'

export interface Mail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** What a mail says, before it has a form. */
interface Letter {
  readonly outcome: string
  readonly lead: string
  readonly counts: readonly (readonly [label: string, count: number])[]
  readonly reasons: readonly string[]
  readonly button: { readonly label: string; readonly url: string }
}

/** Throws where the message has a type that nobody writes mails about. */
export function mailOf(message: ToSend, publicUrl: string): Mail {
  const letter = letterOf(message, publicUrl)
  const { slug, timezone } = message.account
  const name = oneLine(message.account.name)
  const when = timeIn(timezone, message.at)
  const foot = `Sent by Rollcall because your address is set for the account ${slug}. It holds nothing of the people themselves.`
  return {
    subject: `${name}: ${letter.outcome}`,
    text: textOf(letter, name, when, foot),
    html: String(htmlOf(letter, name, when, foot)),
  }
}

const LETTERS: Readonly<Record<string, (message: ToSend, accountUrl: string) => Letter>> = {
  'run.held': ofRun((notice, url) => ({
    outcome: `${movesOf(notice)} - needs your review`,
    lead: 'Data came in, and nothing of it is applied yet: it waits for a person to look at it.',
    counts: countsOf(notice),
    reasons: notice.holds.map(({ code, rows }) => `${wordsFor(code)}${rowsText(rows)}`),
    button: { label: 'Review it', url },
  })),
  'run.rejected': ofRun((notice, url) =>
    failure(notice, url, 'what came in could not be imported - nothing was changed'),
  ),
  'run.failed': ofRun((notice, url) => failure(notice, url, 'the import failed - nothing was changed')),
  'run.finished': ofRun((notice, url) => ({
    outcome: `${movesOf(notice)} - done`,
    lead: `Data came in and was imported${notice.state === 'succeeded_with_errors' ? '. Some rows or values were left out' : ''}.`,
    counts: countsOf(notice),
    reasons: [],
    button: { label: 'See what happened', url },
  })),
  'feed.warning': ({ data, account }, url) => {
    const { source, codes } = feedNoticeSchema.parse(data)
    return {
      outcome: `the source ${oneLine(source)} needs a look`,
      lead: `Something about what the source ${oneLine(source)} sends is not as it was, or nothing comes any more. Nobody was changed by that.`,
      counts: [],
      reasons: [
        ...codes.map(wordsFor),
        `More in \`rollcall source show ${oneLine(source)} --account ${account.slug}\`.`,
      ],
      button: { label: 'Look at it', url },
    }
  },
  'lifecycle.many_left': ({ data }, url) => {
    const { left, before, limit } = manyLeftSchema.parse(data)
    return {
      outcome: `${NUMBERS.format(left)} people left today - please check`,
      lead: 'Their End Date has come. The dates were given earlier, and are in force now.',
      counts: [
        ['left today', left],
        ['were there before', before],
      ],
      reasons: [`One file may take ${NUMBERS.format(limit)} people without a person's word.`],
      button: { label: 'Look at the people', url },
    }
  },
}

function letterOf(message: ToSend, publicUrl: string): Letter {
  const letter = LETTERS[message.type]
  if (letter === undefined) throw new Error(`nobody writes mails about ${message.type}`)
  return letter(message, `${publicUrl}/a/${message.account.slug}`)
}

/** A letter about a run, with its link. */
function ofRun(write: (notice: RunNotice, url: string) => Letter) {
  return ({ data, run }: ToSend, accountUrl: string) =>
    write(runNoticeSchema.parse(data), `${accountUrl}/imports/${run}`)
}

function failure(notice: RunNotice, url: string, outcome: string): Letter {
  const lead = 'Data came in that could not be imported. Everybody is as before.'
  return { outcome, lead, counts: [], reasons: notice.codes.map(wordsFor), button: { label: 'See why', url } }
}

/** `12 joined, 3 left, 40 changed`. */
function movesOf({ counts }: RunNotice): string {
  const moves = movements(counts).filter(([, count]) => count > 0)
  if (moves.length === 0) return 'nothing changes'
  return moves.map(([word, count]) => `${NUMBERS.format(count)} ${word}`).join(', ')
}

function movements({ created, updated, former, deactivated, reactivated }: RunNotice['counts']) {
  const left = former + deactivated
  const changed = Math.max(0, updated - left - reactivated)
  return [
    ['joined', created],
    ['left', left],
    ['came back', reactivated],
    ['changed', changed],
  ] as const
}

function countsOf(notice: RunNotice): Letter['counts'] {
  const { rejected, held, unchanged } = notice.counts
  return [
    ...movements(notice.counts),
    ['unchanged', unchanged] as const,
    ['left out', rejected] as const,
    ['waiting alone', held] as const,
  ].filter(([, count]) => count > 0)
}

function rowsText(rows: number): string {
  if (rows === 0) return ''
  return ` (${NUMBERS.format(rows)} ${rows === 1 ? 'row' : 'rows'})`
}

const NUMBERS = new Intl.NumberFormat('en-US')

function textOf({ lead, counts, reasons, button }: Letter, name: string, when: string, foot: string): string {
  const width = Math.max(0, ...counts.map(([, count]) => NUMBERS.format(count).length))
  return [
    `${name}, ${when}`,
    lead,
    counts.map(([label, count]) => `  ${NUMBERS.format(count).padStart(width)} ${label}`).join('\n'),
    reasons.map((reason) => `- ${reason}`).join('\n'),
    `${button.label}:\n${button.url}`,
    `-- \n${foot}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

/** One column that is never wider than the screen; styles stand on the elements, since mail programs drop the rest. */
function htmlOf({ lead, counts, reasons, button }: Letter, name: string, when: string, foot: string) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name}</title>
</head>
<body style="margin:0;padding:16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;overflow-wrap:break-word">
<div style="max-width:34em;margin:0 auto">
<p style="margin:0 0 4px;font-weight:600">${name}</p>
<p style="margin:0 0 16px;opacity:.75;font-size:14px">${when}</p>
<p style="margin:0 0 16px">${lead}</p>
${
  counts.length === 0
    ? ''
    : html`<table role="presentation" style="border-collapse:collapse;margin:0 0 16px">${counts.map(
        ([label, count]) => html`
<tr><td style="padding:2px 12px 2px 0;text-align:right;font-weight:600">${NUMBERS.format(count)}</td><td style="padding:2px 0">${label}</td></tr>`,
      )}
</table>`
}
${
  reasons.length === 0
    ? ''
    : html`<ul style="margin:0 0 16px;padding-left:20px">${reasons.map((reason) => html`<li style="margin:0 0 6px">${reason}</li>`)}</ul>`
}
<p style="margin:24px 0"><a href="${button.url}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#1d4ed8;color:#ffffff;text-decoration:none;font-weight:600">${button.label}</a></p>
<p style="margin:0;opacity:.75;font-size:13px">${foot}</p>
</div>
</body>
</html>
`
}

/** In the account's time, with its zone: `2026-11-21 10:00 (Europe/Berlin)`. */
function timeIn(timezone: string, iso: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
  return `${format.format(new Date(iso))} (${timezone})`
}

/** A name that people chose must not be able to add a line to a head. */
function oneLine(text: string): string {
  return text.replace(/\p{C}+/gu, ' ').trim()
}
