/**
 * Every page of the product. A page is a route (`accountRoute`, `serverRoute`, `ownRoute`, `openRoute` in ../route.ts)
 * with a function from what it is given to HTML: who asks, in which account and in which role, and the door by their
 * hand. Pages of an account lie under `/a/:account/`.
 */
import type { Route } from '../route.ts'
import { CONNECTION_MAPPING_ROUTES } from './routes/connection-mapping.ts'
import { CONNECTION_ROUTES } from './routes/connections.ts'
import { EMPLOYEE_ROUTES } from './routes/employees.ts'
import { HOME_ROUTES } from './routes/home.ts'
import { IMPORT_ROUTES } from './routes/imports.ts'
import { KEEPING_ROUTES } from './routes/keeping.ts'
import { OVERVIEW_ROUTES } from './routes/overview.ts'
import { REVIEW_ROUTES } from './routes/review.ts'
import { ROSTER_ROUTES } from './routes/roster.ts'
import { SETTING_ROUTES } from './routes/settings.ts'
import { SOURCE_ROUTES } from './routes/sources.ts'
import { TELLING_ROUTES } from './routes/telling.ts'

export const PAGES: readonly Route[] = [
  ...HOME_ROUTES,
  ...OVERVIEW_ROUTES,
  ...IMPORT_ROUTES,
  ...REVIEW_ROUTES,
  ...EMPLOYEE_ROUTES,
  ...ROSTER_ROUTES,
  ...SOURCE_ROUTES,
  ...CONNECTION_ROUTES,
  ...CONNECTION_MAPPING_ROUTES,
  ...SETTING_ROUTES,
  ...KEEPING_ROUTES,
  ...TELLING_ROUTES,
]
