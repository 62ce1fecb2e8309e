/** Every route there is. The server answers these and nothing else; the README's table and the crawl test come from here. */
import { ACCESS_ROUTES } from './access/routes.ts'
import { API_ROUTES } from './api/routes.ts'
import { CONNECT_ROUTES } from './connect.ts'
import { OPERATING_ROUTES } from './operating.ts'
import { PAGES } from './pages/pages.ts'
import type { Route } from './route.ts'

export const ROUTES: readonly Route[] = [
  ...OPERATING_ROUTES,
  ...ACCESS_ROUTES,
  ...CONNECT_ROUTES,
  ...API_ROUTES,
  ...PAGES,
]
