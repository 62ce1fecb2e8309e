/** What the control socket answers about connections, and the same at its other end. */
import { z } from 'zod'
import { autoSyncChangeSchema, connectionSchema, readAccessSchema } from '../../schemas/connection.ts'
import {
  apiFieldSchema,
  mappingChangeSchema,
  mappingImpactSchema,
  mappingVersionSchema,
} from '../../schemas/connection-mapping.ts'
import { givenSecretsSchema } from '../../schemas/connection-secrets.ts'
import { CONNECTOR_KINDS } from '../../schemas/hris/connection.ts'
import { runSchema } from '../../schemas/run.ts'
import type { HrisDoor } from './hris-door.ts'
import { type Ask, one } from './method.ts'

const kind = z.enum(CONNECTOR_KINDS)
const named = z.tuple([z.string(), z.string()])
const word = z.object({ by: z.string() })
const settings = z.record(z.string(), z.json())
const reason = z.string().nullable()
const connected = z.object({ connection: connectionSchema, page: z.string().nullable() })
const versions = z.array(mappingVersionSchema)
const newConnection = z.object({
  kind,
  source: z.string().exactOptional(),
  settings,
  secrets: givenSecretsSchema,
})

export const HRIS_METHODS = {
  'hris.readAccess': one(z.tuple([kind]), z.array(readAccessSchema), async ({ hris }, of) => [
    ...(await hris.readAccess(of)).map((one) => ({ ...one, fields: [...one.fields] })),
  ]),
  'hris.list': one(z.tuple([z.string().nullable()]), z.array(connectionSchema), ({ hris }, slug) =>
    hris.list(slug),
  ),
  'hris.show': one(named, connectionSchema, ({ hris }, slug, source) => hris.show(slug, source)),
  'hris.connect': one(z.tuple([z.string(), newConnection]), connected, ({ hris }, slug, given) =>
    hris.connect(slug, given),
  ),
  'hris.reauthorize': one(
    z.tuple([z.string(), z.string(), givenSecretsSchema.nullable()]),
    connected,
    ({ hris }, slug, source, secrets) => hris.reauthorize(slug, source, secrets),
  ),
  'hris.finalise': one(z.tuple([z.string(), z.string(), word]), runSchema, ({ hris }, slug, source, by) =>
    hris.finalise(slug, source, by),
  ),
  'hris.sync': one(z.tuple([z.string(), z.string(), word]), runSchema, ({ hris }, slug, source, by) =>
    hris.sync(slug, source, by),
  ),
  'hris.setAutoSync': one(
    z.tuple([z.string(), z.string(), autoSyncChangeSchema]),
    connectionSchema,
    ({ hris }, slug, source, change) => hris.setAutoSync(slug, source, change),
  ),
  'hris.configure': one(
    z.tuple([z.string(), z.string(), settings]),
    connectionSchema,
    ({ hris }, slug, source, change) => hris.configure(slug, source, change),
  ),
  'hris.pause': one(named, connectionSchema, ({ hris }, slug, source) => hris.pause(slug, source)),
  'hris.resume': one(named, connectionSchema, ({ hris }, slug, source) => hris.resume(slug, source)),
  'hris.disconnect': one(named, connectionSchema, ({ hris }, slug, source) => hris.disconnect(slug, source)),
  'hris.mappings': one(named, versions, ({ hris }, slug, source) => hris.mappings(slug, source)),
  'hris.mappable': one(named, z.array(apiFieldSchema), ({ hris }, slug, source) =>
    hris.mappable(slug, source),
  ),
  'hris.proposeMapping': one(
    z.tuple([z.string(), z.string(), z.object({ change: mappingChangeSchema, by: z.string(), reason })]),
    mappingImpactSchema,
    ({ hris }, slug, source, proposal) => hris.proposeMapping(slug, source, proposal),
  ),
  'hris.useMapping': one(
    z.tuple([z.string(), z.string(), z.int()]),
    versions,
    ({ hris }, slug, source, version) => hris.useMapping(slug, source, version),
  ),
  'hris.revertMapping': one(
    z.tuple([z.string(), z.string(), z.object({ to: z.int(), by: z.string(), reason })]),
    versions,
    ({ hris }, slug, source, back) => hris.revertMapping(slug, source, back),
  ),
  'hris.work': one(z.tuple([]), z.null(), ({ hris }) => hris.work()),
} as const

export function remoteHris(ask: Ask<typeof HRIS_METHODS>): HrisDoor {
  return {
    readAccess: (of) => ask('hris.readAccess', [of]),
    list: (account) => ask('hris.list', [account]),
    show: (account, source) => ask('hris.show', [account, source]),
    connect: (account, given) => ask('hris.connect', [account, given]),
    reauthorize: (account, source, secrets) => ask('hris.reauthorize', [account, source, secrets]),
    finalise: (account, source, by) => ask('hris.finalise', [account, source, by]),
    sync: (account, source, by) => ask('hris.sync', [account, source, by]),
    setAutoSync: (account, source, change) => ask('hris.setAutoSync', [account, source, change]),
    configure: (account, source, change) => ask('hris.configure', [account, source, change]),
    pause: (account, source) => ask('hris.pause', [account, source]),
    resume: (account, source) => ask('hris.resume', [account, source]),
    disconnect: (account, source) => ask('hris.disconnect', [account, source]),
    mappings: (account, source) => ask('hris.mappings', [account, source]),
    mappable: (account, source) => ask('hris.mappable', [account, source]),
    proposeMapping: (account, source, proposal) => ask('hris.proposeMapping', [account, source, proposal]),
    useMapping: (account, source, version) => ask('hris.useMapping', [account, source, version]),
    revertMapping: (account, source, back) => ask('hris.revertMapping', [account, source, back]),
    work: () => ask('hris.work', []),
  }
}
