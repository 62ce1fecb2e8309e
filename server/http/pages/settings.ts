/** The settings of an account: keys, demographics, missing people, who has access, what was done. */
import type { DemographicSummary, MissingPage } from '../../../importer/types.ts'
import { ACCOUNT_ROLES, type AuditPage, type Invitation, type User } from '../../../schemas/people.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, empty, head, notice, options, proof, type TableColumn, table, time } from './parts.ts'
import { COMMON, number } from './words/common.ts'
import { SETTINGS } from './words/settings.ts'

export const SETTING_PAGES = [
  ...(['keys', 'demographics', 'missing', 'ownership', 'redaction', 'retention'] as const),
  ...(['notifications', 'webhooks', 'access', 'audit'] as const),
] as const
export type SettingPage = (typeof SETTING_PAGES)[number]

/** For those who may change them: who has access, who is told what and where, and what was done. */
const ADMIN_PAGES: readonly SettingPage[] = ['notifications', 'webhooks', 'access', 'audit']

/** The top of each of them. */
export function settingsTop(slug: string, here: SettingPage, isAdmin: boolean): Html {
  const pages = SETTING_PAGES.filter((one) => isAdmin || !ADMIN_PAGES.includes(one))
  return html`${head({ title: SETTINGS.title, lead: SETTINGS[here].lead })}<nav class="tabs" aria-label="${SETTINGS.title}"><ul>${pages.map(
    (one) =>
      html`<li><a href="/a/${slug}/settings/${one}"${one === here ? html` aria-current="page"` : null}>${SETTINGS[one].title}</a></li>`,
  )}</ul></nav>`
}

export interface DemographicsData {
  readonly slug: string
  readonly demographics: readonly DemographicSummary[]
  readonly csrf: string | null
  readonly mayChange: boolean
}

export function demographicsPart({ slug, demographics, csrf, mayChange }: DemographicsData): Piece {
  const { demographics: words } = SETTINGS
  if (demographics.length === 0) return card({}, empty('employees', words.none, words.noneText))
  const at = `/a/${slug}/settings/demographics`
  const columns: readonly TableColumn<DemographicSummary>[] = [
    { title: words.label, isName: true, cell: ({ label }) => safe(label) },
    { title: words.filled, isNumber: true, cell: ({ filled, active }) => words.of(filled, active) },
    { title: words.others, isNumber: true, cell: ({ others }) => number(others) },
    {
      title: words.last,
      cell: ({ lastSent }) =>
        lastSent === null
          ? html`<span class="soft">${COMMON.never}</span>`
          : html`<a href="/a/${slug}/imports/${lastSent.run}">${time(lastSent.at)}</a>`,
    },
    ...(mayChange ? [{ title: words.change, cell: (one: DemographicSummary) => change(at, one, csrf) }] : []),
  ]
  const labels = demographics.map(({ label }) => [label, label] as const)
  const merging =
    mayChange &&
    labels.length > 1 &&
    card(
      { id: 'merge', title: words.merge },
      html`<form class="stack tight" method="post" action="${at}/merge">${proof(csrf)}<p class="soft">${words.mergeText}</p><div class="filters"><div class="field"><label for="from">${words.from}</label><select id="from" name="from">${options(labels, undefined)}</select></div><div class="field"><label for="into">${words.into}</label><select id="into" name="into">${options(labels, labels[1]?.[0])}</select></div><button class="btn">${words.show}</button></div></form>`,
    )
  return html`<div class="stack">${card({ isFlush: true }, table(words.title, columns, demographics))}${merging}</div>`
}

function change(at: string, { label, filled, others }: DemographicSummary, csrf: string | null): Html {
  const { demographics: words } = SETTINGS
  const name = safe(label)
  const remove =
    filled + others === 0 &&
    html`<form method="post" action="${at}/delete">${proof(csrf)}<input type="hidden" name="label" value="${label}"><p class="hint">${words.unused}</p><button class="btn slim danger">${words.remove}</button></form>`
  return html`<details class="more small"><summary aria-label="${words.change} ${name}">${words.change}</summary><div class="stack tight"><form class="row" method="post" action="${at}/rename">${proof(csrf)}<input type="hidden" name="from" value="${label}"><input class="slim" name="to" required maxlength="255" value="${label}" aria-label="${words.rename}: ${name}" autocomplete="off"><button class="btn slim">${words.renameGo}</button></form>${remove}</div></details>`
}

export interface MissingData {
  readonly slug: string
  readonly sources: readonly string[]
  readonly page: MissingPage
  readonly csrf: string | null
  readonly mayChange: boolean
}

