/** The accounts that somebody may see; an operator may add one. */
import { type Html, html, type Piece, safe } from './html.ts'
import { card, empty, head, notice, proof } from './parts.ts'
import type { NamedAccount } from './shell.ts'
import { OVERVIEW } from './words/overview.ts'
import { ROSTER } from './words/roster.ts'

export interface AccountsData {
  readonly accounts: readonly NamedAccount[]
  readonly isOperator: boolean
  readonly csrf: string | null
  /** What was typed and refused. */
  readonly draft?: {
    readonly slug: string
    readonly name: string
    readonly timezone: string
    readonly problem: { readonly message: string; readonly fix: string }
  }
}

export function accountsPage({ accounts, isOperator, csrf, draft }: AccountsData): Piece {
  const list =
    accounts.length === 0
      ? empty('sources', OVERVIEW.noAccounts, isOperator ? OVERVIEW.noAccountsText : OVERVIEW.noRole)
      : html`<ul class="list">${accounts.map(
          ({ slug, name }) =>
            html`<li><a class="strong" href="/a/${slug}">${safe(name)}</a> <code class="soft">${slug}</code></li>`,
        )}</ul>`
  return html`${head({ title: OVERVIEW.accounts, lead: OVERVIEW.accountsLead, actions: isOperator && html`<a class="btn" href="/connections">${ROSTER.connections.title}</a>` })}<div class="stack">${card({ isFlush: true }, list)}${isOperator ? addForm(csrf, draft) : null}</div>`
}

function addForm(csrf: string | null, draft: AccountsData['draft']): Html {
  const problem = draft === undefined ? null : notice('bad', draft.problem.message, draft.problem.fix)
  return card(
    { id: 'add', title: OVERVIEW.addAccount },
    html`<form class="stack tight" method="post" action="/accounts">${problem}${proof(csrf)}<div class="three">
<div class="field"><label for="name">${OVERVIEW.addName}</label><input id="name" name="name" maxlength="200" value="${draft?.name ?? ''}" autocomplete="off"></div>
<div class="field"><label for="slug">${OVERVIEW.addSlug}</label><input id="slug" name="slug" required maxlength="32" value="${draft?.slug ?? ''}" autocomplete="off" autocapitalize="off" aria-describedby="slug-hint"><p class="hint" id="slug-hint">${OVERVIEW.addSlugHint}</p></div>
<div class="field"><label for="timezone">${OVERVIEW.addZone}</label><input id="timezone" name="timezone" value="${draft?.timezone ?? 'UTC'}" autocomplete="off" aria-describedby="zone-hint"><p class="hint" id="zone-hint">${OVERVIEW.addZoneHint}</p></div></div>
<div><button class="btn main-act">${OVERVIEW.addAccount}</button></div></form>`,
  )
}
