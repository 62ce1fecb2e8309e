/** One company's list, night after night: two people in a hundred have another job title than the night before. */
import { type InventedPerson, makePeople } from '../../support/people.ts'

export function companyOf(count: number): InventedPerson[] {
  return makePeople({ seed: 7, count })
}

export function nightOf(company: readonly InventedPerson[], night: number): InventedPerson[] {
  return company.map((person, position) =>
    (position + night) % 50 === 0
      ? { ...person, 'Job Title': `Grade ${night % 9} ${person['Job Title']}` }
      : person,
  )
}
