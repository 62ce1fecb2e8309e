/** Who gets mails about an account, and what became of the mails. */
import { DEFAULT_TOPICS, type Message, type Recipient, TOPICS } from '../../../schemas/notify.ts'
import { html, type Piece, safe } from './html.ts'
import { messageTable } from './messages.ts'
import { card, empty, proof, type TableColumn, table, time } from './parts.ts'
import { TELLING } from './words/telling.ts'

const { notifications: WORDS, messages: MESSAGES } = TELLING

export interface NotificationsData {
  readonly slug: string
  readonly recipients: readonly Recipient[]
  /** Given up. */
  readonly dead: readonly Message[]
  /** Newest first. */
  readonly last: readonly Message[]
  readonly csrf: string | null
  /** What was typed and refused. */
  readonly draft?: { readonly address: string; readonly topics: readonly string[] } | undefined
}

export function notificationsPart({ slug, recipients, dead, last, csrf, draft }: NotificationsData): Piece {
  const at = `/a/${slug}/settings/notifications`
  const columns: readonly TableColumn<Recipient>[] = [
    {
      title: WORDS.address,
      isName: true,
      cell: ({ address }) => html`<span class="break">${safe(address)}</span>`,
    },
    { title: WORDS.hears, cell: ({ topics }) => topics.map((one) => WORDS.short[one]).join(', ') },
    { title: WORDS.since, cell: ({ addedAt }) => time(addedAt) },
    {
      title: WORDS.remove,
      isQuiet: true,
      cell: ({ address }) =>
        html`<form method="post" action="${at}/remove">${proof(csrf)}<input type="hidden" name="address" value="${address}"><button class="btn slim danger" aria-label="${WORDS.removeWhat(safe(address))}">${WORDS.remove}</button></form>`,
    },
  ]
  const list =
    recipients.length === 0
      ? empty('employees', WORDS.none, WORDS.noneText)
      : table(WORDS.title, columns, recipients)
  const chosen = draft?.topics ?? DEFAULT_TOPICS
  const topics = TOPICS.map(
    (one) =>
      html`<label class="choice"><input type="checkbox" name="topics" value="${one}"${chosen.includes(one) ? html` checked` : null}><span>${WORDS.topics[one]}</span></label>`,
  )
  const form = html`<form class="stack tight" method="post" action="${at}">${proof(csrf)}<div class="field"><label for="address">${WORDS.address}</label><input id="address" name="address" type="email" required maxlength="254" autocomplete="off" value="${draft?.address ?? ''}"></div><fieldset><legend class="strong small">${WORDS.hears}</legend>${topics}</fieldset><div><button class="btn main-act">${WORDS.addGo}</button></div></form>`
  const retry = ({ id, target }: Message) =>
    html`<form method="post" action="${at}/retry">${proof(csrf)}<input type="hidden" name="message" value="${id}"><button class="btn slim" aria-label="${MESSAGES.retryWhat(safe(target))}">${MESSAGES.retry}</button></form>`
  const givenUp =
    dead.length > 0 &&
    card({ id: 'dead', title: WORDS.dead, isFlush: true }, [
      html`<div class="card-body"><p class="soft">${WORDS.deadLead}</p></div>`,
      messageTable(WORDS.dead, dead, { slug, act: retry }),
    ])
  const mails =
    last.length === 0
      ? empty('file', WORDS.noMails, WORDS.noMailsText)
      : messageTable(WORDS.last, last, { slug })
  return html`<div class="stack">${givenUp}${card({ isFlush: true }, list)}${card({ id: 'add', title: WORDS.add }, form)}${card({ id: 'last', title: WORDS.last, isFlush: true }, mails)}</div>`
}
