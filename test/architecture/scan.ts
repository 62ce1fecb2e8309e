// Finds what a TypeScript file imports without a compiler: comments, strings, templates and regular expressions are
// blanked out first, so that nothing inside them is taken for code.

export interface ImportOf {
  /** As written: './plan.ts', 'node:fs', 'kysely'; undefined where the code computes it. */
  specifier: string | undefined
  line: number
  /** `import type` and `export type`. A clause of `type` names alone still loads the file. */
  isTypeOnly: boolean
}

export interface ScannedFile {
  lines: number
  /** Same length and lines as the source, every text in it replaced by spaces. */
  code: string
  imports: ImportOf[]
}

export function scan(source: string): ScannedFile {
  const { code, texts } = blank(source)
  const imports = [...staticImports(code, texts), ...dynamicImports(code, texts)]
  return {
    lines: lineAt(source.trimEnd(), source.length),
    code,
    imports: imports.sort((a, b) => a.line - b.line),
  }
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

type Texts = Map<number, string>

const STATIC = /(?<![\w$.])(import|export)\b((?:(?!\b(?:import|export)\b)[\w$\s{},*])*)(?=["'])/g
const DYNAMIC = /(?<![\w$.])(?:import|require)\s*\(\s*/g

function* staticImports(code: string, texts: Texts): Generator<ImportOf> {
  for (const match of code.matchAll(STATIC)) {
    const [whole, keyword, clause = ''] = match
    if (keyword === 'export' && !/\bfrom\s*$/.test(clause)) continue
    yield {
      specifier: texts.get(match.index + whole.length),
      line: lineAt(code, match.index),
      isTypeOnly: /^\s*type\b\s*[\w$*{]/.test(clause) && !/^\s*type\s+from\s*$/.test(clause),
    }
  }
}

function* dynamicImports(code: string, texts: Texts): Generator<ImportOf> {
  for (const match of code.matchAll(DYNAMIC)) {
    const specifier = texts.get(match.index + match[0].length)
    yield { specifier, line: lineAt(code, match.index), isTypeOnly: false }
  }
}

/** Keeps the quotes and the code inside `${}`; `texts` holds every whole text by the place of its opening quote. */
function blank(source: string): { code: string; texts: Texts } {
  const code = source.split('')
  const texts: Texts = new Map()
  for (const token of tokens(source)) {
    if (token.kind === 'code') continue
    const inside = token.kind === 'text' ? [token.start + 1, token.end - 1] : [token.start, token.end]
    if (token.isWhole) texts.set(token.start, source.slice(...inside))
    for (let at = inside[0] ?? 0; at < (inside[1] ?? 0); at++) if (code[at] !== '\n') code[at] = ' '
  }
  return { code: code.join(''), texts }
}

interface Token {
  kind: 'code' | 'text' | 'comment' | 'regex'
  start: number
  end: number
  /** A string, or a template without `${}`. */
  isWhole: boolean
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y
const TEMPLATE = /[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y
const CODE = /\s+|[\w$]+|[\s\S]/y
const BEFORE_REGEX = /^(?:|[^\w$\])"'`]|return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield)$/

function* tokens(source: string): Generator<Token> {
  const isTemplateBrace: boolean[] = []
  let previous = ''
  for (let start = 0; start < source.length; ) {
    const first = source.charAt(start)
    const read = (pattern: RegExp) => {
      pattern.lastIndex = start
      return pattern.exec(source)?.[0] ?? ''
    }
    const goesOnWithTemplate = first === '}' && isTemplateBrace.pop() === true
    const template = first === '`' || goesOnWithTemplate ? read(TEMPLATE) : ''
    const text = template || read(STRING)
    const comment = read(COMMENT)
    const regex = !comment && first === '/' && BEFORE_REGEX.test(previous) ? read(REGEX) : ''
    const token = text || comment || regex || read(CODE)
    const opensExpression = template.endsWith('${')
    if (first === '{' || opensExpression) isTemplateBrace.push(opensExpression)

    const kind = text ? 'text' : comment ? 'comment' : regex ? 'regex' : 'code'
    const end = start + token.length
    yield { kind, start, end, isWhole: text !== '' && !goesOnWithTemplate && !opensExpression }
    const last = /(?:[\w$]+|\S)$/.exec(token)?.[0]
    if (kind !== 'comment' && last) previous = last
    start = end
  }
}
