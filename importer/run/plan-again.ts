import type { Hold } from '../../schemas/run.ts'
import { describeCode } from '../report/issue-text.ts'

/** Why a run waits that was held before and whose new plan, against another roster, trips nothing. */
export function plannedAgain(): Hold {
  return { code: 'PLAN_AGAIN', rows: 0, message: describeCode('PLAN_AGAIN', {}).message }
}
