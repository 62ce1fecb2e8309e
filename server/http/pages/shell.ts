/** What is around every page: the head, the way to everywhere, who is signed in. */
import { ASSETS } from './assets.ts'
import { type Html, html, type Piece } from './html.ts'
import { type IconName, icon } from './icons.ts'
import { options, proof } from './parts.ts'
import { COMMON } from './words/common.ts'

export const SECTIONS = [
  'overview',
  'imports',
  'review',
  'employees',
  'charts',
  'sources',
  'settings',
] as const
export type Section = (typeof SECTIONS)[number]
export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export interface NamedAccount {
  readonly slug: string
  readonly name: string
}

/** What a frame shows of who asks and where they are. */
export interface Frame {
  readonly title: string
  readonly theme: Theme
  /** Null where nobody is signed in. */
  readonly viewer: { readonly name: string; readonly csrf: string | null } | null
  readonly account?: NamedAccount | null
  /** Those one may go to. */
  readonly accounts?: readonly NamedAccount[]
  readonly section?: Section | null
  /** Runs that wait for a person. */
  readonly held?: number
  /** The path of the page, to come back to. */
  readonly path?: string
  /** For who has no script: the page comes again after so many seconds. */
  readonly refreshSeconds?: number
}

/** A whole page. */
export function page(frame: Frame, body: Piece): Html {
  return frame.viewer === null ? alone(frame, body) : framed(frame, body)
}

/** For who is not signed in, and for what stands outside of everything. */
function alone(frame: Frame, body: Piece): Html {
  return document(
    frame,
    html`<main id="content" class="alone" tabindex="-1"><a class="brand" href="/">${icon('brand')}${COMMON.product}</a>${body}</main>`,
  )
}

function framed(frame: Frame, body: Piece): Html {
  return document(
    frame,
    html`<a class="skip" href="#content">${COMMON.skip}</a>
<div class="frame">
<header class="side">
<div class="side-top"><a class="brand" href="/">${icon('brand')}${COMMON.product}</a>${switcher(frame)}</div>
${navigation(frame)}
${foot(frame)}
</header>
<main id="content" class="main" tabindex="-1">${body}</main>
</div>`,
  )
}

function document({ title, theme, refreshSeconds, account }: Frame, body: Piece): Html {
  const mark = theme === 'auto' ? null : html` data-theme="${theme}"`
  const again =
    refreshSeconds === undefined
      ? null
      : html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`
  const full = account == null ? title : `${title} · ${account.name}`
  return html`<!doctype html>
<html lang="en"${mark}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"historyCacheSize":0}'>
<title>${full} · ${COMMON.product}</title>
<link rel="preload" href="${ASSETS.font}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="${ASSETS.css}">
<link rel="icon" href="${ASSETS.icon}" type="image/svg+xml">
<script defer src="${ASSETS.htmx}"></script>
<script defer src="${ASSETS.js}"></script>
${again}</head>
<body>
${body}
</body>
</html>
`
}

/** More are on a page of their own. */
const SWITCHABLE = 30

function switcher({ account, accounts = [] }: Frame): Piece {
  if (account == null && accounts.length === 0) return null
  const words = account?.name ?? COMMON.chooseAccount
  if (accounts.length < 2 && account != null) return html`<p class="who strong">${words}</p>`
  const links = accounts
    .slice(0, SWITCHABLE)
    .map(
      ({ slug, name }) =>
        html`<li><a href="/a/${slug}"${slug === account?.slug ? html` aria-current="true"` : null}>${name}</a></li>`,
    )
  return html`<details class="account"><summary><span><span class="only-read">${COMMON.account}: </span>${words}</span></summary><ul>${links}<li><a class="soft" href="/accounts">${COMMON.allAccounts}</a></li></ul></details>`
}

const ICONS: Readonly<Record<Section, IconName>> = {
  overview: 'overview',
  imports: 'imports',
  review: 'review',
  employees: 'employees',
  charts: 'charts',
  sources: 'sources',
  settings: 'settings',
}

function navigation({ account, section, held = 0 }: Frame): Piece {
  if (account == null) return null
  const links = SECTIONS.map((one) => {
    const href = one === 'overview' ? `/a/${account.slug}` : `/a/${account.slug}/${one}`
    const count =
      one === 'review' && held > 0
        ? html`<span class="count"><span aria-hidden="true">${held}</span><span class="only-read">${COMMON.waiting(held)}</span></span>`
        : null
    return html`<li><a href="${href}"${one === section ? html` aria-current="page"` : null}>${icon(ICONS[one])}${COMMON.sections[one]}${count}</a></li>`
  })
  return html`<nav class="nav" aria-label="${COMMON.navigation}"><ul>${links}</ul></nav>`
}

/** The choice of colours is a form: it works without a script, and no page flashes in the wrong ones. */
function foot({ viewer, theme, path = '/' }: Frame): Piece {
  if (viewer === null) return null
  const themes = THEMES.map((one) => [one, COMMON.theme[one]] as const)
  return html`<div class="side-foot">
<p class="who"><a href="/me">${viewer.name}</a></p>
<form class="row" method="post" action="/theme" data-send-on-change>${proof(viewer.csrf)}<input type="hidden" name="back" value="${path}"><label class="only-read" for="theme">${COMMON.theme.label}</label><select id="theme" name="theme" class="slim">${options(themes, theme)}</select><button class="btn slim" data-without-script>${COMMON.theme.set}</button></form>
<form method="post" action="/sign-out">${proof(viewer.csrf)}<button class="btn quiet slim">${COMMON.signOut}</button></form>
</div>`
}
