/** The frame of pages outside of the product: coming in, and what went wrong. */
import type { Account } from '../../../importer/types.ts'
import type { Viewer } from '../viewer.ts'
import { type Html, html } from './html.ts'
import { page, type Theme } from './shell.ts'

export type { Html } from './html.ts'

export interface Layout {
  readonly title: string
  /** Null where nobody is signed in. */
  readonly user: Pick<Viewer, 'name' | 'csrf' | 'isOperator' | 'roles'> | null
  /** The account that the page is about; null where it is about none. */
  readonly account: Pick<Account, 'slug' | 'name'> | null
  readonly body: Html
  readonly theme?: Theme
}

export function layout({ title, user, account, body, theme = 'auto' }: Layout): Html {
  return page(
    { title, theme, viewer: user, account },
    html`<h1>${title}</h1><div class="card"><div class="card-body stack">${body}</div></div>`,
  )
}

/** Every form that changes something needs it. */
export function csrfField(csrf: string | null): Html {
  return html`<input type="hidden" name="csrf" value="${csrf ?? ''}">`
}
