import { expect, test } from 'vitest'
import { openTestImporter } from '../../support/importer.ts'

test('a run that comes to rest leaves one line, without a word of the file; one that needs a look warns', async () => {
  const of = await openTestImporter('sqlite')
  const good = await of.deliver('Name,Email\nCanary Person,canary@example.org\n', { fileName: 'canary.csv' })
  const bad = await of.deliver('Canary Person\n', { fileName: 'canary.csv' })
  const told = of.log.filter(({ text }) => text === 'a run came to rest')
  expect(told).toMatchObject([
    { level: 'info', run: good.id, state: 'succeeded', counts: { read: 1, created: 1 }, holds: [] },
    { level: 'warn', run: bad.id, state: 'rejected', counts: {}, codes: { HDR_MISSING_REQUIRED: 1 } },
  ])
  expect(JSON.stringify(of.log)).not.toMatch(/canary/i)
})
