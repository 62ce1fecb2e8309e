/** What the fields of a connection become: changed by a form, shown by a rehearsal first, gone back from by version. */
import type {
  ApiFieldShown,
  Connection,
  MappingChange,
  MappingImpact,
  MappingVersion,
} from '../../../importer/types.ts'
import { COLUMNS } from '../../../schemas/columns.ts'
import { SYSTEMS } from '../../../schemas/connection-secrets.ts'
import { targetOf, targetText } from '../../../schemas/mapped-target.ts'
import { type Obstacle, told } from './connecting.ts'
import { type Html, html, type Piece, safe } from './html.ts'
import { card, facts, head, kpis, notice, pill, proof, type TableColumn, table, time } from './parts.ts'
import { FieldProblem } from './setting-fields.ts'
import { COMMON, number } from './words/common.ts'
import { CONNECTIONS } from './words/connections.ts'

const { mapping: WORDS } = CONNECTIONS

export interface MappingData {
  readonly slug: string
  readonly connection: Connection
  /** Newest first. */
  readonly versions: readonly MappingVersion[]
  /** The customer's own fields, where the system was asked for them. */
  readonly asked: readonly ApiFieldShown[] | null
  readonly impact: MappingImpact | null
  /** What was typed and refused. */
  readonly given: Readonly<Record<string, string>> | null
  readonly obstacle: Obstacle | null
  readonly csrf: string | null
  readonly mayChange: boolean
}

export function mappingPage(data: MappingData): Piece {
  const { slug, connection, versions, impact, obstacle } = data
  const crumbs = [
    [CONNECTIONS.title, `/a/${slug}/connections`],
    [connection.source, `/a/${slug}/connections/${connection.source}`],
  ] as const
  return html`${head({ title: WORDS.title, lead: WORDS.lead, crumbs })}<div class="stack">${told(obstacle)}
${impact === null ? null : impactCard(data, impact)}
${fieldsCard(data)}
${card({ id: 'versions', title: WORDS.versions, isFlush: true }, versionTable(data, versions))}</div>`
}

const FIELD = 'field '

/** Every field that some version named, or that the system was asked for. */
function fieldsOf({ versions, asked }: MappingData): readonly string[] {
  const named = [...versions].reverse().flatMap(({ mapping }) => Object.keys(mapping.fields))
  return [...new Set([...named, ...(asked ?? []).map(({ field }) => field)])]
}

function current(versions: readonly MappingVersion[]): MappingVersion['mapping'] {
  return versions.find(({ isCurrent }) => isCurrent)?.mapping ?? { fields: {}, values: {} }
}

function fieldsCard(data: MappingData): Html {
  const { slug, connection, versions, csrf, mayChange, asked } = data
  const at = `/a/${slug}/connections/${connection.source}/mapping`
  const mapping = current(versions)
  const columns: readonly TableColumn<string>[] = [
    { title: WORDS.field, isName: true, cell: (field) => html`<code>${safe(field)}</code>` },
    { title: WORDS.becomes, cell: (field) => becomes(data, field, mapping) },
  ]
  const rows = table(WORDS.fields, columns, fieldsOf(data))
  if (!mayChange) return card({ id: 'fields', title: WORDS.fields, isFlush: true }, rows)
  const system = SYSTEMS[connection.kind]
  const names = html`<datalist id="columns">${COLUMNS.map(({ header }) => html`<option value="${header}"></option>`)}</datalist>`
  const values = data.given?.['values'] ?? valueLines(mapping.values)
  const noneOfOwn =
    asked !== null && asked.length === 0 ? html`<p class="hint">${WORDS.moreNone(system)}</p>` : null
  return card(
    { id: 'fields', title: WORDS.fields, isFlush: true },
    html`<form method="post" action="${at}">${proof(csrf)}${names}${rows}<div class="card-body stack">${noneOfOwn}<div class="row"><button class="btn slim" formaction="${at}/fields" formnovalidate>${WORDS.more}</button><span class="hint">${WORDS.moreHint(system)}</span></div>
<p class="hint" id="becomes">${WORDS.becomesHint}</p>
<div class="field"><label for="values">${WORDS.values}</label><textarea id="values" name="values" aria-describedby="values-hint" spellcheck="false">${values}</textarea><p class="hint" id="values-hint">${WORDS.valuesHint}</p></div>
<div class="field"><label for="reason">${WORDS.reason}</label><input id="reason" name="reason" maxlength="500" value="${data.given?.['reason'] ?? ''}" autocomplete="off"></div>
<div class="row"><button class="btn main-act">${WORDS.preview}</button><span class="hint">${WORDS.previewHint}</span></div></div></form>`,
  )
}

function becomes(
  { given, mayChange }: MappingData,
  field: string,
  { fields }: MappingVersion['mapping'],
): Piece {
  const target = fields[field]
  const known = target === undefined || target.kind === 'ignore' ? '' : targetText(target)
  if (!mayChange) return known === '' ? COMMON.none : safe(known)
  const name = `${FIELD}${field}`
  return html`<input class="fit" name="${name}" value="${given?.[name] ?? known}" list="columns" aria-label="${WORDS.becomesWhat(safe(field))}" aria-describedby="becomes" maxlength="255" autocomplete="off">`
}

