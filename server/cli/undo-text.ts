/** What taking a run back would do, as a person reads it before saying yes. */
import type { UndoPreview } from '../../importer/types.ts'
import { type Colors, printable, type Terminal } from './terminal.ts'

type Person = UndoPreview['people'][number]

/** People that are named a heading; the numbers above say how many there are. */
const NAMED_MAX = 20

export function undoText(preview: UndoPreview, { outColors }: Terminal): string {
  const { run, fileName, account, people, isTruncated, demographics } = preview
  const by = Map.groupBy(people, ({ action }) => action)
  const keeping = people.filter(({ kept }) => kept.length > 0)
  const blocks = [
    `${outColors.bold(`Taking back run ${run}`)} ${outColors.dim(`(${printable(fileName)}, account ${account})`)}`,
    sums(preview),
    block('Stays as it is', keeping, reasons, outColors),
    block('Put back', by.get('restore') ?? [], changes, outColors),
    block('Removed', by.get('remove') ?? [], () => [], outColors),
    block('Brought back', by.get('recreate') ?? [], () => [], outColors),
    demographics.length > 0 ? `Stay, without a value: ${demographics.map(printable).join(', ')}` : '',
    isTruncated ? outColors.dim('Not everybody is listed; --json lists more.') : '',
  ]
  return `\n${blocks.filter((text) => text !== '').join('\n\n')}\n`
}

function sums({ restored, values, removed, recreated, kept }: UndoPreview): string {
  const stays = Object.values(kept).reduce((sum, count) => sum + count, 0)
  const lines: readonly (readonly [number, string])[] = [
    [
      restored,
      `${restored === 1 ? 'person is' : 'people are'} put back as they were (${number(values)} ${values === 1 ? 'value' : 'values'})`,
    ],
    [
      removed,
      `${removed === 1 ? 'person' : 'people'} whom the run made ${removed === 1 ? 'is' : 'are'} removed`,
    ],
    [recreated, `${recreated === 1 ? 'person comes' : 'people come'} back`],
    [stays, `${stays === 1 ? 'thing stays' : 'things stay'} as ${stays === 1 ? 'it is' : 'they are'}`],
  ]
  const some = lines.filter(([count]) => count > 0)
  const width = Math.max(...some.map(([count]) => number(count).length))
  return some.map(([count, words]) => `  ${number(count).padStart(width)}  ${words}`).join('\n')
}

function block(
  title: string,
  people: readonly Person[],
  details: (person: Person, colors: Colors) => string[],
  colors: Colors,
): string {
  if (people.length === 0) return ''
  const lines = people
    .slice(0, NAMED_MAX)
    .flatMap((person) => [`  ${nameOf(person, colors)}`, ...details(person, colors)])
  const more = people.length > NAMED_MAX ? [colors.dim('  …')] : []
  return [colors.bold(title), ...lines, ...more].join('\n')
}

function nameOf({ name, employeeId, email }: Person, colors: Colors): string {
  const keys = [employeeId, email].filter((key) => key !== null).map(printable)
  return `${printable(name ?? '')}  ${colors.dim(keys.join('  '))}`
}

function changes({ changes: all }: Person, colors: Colors): string[] {
  return all.map(
    ({ field, now, former }) => `    ${printable(field)}: ${shown(now, colors)} → ${shown(former, colors)}`,
  )
}

function reasons({ kept }: Person, colors: Colors): string[] {
  return kept.map(({ message }) => `    ${colors.yellow(printable(message))}`)
}

function shown(value: string | null, colors: Colors): string {
  return value === null ? colors.dim('nothing') : printable(value)
}

function number(count: number): string {
  return count.toLocaleString('en-US')
}
