/** Setting up a connection, as plain pages: who may, what will be read, then the credentials. */
import type { ConnectorKind, ReadAccess } from '../../../importer/types.ts'
import { DEFAULT_SOURCES } from '../../../schemas/connection.ts'
import { SYSTEMS } from '../../../schemas/connection-secrets.ts'
import { setupPath } from './catalogue.ts'
import { type Html, html, type Piece } from './html.ts'
import { card, facts, head, notice, options, proof } from './parts.ts'
import { CONNECTIONS } from './words/connections.ts'

const { before: BEFORE, credentials: CREDENTIALS } = CONNECTIONS

/** What stands in the way, in words. */
export interface Obstacle {
  readonly title: string
  readonly text: string
}

export interface BeforeData {
  readonly slug: string
  readonly kind: ConnectorKind
  readonly readAccess: readonly ReadAccess[]
  readonly obstacle: Obstacle | null
}

/** The step in front of everything: it is left by who says to be an admin. */
export function beforePage({ slug, kind, readAccess, obstacle }: BeforeData): Piece {
  const system = SYSTEMS[kind]
  const list = readAccess.map(
    ({ object, fields, isOnlyIfMapped }) =>
      [
        object,
        html`${fields.join(', ')}${isOnlyIfMapped ? html` <span class="soft">(${BEFORE.onlyIfMapped})</span>` : null}`,
      ] as const,
  )
  return html`${setupTop(slug, kind)}<div class="stack">${steps(0)}${told(obstacle)}
${card({ id: 'reads', title: BEFORE.reads }, html`<div class="stack tight">${facts(list)}<p>${BEFORE.oneWay(system)}</p><p class="hint">${BEFORE.guide(system)}</p></div>`)}
${card(
  { id: 'who', title: BEFORE.who },
  html`<form class="stack tight" method="get" action="${setupPath(slug, kind)}"><input type="hidden" name="step" value="connect"><label class="choice"><input type="checkbox" name="admin" value="yes" required><span><span class="strong">${BEFORE.admin}</span> ${BEFORE.adminHint(system)}</span></label><div><button class="btn main-act">${BEFORE.next}</button></div></form>`,
)}</div>`
}

export interface CredentialsData {
  readonly slug: string
  readonly kind: ConnectorKind
  readonly csrf: string | null
  /** What was typed before, without the secrets of it. */
  readonly given: Readonly<Record<string, string>>
  readonly obstacle: Obstacle | null
}

export function credentialsPage({ slug, kind, csrf, given, obstacle }: CredentialsData): Piece {
  const boxes =
    kind === 'justworks' &&
    html`<fieldset><legend>${CREDENTIALS.boxes}</legend><p class="hint">${CREDENTIALS.boxesHint}</p>${box('set_consent.dateOfBirth', given)}${box('set_consent.sex', given)}</fieldset>`
  const advanced = html`<details class="more"><summary>${CREDENTIALS.advanced}</summary><div class="stack">${text('source', given, { placeholder: DEFAULT_SOURCES[kind] })}${idChoice(kind, given)}${text('set_apiUrl', given, { type: 'url' })}${kind === 'justworks' ? text('set_authorizeUrl', given, { type: 'url' }) : null}</div></details>`
  const form = html`<form class="stack" method="post" action="${setupPath(slug, kind)}">${proof(csrf)}<input type="hidden" name="admin" value="yes">
<p class="soft">${CREDENTIALS.leads[kind]} ${CREDENTIALS.sealed}</p>
${kind === 'trinet' ? text('set_companyId', given, { isRequired: true }) : null}
${secretFields(kind)}${boxes}${advanced}
<div><button class="btn main-act">${CREDENTIALS.connect}</button></div></form>`
  return html`${setupTop(slug, kind)}<div class="stack">${steps(1)}${told(obstacle)}${card({ id: 'credentials', title: CREDENTIALS.title }, form)}</div>`
}

/** The fields in which secrets are typed; nothing of them is ever filled in by us. */
export function secretFields(kind: ConnectorKind): Piece {
  switch (kind) {
    case 'justworks':
      return [secret('clientId', true), secret('clientSecret', true), secret('webhookSecret', false)]
    case 'trinet':
      return [secret('clientId', true), secret('clientSecret', true)]
    case 'merge':
      return [
        secret('apiKey', true),
        secret('accountToken', false),
        secret('publicToken', false),
        secret('webhookSecret', false),
      ]
  }
}

/** Where on the way one stands: the steps before are done. */
export function steps(at: number): Html {
  const { label, names, done } = CONNECTIONS.steps
  return html`<ol class="steps" aria-label="${label}">${names.map((name, place) => {
    const here = place === at ? html` aria-current="step"` : null
    return html`<li class="${place < at ? 'done' : ''}"${here}>${name}${place < at ? html`<span class="only-read"> (${done})</span>` : null}</li>`
  })}</ol>`
}

export function told(obstacle: Obstacle | null): Piece {
  return obstacle === null ? null : notice('bad', obstacle.title, obstacle.text)
}

function setupTop(slug: string, kind: ConnectorKind): Html {
  const crumbs = [[CONNECTIONS.title, `/a/${slug}/connections`]] as const
  return head({ title: BEFORE.title(SYSTEMS[kind]), lead: BEFORE.lead, crumbs })
}

type Labelled = keyof typeof CREDENTIALS.labels

function secret(
  name: 'clientId' | 'clientSecret' | 'apiKey' | 'accountToken' | 'publicToken' | 'webhookSecret',
  isRequired: boolean,
): Html {
  const id = `secret_${name}` as const
  // An id of a client is no secret to the eye; what proves it is.
  const type = name === 'clientId' ? 'text' : 'password'
  return html`<div class="field"><label for="${id}">${CREDENTIALS.labels[id]}</label><input id="${id}" name="${id}" type="${type}" maxlength="4096" autocomplete="off" spellcheck="false"${isRequired ? html` required` : null}></div>`
}

function text(
  name: Labelled,
  given: CredentialsData['given'],
  {
    type = 'text',
    placeholder = '',
    isRequired = false,
  }: { type?: string; placeholder?: string; isRequired?: boolean } = {},
): Html {
  return html`<div class="field"><label for="${name}">${CREDENTIALS.labels[name]}</label><input id="${name}" name="${name}" type="${type}" value="${given[name] ?? ''}" placeholder="${placeholder}" maxlength="255" autocomplete="off"${isRequired ? html` required` : null}></div>`
}

function box(name: Labelled, given: CredentialsData['given']): Html {
  return html`<label class="choice"><input type="checkbox" name="${name}" value="true"${given[name] === 'true' ? html` checked` : null}><span>${CREDENTIALS.labels[name]}</span></label>`
}

/** The fields that can be the Employee Id; the first is the usual one. */
const ID_FIELDS = {
  justworks: ['work_id', 'id'],
  trinet: ['employeeId', 'alternateId'],
  merge: ['employee_number', 'remote_id'],
} as const satisfies Record<ConnectorKind, readonly string[]>

function idChoice(kind: ConnectorKind, given: CredentialsData['given']): Html {
  const choices = ID_FIELDS[kind].map((field) => [field, field] as const)
  return html`<div class="field"><label for="id">${CREDENTIALS.labels.set_employeeIdFrom}</label><select id="id" name="set_employeeIdFrom">${options(choices, given['set_employeeIdFrom'])}</select></div>`
}
