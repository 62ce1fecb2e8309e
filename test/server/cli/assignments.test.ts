import { describe, expect, test } from 'vitest'
import { sourceSettingsSchema } from '../../../schemas/account.ts'
import { changeOf } from '../../../server/cli/assignments.ts'

const current = sourceSettingsSchema.parse({
  mapping: { Team: { kind: 'demographic', label: 'Squad' } },
  values: { Country: { UK: 'United Kingdom' } },
})

describe('a setting as it is typed', () => {
  test.each([
    ['leaversMax=20', { leaversMax: 20 }],
    ['leaversMax=', { leaversMax: null }],
    ['reactivate=true', { reactivate: true }],
    ['datePattern=DD/MM/YYYY', { datePattern: 'DD/MM/YYYY' }],
    ['encoding=windows-1252', { encoding: 'windows-1252' }],
    ['clearTokens=_reset, {empty}', { clearTokens: ['_reset', '{empty}'] }],
    ['clearTokens=["a,b"]', { clearTokens: ['a,b'] }],
    [
      'mapping.Kst=Cost Centre',
      { mapping: { ...current.mapping, Kst: { kind: 'demographic', label: 'Cost Centre' } } },
    ],
    [
      'mapping.Pers.-Nr.=employee number',
      { mapping: { ...current.mapping, 'Pers.-Nr.': { kind: 'field', field: 'employeeId' } } },
    ],
    ['mapping.Notes=-', { mapping: { ...current.mapping, Notes: { kind: 'ignore' } } }],
    ['mapping.Team=', { mapping: {} }],
    ['blankOf.Location=clear', { blankOf: { Location: 'clear' } }],
    ['datePatternOf.Start Date=MM/DD/YYYY', { datePatternOf: { 'Start Date': 'MM/DD/YYYY' } }],
    ['values.Country.NL=Netherlands', { values: { Country: { UK: 'United Kingdom', NL: 'Netherlands' } } }],
    ['values.Country.UK=', { values: {} }],
    ['values.Dept. of.HR=People', { values: { ...current.values, 'Dept. of': { HR: 'People' } } }],
  ])('%s', (word, change) => {
    expect(changeOf([word], current)).toEqual(change)
  })

  test('several words for one setting add up', () => {
    expect(changeOf(['blankOf.A=clear', 'blankOf.B=keep', 'blankOf.A='], current)).toEqual({
      blankOf: { B: 'keep' },
    })
  })

  test.each([
    ['leaversMax', /is no setting/],
    ['=1', /is no setting/],
    ['leaversMax.a=1', /has no parts/],
    ['leavrsMax=1', /no setting "leavrsMax"/],
    ['mappings.A=-', /no setting "mappings"/],
  ])('%s is refused with what to write', (word, message) => {
    expect(() => changeOf([word], current)).toThrow(message)
  })
})
