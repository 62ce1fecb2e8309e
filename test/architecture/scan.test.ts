import { expect, test } from 'vitest'
import { scan } from './scan.ts'

const IMPORTS: [source: string, found: (string | undefined)[]][] = [
  [`import './a.ts'`, ['./a.ts']],
  [`import a from "./a.ts"`, ['./a.ts']],
  [`import a, { b as c, type D } from './a.ts'`, ['./a.ts']],
  [`import * as a from './a.ts'`, ['./a.ts']],
  [`import {\n  a, // not './b.ts'\n  c,\n} from './a.ts'`, ['./a.ts']],
  [`import a from './a.json' with { type: 'json' }`, ['./a.json']],
  [`export * from './a.ts'; export * as b from './b.ts'`, ['./a.ts', './b.ts']],
  [`export { a }\nimport { b } from './b.ts'`, ['./b.ts']],
  [`export const a = 'from'; export default 'x'`, []],
  [`const a = await import('./a.ts')`, ['./a.ts']],
  ['const a = await import(`./a.ts`)', ['./a.ts']],
  [`const a = await import(\`./\${a}.ts\`)`, [undefined]],
  [`const a = await import(\n  /* later */ './a.ts'\n)`, ['./a.ts']],
  [`const a = require('./a.cjs')`, ['./a.cjs']],
  [`type A = import('./a.ts').A`, ['./a.ts']],
  [`const a = import.meta.url; thing.import('./a.ts'); important('./a.ts')`, []],
  [`// import './a.ts'\n/* import './b.ts' */`, []],
  [`const a = "import './a.ts'"; const b = \`import './b.ts'\``, []],
  [
    `const a = \`\${await import('./a.ts')} import './b.ts' \${b + \`\${{}}\`}\`; import './c.ts'`,
    ['./a.ts', './c.ts'],
  ],
  [`const quote = /['"\`]/g; import './a.ts'`, ['./a.ts']],
  [`const half = a / 2; const b = 'x' / 2; import './a.ts'`, ['./a.ts']],
  [`if (a) { } /[/'\\]]/.test(b); import './a.ts'`, ['./a.ts']],
  [`const url = 'http://x'; import './a.ts'`, ['./a.ts']],
  [`const apostrophe = 'it\\'s'; import './a.ts'`, ['./a.ts']],
]

test.each(IMPORTS)('in %j it sees what is imported', (source, found) => {
  expect(
    scan(source)
      .imports.map(({ specifier }) => specifier)
      .sort(),
  ).toEqual(found)
})

const TYPE_ONLY: [source: string, isTypeOnly: boolean][] = [
  [`import type A from './a.ts'`, true],
  [`import type { A } from './a.ts'`, true],
  [`import type * as A from './a.ts'`, true],
  [`export type { A } from './a.ts'`, true],
  [`export type * from './a.ts'`, true],
  [`import { type A } from './a.ts'`, false],
  [`import type from './a.ts'`, false],
  [`import type, { a } from './a.ts'`, false],
  [`import typed from './a.ts'`, false],
]

test.each(TYPE_ONLY)('%s takes types only: %s', (source, isTypeOnly) => {
  expect(scan(source).imports).toMatchObject([{ specifier: './a.ts', isTypeOnly }])
})

test('lines are those of the source, whatever was blanked', () => {
  const source = `/*\n*/ const a = \`\n\n\`\nimport './a.ts'`
  expect(scan(source)).toMatchObject({ lines: 5, imports: [{ line: 5 }] })
  expect(scan(source).code.split('\n')).toHaveLength(5)
})
