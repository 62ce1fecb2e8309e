/**
 * What a connection to an HRIS is set to. Addresses are settings because documents disagree on some of them, and so
 * that a simulator can stand in; everything has the default that a customer needs.
 */
import { z } from 'zod'

export const CONNECTOR_KINDS = ['justworks', 'trinet', 'merge'] as const
export type ConnectorKind = (typeof CONNECTOR_KINDS)[number]

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Without encryption only to this machine itself: there a simulator runs. The client refuses even that by default. */
const address = z
  .url()
  .refine((text) => {
    const { protocol, hostname, username, password } = new URL(text)
    const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))
    return isSafe && username === '' && password === ''
  }, 'use an https:// address without a user name')
  .transform((text) => text.replace(/\/+$/, ''))

const requestsPerMinute = (count: number) =>
  z
    .int()
    .min(1)
    .max(1_000_000)
    .default(count)
    .describe('How many requests a minute the API allows; more are not sent.')

const common = {
  fields: z
    .array(z.string().min(1).max(255))
    .nullable()
    .default(null)
    .describe(
      'Fields of the API that are read and kept; null for those of the automatic mapping. Nothing else is ever stored.',
    ),
}

export const justworksSettingsSchema = z.strictObject({
  kind: z.literal('justworks'),
  apiUrl: address.default('https://public-api.justworks.com').describe('Where the API answers.'),
  authorizeUrl: address
    .default('https://payroll.justworks.com/oauth/authorize')
    .describe('The page on which an administrator gives consent.'),
  consent: z
    .strictObject({ dateOfBirth: z.boolean().default(false), sex: z.boolean().default(false) })
    .default({ dateOfBirth: false, sex: false })
    .describe('What is asked for besides: Justworks shows a box for it, which may be left unticked.'),
  employeeIdFrom: z
    .enum(['work_id', 'id'])
    .default('work_id')
    .describe('Which field is the Employee Id. Changing it gives everybody another one.'),
  requestsPerMinute: requestsPerMinute(120),
  ...common,
})

export const trinetSettingsSchema = z.strictObject({
  kind: z.literal('trinet'),
  apiUrl: address.default('https://api.trinet.com').describe('Where the API answers.'),
  product: z
    .enum(['peo', 'hr-plus', 'hr-platform'])
    .default('peo')
    .describe('The TriNet product. Only PEO has the API that is read here; the others are refused by name.'),
  companyId: z
    .string()
    .regex(/^[A-Za-z0-9]{1,20}$/, 'use the letters and digits of the Company ID')
    .describe('The Company ID shown in the Integration Center.'),
  employeeIdFrom: z
    .enum(['employeeId', 'alternateId'])
    .default('employeeId')
    .describe('Which field is the Employee Id. Changing it gives everybody another one.'),
  requestsPerMinute: requestsPerMinute(120),
  ...common,
})

export const mergeSettingsSchema = z.strictObject({
  kind: z.literal('merge'),
  apiUrl: address
    .default('https://api.merge.dev/api')
    .describe('Where the API answers: api-eu or api-ap for the other regions.'),
  employeeIdFrom: z
    .union([z.enum(['employee_number', 'remote_id']), z.string().regex(/^field_mappings\.\S(?:.*\S)?$/)])
    .default('employee_number')
    .describe(
      'Which field is the Employee Id, `field_mappings.<name>` for one of your own. Changing it gives everybody another one.',
    ),
  requestsPerMinute: requestsPerMinute(100),
  ...common,
})

export const connectionSettingsSchema = z.discriminatedUnion('kind', [
  justworksSettingsSchema,
  trinetSettingsSchema,
  mergeSettingsSchema,
])
export type JustworksSettings = z.output<typeof justworksSettingsSchema>
export type TrinetSettings = z.output<typeof trinetSettingsSchema>
export type MergeSettings = z.output<typeof mergeSettingsSchema>
export type ConnectionSettings = z.output<typeof connectionSettingsSchema>
