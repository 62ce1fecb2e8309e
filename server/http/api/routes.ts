/** Every endpoint of the API, its document, and the page that shows it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { html } from 'hono/html'
import { openRoute, type Route } from '../route.ts'
import { ACCOUNT_ENDPOINTS } from './accounts.ts'
import { EMPLOYEE_ENDPOINTS } from './employees.ts'
import type { Endpoint } from './endpoint.ts'
import { IMPORT_ENDPOINTS } from './imports.ts'
import { KEY_ENDPOINTS } from './keys.ts'
import { openApiOf } from './openapi.ts'
import { PEOPLE_ENDPOINTS } from './people.ts'
import { UPKEEP_ENDPOINTS } from './upkeep.ts'

export const ENDPOINTS: readonly Endpoint[] = [
  ...ACCOUNT_ENDPOINTS,
  ...IMPORT_ENDPOINTS,
  ...EMPLOYEE_ENDPOINTS,
  ...KEY_ENDPOINTS,
  ...PEOPLE_ENDPOINTS,
  ...UPKEEP_ENDPOINTS,
]

/** Files of the package that shows the document; nothing comes from anywhere else. */
const SHOWN_BY = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const

/** The script of the page; a file of its own, since pages run nothing that stands in them. */
const START = `window.addEventListener('load', () => {
  SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null })
})
`

export const API_ROUTES: readonly Route[] = [
  openRoute(
    { method: 'GET', path: '/api/openapi.json', kind: 'api', summary: 'the API as an OpenAPI 3.1 document' },
    ({ c, http }) => c.json(documentOf(http.version)),
  ),
  openRoute({ method: 'GET', path: '/api/docs', summary: 'the same to be read and tried' }, () => DOCS),
  openRoute({ method: 'GET', path: '/api/docs/start.js', kind: 'file', summary: 'its script' }, ({ c }) =>
    c.body(START, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  ),
  ...Object.entries(SHOWN_BY).map(([name, type]) =>
    openRoute({ method: 'GET', path: `/api/docs/${name}`, kind: 'file', summary: 'a file of it' }, ({ c }) =>
      c.body(fileOf(name), 200, { 'content-type': type, 'cache-control': 'public, max-age=86400' }),
    ),
  ),
  ...ENDPOINTS.map(({ route }) => route),
]

const DOCS = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Rollcall</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<main id="api"><p>This page needs script. The document itself is at <a href="/api/openapi.json">/api/openapi.json</a>.</p></main>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>`

// Made when somebody first asks: a server that nobody calls needs neither.
const documents = new Map<string, ReturnType<typeof openApiOf>>()
const files = new Map<string, Uint8Array<ArrayBuffer>>()

function documentOf(version: string): ReturnType<typeof openApiOf> {
  const made = documents.get(version) ?? openApiOf(ENDPOINTS, version)
  documents.set(version, made)
  return made
}

function fileOf(name: string): Uint8Array<ArrayBuffer> {
  const folder = join(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'), '..')
  const bytes = files.get(name) ?? new Uint8Array(readFileSync(join(folder, name)))
  files.set(name, bytes)
  return bytes
}
