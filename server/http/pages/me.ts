/** The pages about oneself: sessions, password and second factor. */
import { html, raw } from 'hono/html'
import type { User, WebSession } from '../../../schemas/people.ts'
import { ROLE_NAMES } from '../../../schemas/people.ts'
import type { Viewer } from '../viewer.ts'
import { csrfField, type Html, layout } from './layout.ts'
import { problemBox, type SignInView } from './sign-in.ts'

export interface MeView {
  readonly viewer: Viewer
  readonly user: User
  readonly sessions: readonly WebSession[]
  readonly problem: SignInView['problem']
}

export function mePage({ viewer, user, sessions, problem }: MeView): Html {
  const csrf = csrfField(viewer.csrf)
  const roles = user.roles.map(({ account, role }) => html`<li>${ROLE_NAMES[role]}: ${account}</li>`)
  const rows = sessions.map(
    (session) => html`<tr>
<td><time datetime="${session.createdAt}">${session.createdAt.slice(0, 16).replace('T', ' ')} UTC</time></td>
<td>${session.address}</td><td>${session.agent}</td>
<td>${session.id === viewer.session ? 'this one' : html`<form method="post" action="/me/sessions/${session.id}/end">${csrf}<button>End</button></form>`}</td>
</tr>`,
  )
  const body = html`${problemBox(problem)}
<p>${user.email}</p>
<ul>${user.isOperator ? html`<li>${ROLE_NAMES.operator} of this server</li>` : ''}${roles}</ul>
<h2>Second factor</h2>
${user.hasSecondFactor ? secondFactorOff(csrf) : html`<p>Off. <a href="/me/second-factor">Set it up with an app on your phone</a></p>`}
<h2>Password</h2>
<form method="post" action="/me/password">${csrf}
<p><label for="former">Present password</label> <input id="former" name="former" type="password" autocomplete="current-password" required></p>
<p><label for="password">New password, 15 characters or more</label> <input id="password" name="password" type="password" autocomplete="new-password" required minlength="15"></p>
<p><button>Change the password</button></p>
</form>
<h2>Where you are signed in</h2>
<table><thead><tr><th scope="col">Since</th><th scope="col">From</th><th scope="col">With</th><th scope="col">End it</th></tr></thead><tbody>${rows}</tbody></table>`
  return layout({ title: user.name, user: viewer, account: null, body })
}

function secondFactorOff(csrf: Html): Html {
  return html`<p>On.</p><form method="post" action="/me/second-factor/off">${csrf}${codeInput()}<p><button>Turn it off</button></p></form>`
}

export interface EnrolView {
  readonly viewer: Viewer
  readonly secret: string
  /** SVG that we made ourselves. */
  readonly qrSvg: string
  readonly sealed: string
  readonly problem: SignInView['problem']
}

export function enrolPage({ viewer, secret, qrSvg, sealed, problem }: EnrolView): Html {
  const body = html`${problemBox(problem)}
<p>Scan this with an authenticator app, then type the six digits that it shows.</p>
<figure>${raw(qrSvg)}<figcaption>Or type this secret: <code>${secret.replace(/(.{4})(?=.)/g, '$1 ')}</code></figcaption></figure>
<form method="post" action="/me/second-factor">${csrfField(viewer.csrf)}<input type="hidden" name="sealed" value="${sealed}">
${codeInput()}
<p><button>Turn it on</button></p>
</form>`
  return layout({ title: 'Second factor', user: viewer, account: null, body })
}

/** Between password and page, for who has a second factor. */
export function codePage({ next, problem }: Pick<SignInView, 'next' | 'problem'>): Html {
  const body = html`${problemBox(problem)}<form method="post" action="/sign-in/code"><input type="hidden" name="next" value="${next}">
${codeInput()}
<p><button>Go on</button></p>
</form>`
  return layout({ title: 'One more step', user: null, account: null, body })
}

function codeInput(): Html {
  return html`<p><label for="code">Six digits from your app</label> <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="7"></p>`
}
