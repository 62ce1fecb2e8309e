/** What pages load, from this server alone: read once, named by its content so that browsers may keep it for good. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { brotliCompressSync } from 'node:zlib'

export interface Asset {
  readonly path: string
  readonly type: string
  readonly bytes: Buffer<ArrayBuffer>
  /** Null where packing wins nothing. */
  readonly brotli: Buffer<ArrayBuffer> | null
}

const require = createRequire(import.meta.url)
const own = (name: string) => readFileSync(new URL(`../assets/${name}`, import.meta.url))
const packed = (name: string) => readFileSync(require.resolve(name))

const htmx = asset('htmx.js', 'text/javascript; charset=utf-8', packed('htmx.org/dist/htmx.min.js'))
const font = asset(
  'inter.woff2',
  'font/woff2',
  packed('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'),
)
const js = asset('app.js', 'text/javascript; charset=utf-8', own('app.js'))
const mark = asset('icon.svg', 'image/svg+xml', own('icon.svg'))
// The style sheet names the font, whose address holds its content.
const css = asset(
  'app.css',
  'text/css; charset=utf-8',
  Buffer.from(own('app.css').toString().replace('/assets/inter.woff2', font.path)),
)

/** Where each of them is. */
export const ASSETS = {
  css: css.path,
  js: js.path,
  htmx: htmx.path,
  font: font.path,
  icon: mark.path,
} as const

const BY_PATH = new Map([css, js, htmx, font, mark].map((one) => [one.path, one]))

/** By its path; undefined for what is not there. */
export function assetAt(path: string): Asset | undefined {
  return BY_PATH.get(path)
}

function asset(name: string, type: string, bytes: Buffer<ArrayBuffer>): Asset {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  const brotli = type.startsWith('font/') ? null : brotliCompressSync(bytes)
  return { path: `/assets/${hash}/${name}`, type, bytes, brotli }
}
