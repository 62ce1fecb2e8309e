/** The programs and libraries that customers upload with, each run for real against one server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { notTested } from '../../support/sftp-programs.ts'
import { CLIENTS } from './all.ts'
import { type Bench, openBench } from './client.ts'

let modern: Bench
let old: Bench

beforeAll(async () => {
  modern = await openBench({ takesOldClients: false })
  old = await openBench({ takesOldClients: true })
})

afterAll(async () => {
  await modern[Symbol.asyncDispose]()
  await old[Symbol.asyncDispose]()
})

describe.each(CLIENTS)('$name', ({ name, install, isOld, version, errands }) => {
  test.each(errands)('$name', async ({ run }) => {
    if ((await version()) === null) return notTested(`${name} is not installed (${install})`)
    const bench = isOld ? old : modern
    expect(await run(bench)).toBeTypeOf('string')
  })
})
