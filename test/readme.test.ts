import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ERRORS } from '../schemas/errors.ts'
import { ISSUES } from '../schemas/issues.ts'
import { casesMarkdown, PARTS, unexplained, withParts } from './support/readme.ts'

const README = new URL('../README.md', import.meta.url)

test('every generated part of the README says what the program says (npm run docs rewrites it)', () => {
  const readme = readFileSync(README, 'utf8')
  const now = withParts(readme)
  if (process.env['UPDATE_README'] === '1') writeFileSync(README, now)
  else expect(readme).toBe(now)
})

test('the list of fixtures says what their cases say (npm run docs rewrites it)', () => {
  const path = new URL('../fixtures/README.md', import.meta.url)
  const readme = readFileSync(path, 'utf8')
  const now = withParts(readme, { cases: casesMarkdown })
  if (process.env['UPDATE_README'] === '1') writeFileSync(path, now)
  else expect(readme).toBe(now)
  expect(now).toContain('`unclosed-quote`')
})

test('every part that is made has a place in the README', () => {
  const readme = readFileSync(README, 'utf8')
  for (const name of Object.keys(PARTS)) expect(readme).toContain(`<!-- generated:${name} -->`)
})

test('every code in capitals that the README names exists, and every code that exists is named', () => {
  const readme = readFileSync(README, 'utf8')
  const named = new Set(readme.match(/`[A-Z]+(?:_[A-Z]+)+`/g)?.map((code) => code.slice(1, -1)))
  const known = new Set([...Object.keys(ISSUES), ...Object.keys(ERRORS)])
  const settings = /^ROLLCALL_/
  expect([...named].filter((code) => !known.has(code) && !settings.test(code))).toEqual([])
  expect([...known].filter((code) => !named.has(code))).toEqual([])
})

test('every dependency has its reason', () => {
  expect(unexplained()).toEqual([])
})
