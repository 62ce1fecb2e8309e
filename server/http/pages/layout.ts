/** The frame of every page: head, navigation, and the place where the page itself stands. */
import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Account } from '../../../importer/types.ts'
import type { Viewer } from '../viewer.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export interface Layout {
  readonly title: string
  /** Null where nobody is signed in. */
  readonly user: Pick<Viewer, 'name' | 'csrf' | 'isOperator' | 'roles'> | null
  /** The account that the page is about; null where it is about none. */
  readonly account: Pick<Account, 'slug' | 'name'> | null
  readonly body: Html
}

export function layout({ title, user, account, body }: Layout): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}${account === null ? '' : html` · ${account.name}`} · Rollcall</title>
</head>
<body>
<header><nav aria-label="Main"><a href="/">Rollcall</a>${user === null ? '' : signOut(user)}</nav></header>
<main><h1>${title}</h1>
${body}
</main>
</body>
</html>`
}

function signOut({ name, csrf }: NonNullable<Layout['user']>): Html {
  return html` <a href="/me">${name}</a>
<form method="post" action="/sign-out">${csrfField(csrf)}<button>Sign out</button></form>`
}

/** Every form that changes something needs it. */
export function csrfField(csrf: string | null): Html {
  return html`<input type="hidden" name="csrf" value="${csrf ?? ''}">`
}
