/** What whoever runs the server asks: whether it lives, and whether it can do its work. */
import { openRoute, type Route } from './route.ts'

export const OPERATING_ROUTES: readonly Route[] = [
  openRoute({ method: 'GET', path: '/healthz', kind: 'api', summary: 'whether the server lives' }, ({ c }) =>
    c.json({ status: 'ok' }),
  ),
  openRoute(
    { method: 'GET', path: '/readyz', kind: 'api', summary: 'whether it can do its work, check by check' },
    async ({ c, http }) => {
      const checks = await http.readiness()
      const isReady = Object.values(checks).every((problem) => problem === null)
      return c.json({ status: isReady ? 'ok' : 'unavailable', checks }, isReady ? 200 : 503)
    },
  ),
]
