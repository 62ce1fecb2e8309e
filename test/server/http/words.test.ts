import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const PAGES = join(import.meta.dirname, '..', '..', '..', 'server', 'http', 'pages')
/** Coming in, and consenting to an HRIS, have their words beside their forms. */
const OTHERS = ['sign-in.ts', 'error-page.ts', 'layout.ts', 'me.ts', 'connect.ts']
/** Names that are the same in every language. */
const NAMES = ['UTC', '/inbox', '/test', '/results']

/** Text between two tags, or in an attribute that is read to people, that no catalogue holds. */
function wordsIn(source: string): string[] {
  const templates = [...source.matchAll(/html`((?:[^`\\]|\\.)*)`/g)].map(([, text = '']) => text)
  return templates.flatMap((text) => {
    // What stands in braces is a value, whatever it is made of.
    const plain = text.replace(/\$\{[^}]*\}?/g, '')
    const between = [...plain.matchAll(/>([^<>{}]*[a-z]{3,}[^<>{}]*)</gi)].map(([, words = '']) => words)
    const said = [...plain.matchAll(/(?:title|aria-label|placeholder)="([^"]*[a-z]{3,}[^"]*)"/gi)].map(
      ([, words = '']) => words,
    )
    return [...between, ...said]
      .map((words) => words.trim())
      .filter((words) => !NAMES.includes(words) && !/^[)`},;:?\s]|=>/.test(words))
  })
}

test('no page has words of its own: they stand in the catalogue', () => {
  const files = globSync('{*,chart/*,routes/*}.ts', { cwd: PAGES }).filter((file) => !OTHERS.includes(file))
  expect(files.length).toBeGreaterThan(20)
  const found = files.flatMap((file) =>
    wordsIn(readFileSync(join(PAGES, file), 'utf8')).map((words) => `${file}: ${words}`),
  )
  expect(found).toEqual([])
})

/** As it stands in a template. */
const VALUE = `$\{WORDS.look}`

test('a word that was forgotten is noticed', () => {
  expect(wordsIn('html`<p>Hello there</p>`')).toEqual(['Hello there'])
  expect(wordsIn(`html\`<a title="Look at it" href="x">${VALUE}</a>\``)).toEqual(['Look at it'])
  expect(wordsIn(`html\`<p class="soft">${VALUE}</p>\``)).toEqual([])
})
