/** The pages by which people come in: sign-in, and the link by which a password is chosen. */
import { html } from 'hono/html'
import { type Html, layout } from './layout.ts'

export interface SignInView {
  /** Path to go to afterwards. */
  readonly next: string
  /** What they typed before. */
  readonly email: string
  readonly problem: { readonly message: string; readonly fix: string } | null
  /** Nobody can sign in yet. */
  readonly isEmpty: boolean
}

export function signInPage({ next, email, problem, isEmpty }: SignInView): Html {
  const hint = html`<p>Nobody can sign in yet. Use the link that <code>rollcall serve</code> printed when it started, or make one with <code>rollcall user add &lt;email&gt; --operator</code>.</p>`
  const body = html`${problemBox(problem)}${isEmpty ? hint : ''}<form class="stack" method="post" action="/sign-in">
<input type="hidden" name="next" value="${next}">
<div class="field"><label for="email">E-mail address</label><input id="email" name="email" type="email" autocomplete="username" required value="${email}"></div>
<div class="field"><label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required></div>
<div><button class="btn main-act">Sign in</button></div>
</form>`
  return layout({ title: 'Sign in', user: null, account: null, body })
}

export interface WelcomeView {
  /** Path of this very page. */
  readonly action: string
  /** Who chooses a password; null where the first operator makes themselves. */
  readonly user: { readonly email: string; readonly name: string } | null
  readonly given: { readonly email: string; readonly name: string }
  readonly problem: SignInView['problem']
}

/** The page of a link that is good once. */
export function welcomePage({ action, user, given, problem }: WelcomeView): Html {
  const who = html`<div class="field"><label for="name">Your name</label><input id="name" name="name" autocomplete="name" required maxlength="100" value="${given.name}"></div>
<div class="field"><label for="email">Your e-mail address</label><input id="email" name="email" type="email" autocomplete="username" required value="${given.email}"></div>`
  const known = html`<p>${user?.name}</p><input type="hidden" name="username" autocomplete="username" value="${user?.email}">`
  const body = html`${problemBox(problem)}<form class="stack" method="post" action="${action}">
${user === null ? who : known}
<div class="field"><label for="password">A password of 15 characters or more</label><input id="password" name="password" type="password" autocomplete="new-password" required minlength="15" aria-describedby="advice"></div>
<p class="hint" id="advice">Let a password manager make one, or take four words that have nothing to do with each other.</p>
<div><button class="btn main-act">${user === null ? 'Become the first operator' : 'Choose this password'}</button></div>
</form>`
  return layout({ title: 'Welcome', user: null, account: null, body })
}

/** A form that was refused says why, in front of it. */
export function problemBox(problem: SignInView['problem']): Html {
  return problem === null
    ? html``
    : html`<div role="alert" class="notice bad"><div><p class="strong">${problem.message}</p><p>${problem.fix}</p></div></div>`
}
