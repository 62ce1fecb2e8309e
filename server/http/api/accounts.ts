/** Accounts and their sources. */
import { z } from 'zod'
import { ImportError } from '../../../importer/errors.ts'
import type { newAccountSchema } from '../../../schemas/account.ts'
import { guardSettings } from '../../../schemas/guards.ts'
import { ownershipChangeSchema } from '../../../schemas/ownership.ts'
import { includes, ROLE_NAMES } from '../../../schemas/people.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { Account, Accounts, Ownership, pageOf, SettingsChange, Source, Sources } from './shapes.ts'

const tag = 'Accounts and sources'

/** What decides when a person must look, and what proves a file, is set by who answers for the account, not by who imports. */
const GUARDS: ReadonlySet<string> = new Set([
  ...Object.keys(guardSettings),
  'approvers',
  'missing',
  'reactivate',
  'sidecar',
  'sidecarMinutes',
  'pgp',
  'pgpSignature',
])

export const ACCOUNT_ENDPOINTS: readonly Endpoint[] = [
  endpoint(
    {
      method: 'GET',
      path: '/accounts',
      access: { needs: 'anybody' },
      tag,
      summary: 'the accounts that one may see',
      answer: Accounts,
    },
    async ({ door, viewer }) => {
      const all = await door.listAccounts()
      const own = new Set(viewer.roles.map(({ account }) => account))
      return pageOf(viewer.isOperator ? all : all.filter(({ slug }) => own.has(slug)))
    },
  ),
  endpoint(
    {
      ...{
        method: 'POST',
        path: '/accounts',
        access: { needs: 'operator' },
        tag,
        summary: 'adds an account',
      },
      ...{
        body: z.object({
          slug: z.string(),
          name: z.string().exactOptional(),
          timezone: z.string().exactOptional(),
        }),
        answer: Account,
        status: 201,
      },
    },
    ({ door, body }) => door.addAccount(body satisfies z.input<typeof newAccountSchema>),
  ),
  endpoint(
    {
      ...{ method: 'GET', path: '/accounts/{account}', access: { needs: 'viewer', accountBy: 'path' } },
      ...{ tag, summary: 'one account', answer: Account },
    },
    ({ account }) => account,
  ),
  endpoint(
    {
      method: 'GET',
      path: '/sources',
      access: { needs: 'viewer', accountBy: 'query' },
      tag,
      summary: 'sources with their settings',
      answer: Sources,
    },
    async ({ door, account }) => pageOf(await door.sources(account.slug)),
  ),
  endpoint(
    {
      method: 'GET',
      path: '/sources/{name}',
      access: { needs: 'viewer', accountBy: 'query' },
      tag,
      summary: 'one source',
      answer: Source,
    },
    ({ door, account, param }) => door.source(account.slug, param('name')),
  ),
  endpoint(
    {
      ...{
        method: 'PATCH',
        path: '/sources/{name}',
        access: { needs: 'data_admin', accountBy: 'query' },
        tag,
      },
      summary:
        'changes settings of a source; null puts one back to its default; guards need an account administrator',
      ...{ body: SettingsChange, answer: Source },
      current: ({ door, account, c }) => door.source(account.slug, c.req.param('name') ?? ''),
    },
    ({ door, account, role, param, body }) => {
      const isGuarded = Object.keys(body).some((key) => GUARDS.has(key))
      if (isGuarded && !includes(role, 'account_admin')) {
        const needed = ROLE_NAMES.account_admin
        throw new ImportError('NOT_ALLOWED', { needed, role: ROLE_NAMES[role] })
      }
      return door.setSource(account.slug, param('name'), body)
    },
  ),
  endpoint(
    {
      method: 'GET',
      path: '/ownership',
      access: { needs: 'viewer', accountBy: 'query' },
      tag,
      summary: 'which source owns which field',
      answer: Ownership,
    },
    ({ door, account }) => door.fields.ownership(account.slug),
  ),
  endpoint(
    {
      ...{ method: 'PATCH', path: '/ownership', access: { needs: 'account_admin', accountBy: 'query' }, tag },
      ...{ summary: 'changes who owns a field; `dryRun` only shows it', answer: Ownership },
      ...{
        query: z.object({ dryRun: z.stringbool().default(false) }),
        body: ownershipChangeSchema,
      },
      current: ({ door, account }) => door.fields.ownership(account.slug),
    },
    ({ door, account, viewer, query, body }) =>
      query.dryRun
        ? door.fields.ownershipPreview(account.slug, body)
        : door.fields.setOwnership(account.slug, body, { by: viewer.name }),
  ),
]
