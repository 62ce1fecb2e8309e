/** Setting up SFTP: where to deliver, whose key, and waiting for the first file. */
import type { RunLine, Source } from '../../../importer/types.ts'
import type { SftpKey } from '../../../keys/keyring.ts'
import { type Html, html, type Piece } from './html.ts'
import { keyForm, keyTable } from './keys.ts'
import { card, facts, notice, statePill } from './parts.ts'
import { sourceTop } from './source.ts'
import { SOURCES } from './words/sources.ts'

const { sftp: WORDS } = SOURCES

export interface SetupData {
  readonly slug: string
  readonly source: Source
  /** Null where no SFTP server runs. */
  readonly address: {
    readonly host: string
    readonly port: number
    readonly user: string
    readonly fingerprint: string
  } | null
  readonly keys: readonly SftpKey[]
  readonly now: Date
  readonly first: RunLine | null
  readonly csrf: string | null
  readonly mayChange: boolean
}

export function setupPage(data: SetupData): Piece {
  const { slug, source, address, keys, csrf, mayChange, now } = data
  const back = `/a/${slug}/sources/${source.name}/setup`
  const where = address === null ? notice('warn', WORDS.offline) : addressFacts(address)
  return html`${sourceTop(slug, source, 'setup', WORDS.lead)}<div class="stack">
${card({ id: 'address', title: WORDS.address }, where)}
${address === null ? null : message(address)}
${card({ id: 'keys', title: WORDS.keys, isFlush: true }, [keyTable({ slug, keys, csrf, mayChange, now, back }), mayChange ? html`<div class="card-body">${keyForm({ slug, csrf, back })}</div>` : null])}
${card({ id: 'first', title: WORDS.first }, html`<div aria-live="polite">${firstFile(data)}</div>`)}
</div>`
}

function addressFacts(address: NonNullable<SetupData['address']>): Html {
  return html`<div class="stack tight">${facts([
    [WORDS.host, html`<code>${address.host}</code>`],
    [WORDS.port, html`<code>${address.port}</code>`],
    [WORDS.user, html`<code>${address.user}</code>`],
    [WORDS.fingerprint, html`<code>${address.fingerprint}</code>`],
    [
      WORDS.folders,
      html`<p><code>/inbox</code> ${WORDS.inbox}</p><p><code>/test</code> ${WORDS.test}</p><p><code>/results</code> ${WORDS.results}</p>`,
    ],
  ])}<p class="hint">${WORDS.unnamed}</p></div>`
}

/** The part that looks again until something came. */
export function firstFile({ slug, source, first }: Pick<SetupData, 'slug' | 'source' | 'first'>): Html {
  const at = `/a/${slug}/sources/${source.name}`
  if (first !== null)
    return html`<p>${WORDS.arrived} ${statePill(first)} <a href="/a/${slug}/imports/${first.id}">${WORDS.look}</a></p>`
  return html`<div class="progress" hx-get="${at}/first" hx-trigger="every 2s" hx-swap="outerHTML"><p class="strong">${WORDS.waiting}</p><progress aria-label="${WORDS.waiting}"></progress><p class="soft">${WORDS.waitingText}</p></div>`
}

function message(address: NonNullable<SetupData['address']>): Html {
  return card(
    {
      id: 'message',
      title: WORDS.message,
      aside: html`<button class="btn slim" type="button" data-copy="#text" data-done="${WORDS.copied}" data-with-script hidden>${WORDS.copy}</button>`,
    },
    html`<p class="soft small">${WORDS.messageLead}</p><pre class="block" id="text" tabindex="0">${WORDS.text(address)}</pre>`,
  )
}
