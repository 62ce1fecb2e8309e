/**
 * What Justworks answers. Empty values are left out altogether; null is taken for the same. Where no document shows
 * the inside of a value, every form that other clients have met is accepted, and what is none of them becomes null:
 * one odd entry must not cost the whole list.
 */
import { z } from 'zod'
import { apiId, looseText } from './loose.ts'

const entry = z.union([
  z.string().transform((value) => ({ value, type: '', isPrimary: false })),
  z
    .object({
      ...{ address: looseText, email: looseText, number: looseText, phone: looseText, value: looseText },
      ...{ country_code: looseText, type: looseText, is_primary: z.boolean().nullish() },
    })
    .transform((one) => ({
      value: `${plus(one.country_code)}${one.address ?? one.email ?? one.number ?? one.phone ?? one.value ?? ''}`,
      type: (one.type ?? '').toLowerCase(),
      isPrimary: one.is_primary ?? false,
    })),
])

/** `{country_code: "1", number: "2125550100"}` is one way in which a phone number is written. */
function plus(countryCode: string | null | undefined): string {
  return countryCode === null || countryCode === undefined ? '' : `+${countryCode.replace(/^\+/, '')}`
}

/** An address or a number with what kind it is; null where it cannot be read. */
const entries = z.array(entry.nullable().catch(null)).nullish()

/** A department or an office: an object, or only its name. */
const named = z
  .union([
    z.string().transform((name) => ({ id: null, name })),
    z
      .object({ id: looseText, name: looseText })
      .transform(({ id, name }) => ({ id: id ?? null, name: name ?? '' })),
  ])
  .nullish()
  .catch(null)

const manager = z
  .union([
    apiId.transform((id) => ({ id, name: '' })),
    z
      .object({ id: looseText, member_id: looseText, name: looseText.catch(null) })
      .transform(({ id, member_id, name }) => ({ id: id ?? member_id ?? null, name: name ?? '' })),
  ])
  .nullish()
  .catch(null)

export const justworksMemberSchema = z.object({
  id: apiId,
  work_id: looseText,
  name: z
    .object({
      ...{ given_name: looseText, family_name: looseText },
      ...{ preferred_name: looseText, full_preferred_name: looseText },
    })
    .nullish(),
  active: z.boolean().nullish(),
  type: looseText,
  emails: entries,
  phones: entries,
  date_of_birth: looseText,
  sex_assigned_at_birth: looseText,
  employment_start_date: looseText,
  employment_termination_date: looseText,
  job_title: looseText,
  department: named,
  office: named,
  manager,
})
export type JustworksMember = z.output<typeof justworksMemberSchema>
export type JustworksEntry = z.output<typeof entry>

export const justworksMembersSchema = z.object({
  items: z.array(justworksMemberSchema),
  next_cursor: looseText,
})

export const justworksCompanySchema = z.object({
  id: looseText,
  name: looseText,
  legal_name: looseText,
})

export const justworksCustomFieldsSchema = z.object({
  items: z.array(z.object({ id: apiId, label: looseText })),
})

export const justworksFieldValuesSchema = z.object({
  items: z.array(z.object({ id: apiId, values: z.array(looseText).nullish() })),
})
