/** `retention`: how long what came of a file is kept. */
import { type Removal, retentionSchema } from '../../schemas/retention.ts'
import { changeOf } from './assignments.ts'
import { type Context, jsonText, whoAmI } from './context.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'
import { type Column, tableText } from './table.ts'

interface Given {
  readonly account: string
  readonly json: boolean
}

export async function showRetention(
  { terminal, config }: Context,
  { account, json }: Given,
): Promise<number> {
  const view = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.retention.settings(account),
  )
  const rows = Object.entries(view.settings).map(([key, value]) => ({ key, value: String(value) }))
  await terminal.data(json ? jsonText(view) : tableText(SETTINGS, rows, terminal.outColors))
  return EXIT.done
}

export async function setRetention(
  { terminal, config }: Context,
  { account, json, words }: Given & { readonly words: readonly string[] },
): Promise<number> {
  const view = await withSession({ config, terminal, needs: 'look' }, async ({ door }) => {
    const { settings } = await door.retention.settings(account)
    return await door.retention.set(account, changeOf(words, settings), { by: whoAmI() })
  })
  if (json) await terminal.data(jsonText(view))
  terminal.say(`Set. \`rollcall retention preview --account ${account}\` tells what the next round removes.`)
  return EXIT.done
}

export async function removeOld(
  { terminal, config }: Context,
  { account, json, isPreview }: Given & { readonly isPreview: boolean },
): Promise<number> {
  const removal = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    isPreview ? door.retention.preview(account) : door.retention.run(account),
  )
  await terminal.data(json ? jsonText(removal) : `${removalText(removal)}\n`)
  return EXIT.done
}

function removalText({ isDone, files, bytes, rows, reports, messages }: Removal): string {
  const number = (count: number) => count.toLocaleString('en-US')
  const verb = isDone ? 'Removed' : 'Would be removed'
  return `${verb}: ${number(files)} delivered files (${number(Math.ceil(bytes / 1000))} kB), the rows of ${number(rows)} runs, the reports of ${number(reports)} runs, ${number(messages)} messages.`
}

const SETTINGS: readonly Column<{ key: string; value: string }>[] = [
  { header: 'Setting', cell: ({ key }) => key },
  { header: 'Value', align: 'right', cell: ({ value }) => value },
  { header: 'What it does', cell: ({ key }) => descriptions.get(key) ?? '' },
]

const descriptions = new Map(
  Object.entries(retentionSchema.shape).map(([key, schema]) => [key, schema.description ?? '']),
)
