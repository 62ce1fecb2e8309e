/** Headers of every answer: what a browser may load, run and tell others while it shows a page of ours. */
import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { Http } from './http.ts'

const YEAR_S = 31_536_000

/** Scripts and styles only as files from here; nothing inline, nothing from anybody else. */
export function securityHeaders({ isSecure }: Pick<Http, 'isSecure'>): MiddlewareHandler {
  const self = ["'self'"]
  const none = ["'none'"]
  return secureHeaders({
    contentSecurityPolicy: {
      ...{ defaultSrc: none, scriptSrc: self, styleSrc: self, connectSrc: self, fontSrc: self },
      ...{ imgSrc: ["'self'", 'data:'], formAction: self, manifestSrc: self },
      ...{ baseUri: none, frameAncestors: none, objectSrc: none },
    },
    // Only with https, or a browser would refuse to come back without it.
    strictTransportSecurity: isSecure ? `max-age=${YEAR_S}` : false,
    xFrameOptions: 'DENY',
    // Not `no-referrer`: browsers would then hide where a form was sent from, also from us.
    referrerPolicy: 'same-origin',
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  })
}
