/** What a run whose file was read from an HRIS knows besides the file. Loads the connectors only for such a run. */

import { headerOf } from '../../schemas/columns.ts'
import { isConnectorKind } from '../../schemas/connection.ts'
import { SYSTEMS } from '../../schemas/connection-secrets.ts'
import { snapshotSchema } from '../../schemas/delivery.ts'
import type { ConnectorKind } from '../../schemas/hris/connection.ts'
import type { MappedTarget } from '../../schemas/mapping.ts'
import type { Db } from '../db/open.ts'
import type { RunRow } from '../db/tables.ts'
import type { FromApi } from '../plan/from-api.ts'
import { parsePlanFacts } from './plan-facts.ts'
import type { Source } from './source.ts'

/** Null for every other run. */
export async function fromApi(
  db: Db,
  run: RunRow,
  { kind, settings }: Source,
  last: Pick<RunRow, 'plan'> | undefined,
): Promise<FromApi | null> {
  if (run.snapshot === null || !isConnectorKind(kind)) return null
  const connection = await db
    .selectFrom('connection')
    .select('connected_at')
    .where('account_id', '=', run.account_id)
    .where('source', '=', run.source)
    .executeTakeFirst()
  return {
    system: SYSTEMS[kind],
    isFirst: connection?.connected_at == null,
    lastFill: parsePlanFacts(last?.plan ?? null)?.fill ?? null,
    permissions: await permissionsOf(kind, settings.mapping),
    notes: snapshotSchema.parse(JSON.parse(run.snapshot)).notes,
  }
}

async function permissionsOf(
  kind: ConnectorKind,
  mapping: Readonly<Record<string, MappedTarget>>,
): Promise<Map<string, string>> {
  const { connectorOf } = await import('../connectors/registry.ts')
  const { automaticMapping } = connectorOf(kind)
  const named = new Map(automaticMapping.map(({ field, permission }) => [field, permission]))
  return new Map(
    Object.entries(mapping).flatMap(([field, target]) => {
      if (target.kind === 'ignore') return []
      const name = target.kind === 'field' ? headerOf(target.field) : target.label
      return [[name, named.get(field) ?? `read access to ${field}`] as const]
    }),
  )
}
