/**
 * What TriNet answers. Its documents show two forms of the same employee, one with departments, places and
 * supervisors as objects and one without; both are accepted, and so are the names that they misspell.
 */
import { z } from 'zod'
import { apiId, looseNumber, looseText } from './loose.ts'

const name = z.object({
  ...{ nameType: looseText, firstName: looseText, lastName: looseText },
})

const department = z.object({ deptId: looseText, deptName: looseText, departmentName: looseText }).nullish()

const location = z
  .object({
    ...{ locationId: looseText, locationName: looseText },
    ...{ locationtId: looseText, locationtName: looseText },
  })
  .nullish()
  .transform((one) => ({
    id: one?.locationId ?? one?.locationtId ?? null,
    name: one?.locationName ?? one?.locationtName ?? null,
  }))

const supervisor = z.object({ supervisorId: looseText, supervisorName: looseText }).nullish()

const employmentInfo = z.object({
  ...{ workEmail: looseText, businessTitle: looseText, jobCode: looseText },
  ...{ serviceDate: looseText, terminationDate: looseText, employmentStatus: looseText },
  ...{ employeeType: looseText, regularTemporary: looseText, temporaryIndicator: looseText },
  ...{ customGroupA: looseText, groupA: looseText, customGroupB: looseText, groupB: looseText },
  ...{ department, departmentId: looseText, location, locationId: looseText, locationtId: looseText },
  ...{ supervisor, supervisorId: looseText, supervisorName: looseText },
})

export const trinetEmployeeSchema = z.object({
  employeeId: apiId,
  alternateId: looseText,
  names: z.array(name).nullish(),
  bioInfo: z.object({ birthdate: looseText, birthDate: looseText, gender: looseText }).nullish(),
  employmentInfo: employmentInfo.nullish(),
  departmentSplit: z.array(department).nullish(),
  supervisorId: looseText,
})
export type TrinetEmployee = z.output<typeof trinetEmployeeSchema>

export const trinetEmployeesSchema = z.object({
  data: z.object({
    employeesTotal: looseNumber,
    hasMore: z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]).nullish(),
    employeeData: z.array(trinetEmployeeSchema).nullish(),
  }),
})
export type TrinetEmployees = z.output<typeof trinetEmployeesSchema>['data']

export const trinetDepartmentsSchema = z.object({
  data: z.array(z.object({ deptId: apiId, deptName: looseText })).nullish(),
})

export const trinetLocationsSchema = z.object({
  data: z.array(z.object({ locationId: apiId, locationName: looseText })).nullish(),
})

export const trinetCompanySchema = z.object({
  data: z.object({ companyId: looseText, companyName: looseText, legalName: looseText }),
})
