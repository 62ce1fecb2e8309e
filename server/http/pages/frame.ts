/** The frame of a request: who asks, where they are, and how they want it to look. */
import { getCookie } from 'hono/cookie'
import type { HttpContext, InAccount, SignedIn } from '../route.ts'
import type { Viewer } from '../viewer.ts'
import type { Html, Piece } from './html.ts'
import { type Frame, type NamedAccount, page, type Section, THEMES, type Theme } from './shell.ts'

export const THEME_COOKIE = 'rollcall-theme'

export function themeOf(c: HttpContext): Theme {
  const chosen = getCookie(c, THEME_COOKIE)
  return THEMES.find((one) => one === chosen) ?? 'auto'
}

/** Those that a viewer may see. */
export async function accountsFor({ viewer, door }: SignedIn): Promise<NamedAccount[]> {
  const all = await door.listAccounts()
  return all.filter(({ slug }) => viewer.isOperator || viewer.roles.some(({ account }) => account === slug))
}

export interface PageFacts extends Pick<Frame, 'title' | 'refreshSeconds'> {
  readonly section?: Section
}

/** A page of an account. */
export async function accountPage(given: InAccount, facts: PageFacts, body: Piece): Promise<Html> {
  const { c, viewer, account, http } = given
  const [accounts, held] = [await accountsFor(given), await http.insight.held(account.slug)]
  return page({ ...facts, ...who(c, viewer), account, accounts, held }, body)
}

/** A page of no account. */
export async function ownPage(given: SignedIn, facts: PageFacts, body: Piece): Promise<Html> {
  return page({ ...facts, ...who(given.c, given.viewer), accounts: await accountsFor(given) }, body)
}

function who(c: HttpContext, { name, csrf }: Viewer): Pick<Frame, 'theme' | 'viewer' | 'path'> {
  return { theme: themeOf(c), viewer: { name, csrf }, path: c.req.path }
}
