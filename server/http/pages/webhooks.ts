/** Programs that are told by HTTP what happens, and what came of telling them. */
import type { Message } from '../../../schemas/notify.ts'
import type { Attempt, Webhook, WebhookWithSecret } from '../../../schemas/webhook.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { messageState, messageTable, told } from './messages.ts'
import { card, empty, facts, head, pill, proof, type TableColumn, table, time } from './parts.ts'
import { SETTINGS } from './words/settings.ts'
import { TELLING } from './words/telling.ts'

const { webhooks: WORDS, messages: MESSAGES } = TELLING
export const WEBHOOK_GROUPS: readonly (readonly [group: string, words: string])[] = Object.entries(
  WORDS.groups,
)

export interface WebhooksData {
  readonly slug: string
  readonly webhooks: readonly Webhook[]
  /** Newest first. */
  readonly deliveries: readonly Message[]
  readonly csrf: string | null
  /** Just made, or with a new secret; it is shown this once. */
  readonly made?: WebhookWithSecret | undefined
  /** What was typed and refused. */
  readonly draft?: { readonly url: string; readonly types: readonly string[] } | undefined
}

export function webhooksPart(data: WebhooksData): Piece {
  const { slug, webhooks, deliveries, csrf, made, draft } = data
  const at = `/a/${slug}/settings/webhooks`
  const list =
    webhooks.length === 0
      ? empty('sources', WORDS.none, WORDS.noneText)
      : table(WORDS.title, columnsOf(at, csrf), webhooks)
  const sent =
    deliveries.length === 0
      ? empty('file', WORDS.noDeliveries, WORDS.noDeliveriesText)
      : messageTable(WORDS.deliveries, deliveries, { slug, link: (id) => `${at}/${id}` })
  return html`<div class="stack">${made === undefined ? null : secretNotice(made)}${card({ isFlush: true }, list)}${card({ id: 'add', title: WORDS.add }, addForm(at, csrf, draft))}${card({ id: 'deliveries', title: WORDS.deliveries, isFlush: true }, sent)}</div>`
}

function secretNotice({ url, secret }: WebhookWithSecret): Html {
  return html`<div class="notice good"><div><p class="strong">${WORDS.secret}</p><p class="break">${safe(url)}</p><p>${WORDS.secretText}</p><pre class="block" id="secret" tabindex="0">${secret}</pre></div></div>`
}

function columnsOf(at: string, csrf: string | null): readonly TableColumn<Webhook>[] {
  const act = (name: string, { id }: Webhook, look: string, words: string, label: string) =>
    html`<form method="post" action="${at}/${name}">${proof(csrf)}<input type="hidden" name="webhook" value="${id}"><button class="btn slim ${look}" aria-label="${label}">${words}</button></form>`
  return [
    { title: WORDS.url, isName: true, cell: ({ url }) => html`<span class="break">${safe(url)}</span>` },
    { title: WORDS.types, cell: ({ types }) => typesText(types) },
    { title: WORDS.state, cell: stateCell },
    { title: WORDS.added, cell: ({ addedAt }) => time(addedAt) },
    {
      title: WORDS.change,
      isQuiet: true,
      cell: (one) =>
        html`<div class="row">${act('rotate', one, '', WORDS.rotate, WORDS.rotateWhat(safe(one.url)))}${act('remove', one, 'danger', WORDS.remove, WORDS.removeWhat(safe(one.url)))}</div>`,
    },
  ]
}

function typesText(types: readonly string[]): string {
  return types.includes('*') ? WORDS.all : types.join(', ')
}

function stateCell({ disabledAt, formerSecretUntil }: Webhook): Html {
  if (disabledAt !== null) return html`${pill('bad', WORDS.off)}<span class="sub">${time(disabledAt)}</span>`
  const overlap =
    formerSecretUntil !== null && html`<span class="sub">${WORDS.overlap} ${time(formerSecretUntil)}</span>`
  return html`${pill('good', WORDS.inUse)}${overlap}`
}

function addForm(at: string, csrf: string | null, draft: WebhooksData['draft']): Html {
  const types = WEBHOOK_GROUPS.map(
    ([group, words]) =>
      html`<label class="choice"><input type="checkbox" name="types" value="${group}"${draft === undefined || draft.types.includes(group) ? html` checked` : null}><span>${words}<span class="hint"><code>${group}</code></span></span></label>`,
  )
  return html`<form class="stack tight" method="post" action="${at}">${proof(csrf)}<div class="field"><label for="url">${WORDS.url}</label><input id="url" name="url" type="url" required maxlength="2000" autocomplete="off" aria-describedby="url-hint" value="${draft?.url ?? ''}"><p class="hint" id="url-hint">${WORDS.urlHint}</p></div><fieldset><legend class="strong small">${WORDS.types}</legend>${types}</fieldset><div><button class="btn main-act">${WORDS.add}</button></div></form>`
}

export interface DeliveryData {
  readonly slug: string
  readonly message: Message
  readonly attempts: readonly Attempt[]
  readonly csrf: string | null
}

/** One message to one receiver, with every try. */
export function deliveryPage({ slug, message, attempts, csrf }: DeliveryData): Piece {
  const at = `/a/${slug}/settings/webhooks`
  const { id, type, run, target, createdAt, dueAt } = message
  const columns: readonly TableColumn<Attempt>[] = [
    { title: WORDS.number, isName: true, cell: ({ number }) => number },
    { title: MESSAGES.when, cell: (one) => time(one.at) },
    {
      title: WORDS.answer,
      cell: ({ status }) => (status === null ? html`<span class="soft">${WORDS.noAnswer}</span>` : status),
    },
    { title: WORDS.took, isNumber: true, cell: ({ milliseconds }) => MESSAGES.milliseconds(milliseconds) },
    { title: MESSAGES.problem, cell: ({ problem }) => safe(problem ?? '') },
  ]
  const tries =
    attempts.length === 0
      ? empty('late', WORDS.noTries, WORDS.noTriesText)
      : table(WORDS.tries, columns, attempts)
  const pairs: readonly (readonly [string, Piece])[] = [
    [MESSAGES.message, html`<code class="break">${id}</code>`],
    [MESSAGES.tells, told(slug, type, run)],
    [MESSAGES.to, html`<span class="break">${safe(target)}</span>`],
    [MESSAGES.when, time(createdAt)],
    ...(dueAt === null ? [] : [[MESSAGES.next, time(dueAt)] as const]),
  ]
  const resend = html`<form method="post" action="${at}/${id}/resend">${proof(csrf)}<button class="btn">${MESSAGES.resend}</button></form>`
  return html`${head({
    crumbs: [
      [SETTINGS.title, `/a/${slug}/settings`],
      [WORDS.title, at],
    ],
    title: WORDS.delivery,
    lead: WORDS.deliveryLead,
    state: messageState(message),
    actions: resend,
  })}<div class="stack">${card({}, facts(pairs))}${card({ id: 'tries', title: WORDS.tries, isFlush: true }, tries)}</div>`
}
