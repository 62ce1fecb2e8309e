/** What Merge answers. Every field may be null or missing, and a reference may be an id or the whole object. */
import { z } from 'zod'
import { apiId, looseText } from './loose.ts'

/** The id of something that is referred to. */
const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]).nullish()

/** The place where the next page begins; documents show it bare and as an address that holds it. */
const next = z
  .string()
  .nullish()
  .transform((text) => {
    if (text === null || text === undefined || text === '') return null
    return /^https?:\/\//.test(text) ? new URL(text).searchParams.get('cursor') : text
  })

const pageOf = <T extends z.ZodType>(item: T) => z.object({ next, results: z.array(item) })

/** A value of the customer's own field, bare or wrapped. */
const mappedValue = z
  .union([looseText, z.object({ value: z.unknown() }).transform(({ value }) => scalar(value))])
  .catch(null)

function scalar(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

const mappedValues = z.record(z.string(), mappedValue).nullish()

export const mergeEmployeeSchema = z.object({
  id: apiId,
  remote_id: looseText,
  employee_number: looseText,
  ...{ first_name: looseText, last_name: looseText, preferred_name: looseText, display_full_name: looseText },
  ...{ work_email: looseText, personal_email: looseText, mobile_phone_number: looseText },
  groups: z.array(reference).nullish(),
  work_location: reference,
  manager: reference,
  gender: looseText,
  ...{ date_of_birth: looseText, start_date: looseText, hire_date: looseText, termination_date: looseText },
  employment_status: looseText,
  remote_was_deleted: z.boolean().nullish(),
  field_mappings: z
    .object({ organization_defined_targets: mappedValues, linked_account_defined_targets: mappedValues })
    .nullish(),
})
export type MergeEmployee = z.output<typeof mergeEmployeeSchema>
export const mergeEmployeesSchema = pageOf(mergeEmployeeSchema)

export const mergeGroupsSchema = pageOf(z.object({ id: apiId, name: looseText, type: looseText }))

export const mergeLocationsSchema = pageOf(
  z.object({ id: apiId, name: looseText, city: looseText, state: looseText }),
)

// Pay is part of it as well; a schema passes on only what it names.
export const mergeEmploymentsSchema = pageOf(
  z.object({
    ...{ employee: reference, job_title: looseText, employment_type: looseText, effective_date: looseText },
  }),
)

export const mergeSyncStatusSchema = pageOf(
  z.object({
    ...{ model_name: looseText, model_id: looseText, status: looseText, last_sync_result: looseText },
    is_initial_sync: z.boolean().nullish(),
  }),
)
export type MergeSyncStatus = z.output<typeof mergeSyncStatusSchema>['results'][number]

export const mergeAccountSchema = z.object({
  ...{ id: looseText, integration: looseText, integration_slug: looseText, category: looseText },
  ...{ end_user_organization_name: looseText, status: looseText },
})

export const mergeScopesSchema = z.object({
  common_models: z.array(
    z.object({
      model_name: z.string(),
      model_permissions: z
        .object({ READ: z.object({ is_enabled: z.boolean().nullish() }).nullish() })
        .nullish(),
      field_permissions: z.object({ disabled_fields: z.array(z.string()).nullish() }).nullish(),
    }),
  ),
})
export type MergeScopes = z.output<typeof mergeScopesSchema>
