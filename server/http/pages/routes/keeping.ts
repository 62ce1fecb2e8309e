/** What is kept, for how long, and who may write it. */
import type { ImportError } from '../../../../importer/errors.ts'
import type { SettingsChange } from '../../../../schemas/account.ts'
import { COLUMNS, CORE_FIELDS, headerOf } from '../../../../schemas/columns.ts'
import { NEVER_REDACTED } from '../../../../schemas/redaction.ts'
import { formOf } from '../../guard.ts'
import { accountRoute, type InAccount, type Route } from '../../route.ts'
import { chosen } from '../chosen.ts'
import { accountPage } from '../frame.ts'
import { type OwnershipData, ownershipOf, ownershipPart } from '../ownership.ts'
import { notice } from '../parts.ts'
import { redactionPart, redactPage } from '../redaction.ts'
import { RETENTION_DEFAULTS, type RetentionData, retentionPart } from '../retention.ts'
import { KEEPING } from '../words/keeping.ts'
import { knownError, showSetting } from './settings.ts'
import { isAdmin } from './sources.ts'

const AT = '/a/:account/settings'
const admin = { needs: 'account_admin' } as const

export const KEEPING_ROUTES: readonly Route[] = [
  accountRoute(
    { method: 'GET', path: `${AT}/retention`, needs: 'viewer', summary: 'how long things are kept' },
    (given) => retention(given, { isSaved: given.c.req.query('saved') === '1' }),
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/retention`, ...admin, summary: 'changes how long things are kept' },
    async (given) => {
      const { c, account, door, viewer } = given
      const form = await formOf(c)
      try {
        await door.retention.set(account.slug, retentionChange(form), { by: viewer.name })
      } catch (error) {
        return await retention(given, { draft: form, problem: knownError(error) })
      }
      return c.redirect(`/a/${account.slug}/settings/retention?saved=1`, 303)
    },
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/retention/run`, ...admin, summary: 'removes what is old enough' },
    async (given) => retention(given, { removed: await given.door.retention.run(given.account.slug) }),
  ),
  accountRoute(
    { method: 'GET', path: `${AT}/ownership`, needs: 'viewer', summary: 'which source owns which field' },
    (given) => ownership(given),
  ),
  accountRoute(
    {
      method: 'POST',
      path: `${AT}/ownership/preview`,
      ...admin,
      summary: 'shows what an ownership would mean',
    },
    async (given) => {
      const { c, account, door } = given
      const draft = await formOf(c)
      const field = draft['field'] ?? ''
      try {
        const change = { field, ownership: ownershipOf(draft) }
        const { fields } = await door.fields.ownershipPreview(account.slug, change)
        return await ownership(given, { draft, preview: fields.find((one) => one.field === field) ?? null })
      } catch (error) {
        return await ownership(given, { draft, problem: knownError(error) })
      }
    },
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/ownership`, ...admin, summary: 'says which source owns a field' },
    async (given) => {
      const { c, account, door, viewer } = given
      const draft = await formOf(c)
      const change = { field: draft['field'] ?? '', ownership: ownershipOf(draft) }
      try {
        await door.fields.setOwnership(account.slug, change, { by: viewer.name })
      } catch (error) {
        return await ownership(given, { draft, problem: knownError(error) })
      }
      return c.redirect(`/a/${account.slug}/settings/ownership`, 303)
    },
  ),
  accountRoute(
    { method: 'GET', path: `${AT}/redaction`, needs: 'viewer', summary: 'columns of which nothing is kept' },
    (given) => redaction(given),
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/redaction/preview`, ...admin, summary: 'shows what redacting takes away' },
    async (given) => {
      try {
        return await redactLook(given)
      } catch (error) {
        return await redaction(given, knownError(error))
      }
    },
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/redaction`, ...admin, summary: 'redacts columns for good' },
    async (given) => {
      const { c, account, door, viewer } = given
      const { word = '' } = await formOf(c)
      try {
        if (word.trim().toLowerCase() !== KEEPING.redaction.confirmWord) return await redactLook(given, true)
        await door.fields.redact(account.slug, await chosen(c, 'fields'), { by: viewer.name })
      } catch (error) {
        return await redaction(given, knownError(error))
      }
      return c.redirect(`/a/${account.slug}/settings/redaction`, 303)
    },
  ),
  accountRoute(
    { method: 'POST', path: `${AT}/redaction/end`, ...admin, summary: 'lets a column be read again' },
    async (given) => {
      const { c, account, door, viewer } = given
      const { field = '' } = await formOf(c)
      try {
        await door.fields.endRedaction(account.slug, [field], { by: viewer.name })
      } catch (error) {
        return await redaction(given, knownError(error))
      }
      return c.redirect(`/a/${account.slug}/settings/redaction`, 303)
    },
  ),
]

type Problem = { readonly problem?: ImportError }

/** What a form changes: a setting that says what holds by default is put back to it. */
function retentionChange(form: Readonly<Record<string, string>>): SettingsChange {
  const typed = Object.entries(RETENTION_DEFAULTS).flatMap(([key, byDefault]) => {
    const text = form[key]?.trim()
    if (text === undefined) return []
    const value = key === 'hold' ? text === 'true' : /^\d+$/.test(text) ? Number(text) : text
    return [[key, value === byDefault || text === '' ? null : value] as const]
  })
  return Object.fromEntries(typed)
}

async function retention(
  given: InAccount,
  { problem, ...more }: Partial<Pick<RetentionData, 'isSaved' | 'removed' | 'draft'>> & Problem,
): Promise<Response> {
  const { account, door, viewer } = given
  const data = {
    ...{ slug: account.slug, csrf: viewer.csrf, mayChange: isAdmin(given), isSaved: false, ...more },
    view: await door.retention.settings(account.slug),
    preview: await door.retention.preview(account.slug),
  }
  return await showSetting(given, 'retention', [problemNotice(problem), retentionPart(data)], problem)
}

async function ownership(
  given: InAccount,
  { problem, ...more }: Pick<OwnershipData, 'draft' | 'preview'> & Problem = {},
): Promise<Response> {
  const { account, door, viewer } = given
  const data = {
    ...{ slug: account.slug, csrf: viewer.csrf, mayChange: isAdmin(given), ...more },
    view: await door.fields.ownership(account.slug),
    sources: (await door.sources(account.slug)).map(({ name }) => name),
    fields: await fieldsOf(given),
  }
  return await showSetting(given, 'ownership', [problemNotice(problem), ownershipPart(data)], problem)
}

async function redaction(given: InAccount, problem?: ImportError): Promise<Response> {
  const { account, door, viewer } = given
  const { fields: redacted } = await door.fields.redactionPreview(account.slug, [])
  const never: readonly string[] = NEVER_REDACTED.map(headerOf)
  const data = {
    ...{ slug: account.slug, redacted, csrf: viewer.csrf, mayChange: isAdmin(given) },
    fields: (await fieldsOf(given)).filter((one) => !never.includes(one) && !redacted.includes(one)),
  }
  return await showSetting(given, 'redaction', [problemNotice(problem), redactionPart(data)], problem)
}

async function redactLook(given: InAccount, isMistyped = false): Promise<Response> {
  const { c, account, door, viewer } = given
  const fields = await chosen(c, 'fields')
  if (fields.length === 0) return await redaction(given)
  const view = await door.fields.redactionPreview(account.slug, fields)
  const data = { slug: account.slug, fields, view, csrf: viewer.csrf, isMistyped }
  const facts = { title: KEEPING.redaction.title, section: 'settings' } as const
  return await c.html(await accountPage(given, facts, redactPage(data)), isMistyped ? 422 : 200)
}

/** Headers of the fixed columns, then the account's demographics. */
async function fieldsOf({ account, door }: InAccount): Promise<string[]> {
  const core: readonly string[] = CORE_FIELDS
  const headers = COLUMNS.filter(({ field }) => core.includes(field)).map(({ header }) => header)
  return [...headers, ...(await door.labels(account.slug))]
}

function problemNotice(problem: ImportError | undefined) {
  return problem === undefined ? null : notice('bad', problem.message, problem.fix)
}
