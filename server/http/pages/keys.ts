/** The public keys by which senders deliver for an account. */
import type { SftpKey } from '../../../keys/keyring.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, empty, pill, proof, type Shade, type TableColumn, table, time } from './parts.ts'
import { SETTINGS } from './words/settings.ts'

const { keys: WORDS } = SETTINGS

export interface KeysData {
  readonly slug: string
  readonly keys: readonly SftpKey[]
  readonly csrf: string | null
  readonly mayChange: boolean
  readonly now: Date
  /** Where to go afterwards. */
  readonly back: string
}

export function keysPart(data: KeysData): Piece {
  return html`<div class="stack">${card({ isFlush: true }, keyTable(data))}${data.mayChange ? card({ id: 'add', title: WORDS.add }, keyForm(data)) : null}</div>`
}

export function keyTable({ slug, keys, csrf, mayChange, now, back }: KeysData): Html {
  if (keys.length === 0) return empty('settings', WORDS.none, WORDS.noneText)
  const name = ({ comment, fingerprint }: SftpKey) => safe(comment === '' ? fingerprint : comment)
  const columns: readonly TableColumn<SftpKey>[] = [
    {
      title: WORDS.comment,
      isName: true,
      cell: (key) =>
        html`<span class="break">${name(key)}</span><span class="sub break">${key.type} · ${key.fingerprint}</span><span class="sub">${key.networks.length === 0 ? WORDS.everywhere : key.networks.join(', ')}</span>`,
    },
    { title: WORDS.state, cell: (key) => keyState(key, now) },
    { title: WORDS.added, cell: ({ addedAt }) => time(addedAt) },
    { title: WORDS.used, cell: ({ lastUsedAt }) => time(lastUsedAt) },
    ...(mayChange
      ? [
          {
            title: WORDS.revoke,
            isQuiet: true,
            cell: (key: SftpKey) =>
              key.revokedAt !== null
                ? null
                : html`<form method="post" action="/a/${slug}/settings/keys/revoke">${proof(csrf)}<input type="hidden" name="fingerprint" value="${key.fingerprint}"><input type="hidden" name="back" value="${back}"><button class="btn slim danger" aria-label="${WORDS.revokeWhat(name(key))}">${WORDS.revoke}</button></form>`,
          },
        ]
      : []),
  ]
  return table(WORDS.title, columns, keys)
}

function keyState({ revokedAt, expiresAt }: SftpKey, now: Date): Html {
  const at = now.toISOString()
  const [shade, words]: readonly [Shade, string] =
    revokedAt !== null && revokedAt <= at
      ? ['neutral', WORDS.revoked]
      : expiresAt !== null && expiresAt <= at
        ? ['warn', WORDS.expired]
        : ['good', WORDS.good]
  const end = revokedAt ?? expiresAt
  const ending = end !== null && end > at && html`<span class="sub">${WORDS.ends} ${time(end)}</span>`
  return html`${pill(shade, words)}${ending}`
}

export function keyForm({ slug, csrf, back }: Pick<KeysData, 'slug' | 'csrf' | 'back'>): Html {
  return html`<form class="stack tight" method="post" action="/a/${slug}/settings/keys">${proof(csrf)}<input type="hidden" name="back" value="${back}">
<div class="field"><label for="line">${WORDS.line}</label><textarea id="line" name="line" required spellcheck="false" autocomplete="off" aria-describedby="line-hint"></textarea><p class="hint" id="line-hint">${WORDS.lineHint}</p></div>
<div class="two narrow"><div class="field"><label for="expires">${WORDS.expires}</label><input id="expires" name="expires" type="date"></div>
<div class="field"><label for="networks">${WORDS.networks}</label><input id="networks" name="networks" autocomplete="off" aria-describedby="net-hint"><p class="hint" id="net-hint">${WORDS.networksHint}</p></div></div>
<div><button class="btn main-act">${WORDS.add}</button></div></form>`
}
