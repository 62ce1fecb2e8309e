/** The run object as a document: what scripts read. */
import type { Run } from '../../schemas/run.ts'

// Legal in JSON, and able to steer a terminal on which somebody looks at it.
const STEERING = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** Pretty-printed, with a newline at the end. */
export function reportJson(run: Run): string {
  const text = JSON.stringify(run, null, 2)
  return `${text.replace(STEERING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`
}
