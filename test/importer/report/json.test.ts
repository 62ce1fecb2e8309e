/** The run object as a document. */
import { expect, test } from 'vitest'
import { reportJson } from '../../../importer/report/json.ts'
import { runSchema } from '../../../schemas/run.ts'
import { aRun, RUNS } from './sample-runs.ts'

test('is the run object, to the letter, and ends with a newline', () => {
  for (const run of Object.values(RUNS)) {
    const text = reportJson(run)
    expect(runSchema.parse(JSON.parse(text))).toEqual(run)
    expect(text.endsWith('}\n')).toBe(true)
  }
})

test('a name that would steer a terminal comes back the same and does not steer it', () => {
  const fileName = 'a\u009b2Jb\u202ec\u001bd.csv'
  const text = reportJson(aRun({ fileName }))
  expect(JSON.parse(text).fileName).toBe(fileName)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
})
