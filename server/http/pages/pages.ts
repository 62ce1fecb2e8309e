/**
 * Every page of the product. A page is a route (`accountRoute`, `serverRoute`, `ownRoute`, `openRoute` in ../route.ts)
 * with a function from what it is given to HTML: who asks, in which account and in which role, and the door by their
 * hand. Pages of an account lie under `/a/:account/`.
 */
import { html } from 'hono/html'
import { ownRoute, type Route } from '../route.ts'
import { layout } from './layout.ts'

export const PAGES: readonly Route[] = [
  ownRoute(
    { method: 'GET', path: '/', summary: 'the accounts that one may see' },
    async ({ viewer, door }) => {
      const all = await door.listAccounts()
      const accounts = all.filter(
        ({ slug }) => viewer.isOperator || viewer.roles.some(({ account }) => account === slug),
      )
      const items = accounts.map(({ slug, name }) => html`<li><a href="/a/${slug}">${name}</a></li>`)
      const body =
        accounts.length === 0 ? html`<p>There is no account that you may see.</p>` : html`<ul>${items}</ul>`
      return layout({ title: 'Accounts', user: viewer, account: null, body })
    },
  ),
]
