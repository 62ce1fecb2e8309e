/** Mails and webhooks that were sent, wait, or were given up, as pages list them. */
import type { Message } from '../../../schemas/notify.ts'
import { type Html, html, safe } from './html.ts'
import { pill, type Shade, type TableColumn, table, time } from './parts.ts'
import { TELLING } from './words/telling.ts'

const { messages: WORDS } = TELLING

const SHADES: Readonly<Record<Message['state'], Shade>> = { waiting: 'neutral', sent: 'good', dead: 'bad' }

export function messageState({ state }: Pick<Message, 'state'>): Html {
  return pill(SHADES[state], WORDS.states[state])
}

/** A list of them; `act` is what can be done with one. */
export function messageTable(
  caption: string,
  messages: readonly Message[],
  { slug, link, act }: MessageTableOptions,
): Html {
  const columns: readonly TableColumn<Message>[] = [
    {
      title: WORDS.when,
      isName: true,
      cell: ({ id, createdAt }) =>
        link === undefined ? time(createdAt) : html`<a href="${link(id)}">${time(createdAt)}</a>`,
    },
    { title: WORDS.tells, cell: ({ type, run }) => told(slug, type, run) },
    { title: WORDS.to, cell: ({ target }) => html`<span class="break">${safe(target)}</span>` },
    { title: WORDS.state, cell: stateCell },
    { title: WORDS.tries, isNumber: true, cell: ({ attempts }) => attempts },
    ...(act === undefined ? [] : [{ title: WORDS.retry, isQuiet: true, cell: act }]),
  ]
  return table(caption, columns, messages)
}

export interface MessageTableOptions {
  readonly slug: string
  /** To the page of a message. */
  readonly link?: (id: string) => string
  readonly act?: (message: Message) => Html | null
}

export function told(slug: string, type: string, run: string | null): Html {
  return run === null
    ? html`<code class="nowrap">${type}</code>`
    : html`<code class="nowrap">${type}</code> <span class="sub"><a href="/a/${slug}/imports/${run}">${WORDS.import}</a></span>`
}

function stateCell(message: Message): Html {
  const { state, problem } = message
  const why =
    state === 'sent' || problem === null ? null : html`<span class="sub break">${safe(problem)}</span>`
  return html`${messageState(message)}${why}`
}
