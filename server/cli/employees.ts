/** `employee`: one person, with where everything that is known of them came from. */
import { type Context, jsonText } from './context.ts'
import { employeeText } from './employee-text.ts'
import { EXIT } from './failure.ts'
import { withSession } from './session.ts'

export interface ShowEmployeeOptions {
  /** An Employee Id or Email. */
  readonly key: string
  readonly account: string
  readonly asOf?: string
  readonly history: boolean
  readonly json: boolean
}

export async function showEmployee(
  { terminal, config }: Context,
  { key, account, asOf, history, json }: ShowEmployeeOptions,
): Promise<number> {
  const employee = await withSession({ config, terminal, needs: 'look' }, ({ door }) =>
    door.employee(account, key, asOf === undefined ? {} : { asOf }),
  )
  await terminal.data(json ? jsonText(employee) : employeeText(employee, terminal, { history }))
  return EXIT.done
}