/** What a form asks for, beside the mapping in force; null where it asks for nothing else. Throws `FieldProblem`. */
export function changeOfForm(
  given: Readonly<Record<string, string>>,
  versions: readonly MappingVersion[],
): MappingChange | null {
  const mapping = current(versions)
  const fields: NonNullable<MappingChange['fields']> = {}
  for (const [name, raw] of Object.entries(given)) {
    if (!name.startsWith(FIELD)) continue
    const field = name.slice(FIELD.length)
    const [text, before] = [raw.trim(), mapping.fields[field]]
    const known = before === undefined || before.kind === 'ignore' ? '' : targetText(before)
    if (text === known) continue
    fields[field] = text === '' || text === '-' ? null : targetOf(text)
  }
  const values = changedValues(mapping.values, valuesOf(given['values'] ?? ''))
  if (Object.keys(fields).length === 0 && Object.keys(values).length === 0) return null
  return { fields, values }
}

type Values = MappingVersion['mapping']['values']

function valueLines(values: Values): string {
  return Object.entries(values)
    .flatMap(([column, map]) => Object.entries(map).map(([sent, meant]) => `${column}: ${sent} = ${meant}`))
    .join('\n')
}

function valuesOf(text: string): Values {
  const values: Values = {}
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const [, column, sent, meant] = /^\s*([^:]+?)\s*:\s*(.+?)\s*=\s*([^=]+?)\s*$/.exec(line) ?? []
    if (column === undefined || sent === undefined || meant === undefined)
      throw new FieldProblem(WORDS.badLine(at + 1))
    values[column] = { ...values[column], [sent]: meant }
  }
  return values
}

/** What is there no more is taken away by null. */
function changedValues(before: Values, after: Values): NonNullable<MappingChange['values']> {
  const change: Record<string, Record<string, string | null>> = {}
  for (const column of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, wanted] = [before[column] ?? {}, after[column] ?? {}]
    const gone = Object.keys(old).filter((sent) => wanted[sent] === undefined)
    const others = Object.entries(wanted).filter(([sent, meant]) => old[sent] !== meant)
    if (gone.length + others.length === 0) continue
    change[column] = {
      ...Object.fromEntries(gone.map((sent) => [sent, null])),
      ...Object.fromEntries(others),
    }
  }
  return change
}

function impactCard({ slug, connection, csrf }: MappingData, impact: MappingImpact): Html {
  const { version, run, isFresh, gained, lost } = impact
  const isGood = run.state === 'dry_run'
  const { created, updated, deactivated, unchanged } = run.counts
  const numbers = [
    [CONNECTIONS.now.created, created],
    [CONNECTIONS.now.updated, updated],
    [CONNECTIONS.now.deactivated, deactivated],
    [WORDS.unchanged, unchanged],
  ] as const
  const columns = (names: readonly string[]) =>
    names.length === 0 ? COMMON.none : names.map(safe).join(', ')
  const body = html`<p class="soft">${isFresh ? WORDS.onFresh : WORDS.onLast}</p>${kpis(numbers.map(([label, value]) => ({ label, value: number(value), isZero: value === 0 })))}${facts(
    [
      [WORDS.gained, columns(gained)],
      [WORDS.lost, columns(lost)],
    ],
  )}`
  const broken = notice('bad', WORDS.broken, WORDS.brokenText)
  const use = html`<form method="post" action="/a/${slug}/connections/${connection.source}/mapping/use">${proof(csrf)}<input type="hidden" name="version" value="${version}"><button class="btn main-act">${WORDS.use(version)}</button></form>`
  const look = html`<a class="btn" href="/a/${slug}/imports/${run.id}">${WORDS.everybody}</a>`
  return card(
    { id: 'impact', title: WORDS.impact(version) },
    html`<div class="stack">${isGood ? body : broken}<div class="row">${isGood ? use : null}${look}</div></div>`,
  )
}

function versionTable(
  { slug, connection, csrf, mayChange }: MappingData,
  versions: readonly MappingVersion[],
): Html {
  const inForce = versions.find(({ isCurrent }) => isCurrent)?.version ?? 0
  const at = `/a/${slug}/connections/${connection.source}/mapping`
  const change = ({ version, isCurrent }: MappingVersion): Piece => {
    if (isCurrent || !mayChange) return null
    const [path, words] =
      version < inForce ? ['revert', WORDS.revert(version)] : ['use', WORDS.useShort(version)]
    return html`<form method="post" action="${at}/${path}">${proof(csrf)}<input type="hidden" name="version" value="${version}"><button class="btn slim">${words}</button></form>`
  }
  const columns: readonly TableColumn<MappingVersion>[] = [
    {
      title: WORDS.version,
      isName: true,
      cell: ({ version, isCurrent }) =>
        html`${number(version)} ${isCurrent ? pill('good', WORDS.inForce) : null}`,
    },
    { title: WORDS.at, cell: (one) => time(one.at) },
    { title: WORDS.by, cell: ({ by }) => safe(by) },
    {
      title: WORDS.why,
      cell: ({ reason, revertsTo }) =>
        reason === null ? (revertsTo === null ? '' : WORDS.backTo(revertsTo)) : safe(reason),
    },
    ...(mayChange ? [{ title: WORDS.change, isQuiet: true, cell: change }] : []),
  ]
  return table(WORDS.versions, columns, versions)
}