export function missingPart({ slug, sources, page, csrf, mayChange }: MissingData): Piece {
  const { missing: words } = SETTINGS
  const at = `/a/${slug}/settings/missing`
  const choose = html`<form class="filters" data-send-on-change><div class="field"><label for="source">${words.source}</label><select id="source" name="source">${options(
    sources.map((one) => [one, one] as const),
    page.source,
  )}</select></div><button class="btn" data-without-script>${COMMON.show}</button></form>`
  type Person = MissingPage['people'][number]
  const nameOf = ({ name, employeeId, email }: Person) => safe(name ?? employeeId ?? email ?? '')
  const columns: readonly TableColumn<Person>[] = [
    {
      title: words.person,
      isName: true,
      cell: (person) =>
        html`<a href="/a/${slug}/employees/${person.id}">${nameOf(person)}</a><span class="sub">${[person.employeeId, person.email].flatMap((key) => (key === null ? [] : [safe(key)])).join(' · ')}</span>`,
    },
    { title: words.absent, cell: ({ absences }) => words.files(absences) },
    { title: words.since, cell: ({ since }) => time(since) },
    {
      title: words.seen,
      cell: ({ lastRun, lastSeen }) => html`<a href="/a/${slug}/imports/${lastRun}">${time(lastSeen)}</a>`,
    },
    ...(mayChange
      ? [
          {
            title: words.ignore,
            isQuiet: true,
            cell: (person: Person) =>
              html`<form method="post" action="${at}/ignore">${proof(csrf)}<input type="hidden" name="source" value="${page.source}"><input type="hidden" name="person" value="${person.id}"><button class="btn slim" aria-label="${words.ignoreWhat(nameOf(person))}">${words.ignore}</button></form>`,
          },
        ]
      : []),
  ]
  const list =
    page.setting === 'ignore'
      ? empty(
          'employees',
          words.title,
          html`${words.off} <a href="/a/${slug}/sources/${page.source}/settings">${page.source}</a>`,
        )
      : page.people.length === 0
        ? empty('good', words.none, words.noneText(page.files))
        : table(words.title, columns, page.people)
  const next =
    page.next !== null &&
    html`<nav class="pages" aria-label="${words.title}"><span></span><a class="btn slim" rel="next" href="?${new URLSearchParams({ source: page.source, after: String(page.next) })}">${COMMON.more}</a></nav>`
  return html`<div class="stack">${choose}${card({ isFlush: true }, [list, next])}</div>`
}

export interface AccessData {
  readonly slug: string
  readonly users: readonly User[]
  readonly csrf: string | null
  /** Just made; its link is shown this once. */
  readonly invitation?: { readonly invitation: Invitation; readonly link: string } | undefined
  readonly problem?: { readonly message: string; readonly fix: string } | undefined
}

export function accessPart({ slug, users, csrf, invitation, problem }: AccessData): Piece {
  const { access: words } = SETTINGS
  const at = `/a/${slug}/settings/access`
  const columns: readonly TableColumn<User>[] = [
    {
      title: words.name,
      isName: true,
      cell: ({ name, email }) => html`${safe(name)}<span class="sub">${safe(email)}</span>`,
    },
    {
      title: words.role,
      cell: ({ isOperator, roles }) =>
        words.short[
          isOperator ? 'operator' : (roles.find(({ account }) => account === slug)?.role ?? 'viewer')
        ],
    },
    { title: words.factor, cell: ({ hasSecondFactor }) => (hasSecondFactor ? COMMON.yes : COMMON.no) },
    { title: words.last, cell: ({ lastSignInAt }) => time(lastSignInAt) },
    {
      title: words.remove,
      isQuiet: true,
      cell: ({ id, name, isOperator }) =>
        isOperator
          ? null
          : html`<form method="post" action="${at}/remove">${proof(csrf)}<input type="hidden" name="user" value="${id}"><button class="btn slim danger" aria-label="${words.removeWhat(safe(name))}">${words.remove}</button></form>`,
    },
  ]
  const made =
    invitation !== undefined &&
    html`<div class="notice good"><div><p class="strong">${words.invited}</p><p>${words.invitedText}</p><pre class="block" id="link" tabindex="0">${invitation.link}</pre></div></div>`
  const roles = ACCOUNT_ROLES.map((role) => [role, words.roles[role]] as const)
  const form = html`<form class="stack tight" method="post" action="${at}">${proof(csrf)}<div class="three"><div class="field"><label for="name">${words.name}</label><input id="name" name="name" required maxlength="100" autocomplete="off"></div><div class="field"><label for="email">${words.email}</label><input id="email" name="email" type="email" required autocomplete="off"></div><div class="field"><label for="role">${words.role}</label><select id="role" name="role">${options(roles, 'viewer')}</select></div></div><div><button class="btn main-act">${words.inviteGo}</button></div></form>`
  const list =
    users.length === 0 ? empty('employees', words.none, words.lead) : table(words.title, columns, users)
  return html`<div class="stack">${made}${problem === undefined ? null : notice('bad', problem.message, problem.fix)}${card({ isFlush: true }, list)}${card({ id: 'invite', title: words.invite }, form)}</div>`
}

export function auditPart({ page }: { readonly page: AuditPage }): Piece {
  const { audit: words } = SETTINGS
  if (page.entries.length === 0) return card({}, empty('review', words.none, words.noneText))
  type Entry = AuditPage['entries'][number]
  const columns: readonly TableColumn<Entry>[] = [
    { title: words.when, isName: true, cell: ({ at }) => time(at) },
    { title: words.who, cell: ({ actor }) => html`<span class="break">${safe(actor)}</span>` },
    { title: words.what, cell: ({ action }) => html`<code>${action}</code>` },
    { title: words.of, cell: ({ object }) => html`<code class="break">${safe(object ?? '')}</code>` },
  ]
  const next =
    page.next !== null &&
    html`<nav class="pages" aria-label="${words.title}"><span></span><a class="btn slim" rel="next" href="?before=${page.next}">${COMMON.older}</a></nav>`
  return card({ isFlush: true }, [table(words.title, columns, page.entries), next])
}
