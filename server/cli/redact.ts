/** `redact`: columns that an account keeps nothing of. */
import type { RedactionView } from '../../importer/types.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import { printable, type Terminal } from './terminal.ts'

export async function showRedaction(
  { terminal, config }: Context,
  { account, json }: { readonly account: string; readonly json: boolean },
): Promise<number> {
  const view = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.fields.redactionPreview(account, []),
  )
  await terminal.data(json ? jsonText(view) : viewText(view, terminal))
  return EXIT.done
}

export interface RedactOptions {
  readonly verb: 'apply' | 'end'
  readonly account: string
  /** Headers or labels. */
  readonly columns: readonly string[]
  readonly yes: boolean
  readonly json: boolean
}

export async function setRedaction(
  { terminal, config }: Context,
  { verb, account, columns, yes, json }: RedactOptions,
): Promise<number> {
  const by = whoAmI()
  const view = await withSession({ config, terminal, needs: 'look' }, ({ door: { fields } }) => {
    if (!yes) return fields.redactionPreview(account, verb === 'apply' ? columns : [])
    return verb === 'apply'
      ? fields.redact(account, columns, { by })
      : fields.endRedaction(account, columns, { by })
  })
  await terminal.data(json ? jsonText(view) : viewText(view, terminal))
  if (yes && verb === 'apply') terminal.say('Taken out. Backups, and what was sent to others, still hold it.')
  if (yes) return EXIT.done
  terminal.say(
    verb === 'apply'
      ? 'Nothing was changed. Add --yes to do it; nothing brings the values back.'
      : 'Nothing was changed. Add --yes to let them be read again.',
  )
  return EXIT.held
}

function viewText({ fields, found, isDone }: RedactionView, { outColors }: Terminal): string {
  if (fields.length === 0) return 'Nothing is redacted.\n'
  const { people, changes, planRows, files } = found
  const number = (count: number) => count.toLocaleString('en-US').padStart(9)
  return [
    `${outColors.bold('Redacted')}  ${fields.map(printable).join(', ')}`,
    isDone ? 'Taken out:' : 'Stored of it:',
    `${number(people)}  people with a value`,
    `${number(changes)}  entries of the history`,
    `${number(planRows)}  rows of plans`,
    `${number(files)}  delivered files and rejected rows, which may hold it`,
    '',
  ].join('\n')
}
