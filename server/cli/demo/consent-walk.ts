/** Walks through a consent as a person with a browser does: our page, the page of the HRIS, and back again. */

export interface Walk {
  /** The link that was shown. */
  readonly page: string
  /** Whether the box for sex and date of birth is ticked. */
  readonly isTicked: boolean
  readonly decision?: 'authorize' | 'deny'
}

/** What the person read on the way. */
export interface Walked {
  readonly ours: string
  readonly theirs: string
  /** The page they end on, and its status. */
  readonly end: string
  readonly status: number
}

export async function walkConsent({ page, isTicked, decision = 'authorize' }: Walk): Promise<Walked> {
  const ours = await (await fetch(page)).text()
  const left = await fetch(page, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } })
  const cookie = left.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const there = unescaped(/<a href="(https?:[^"]+)"/.exec(await left.text())?.[1] ?? '')
  if (there === '') throw new Error('the page has no way to the consent')
  const theirs = await (await fetch(there)).text()
  const form = new URLSearchParams(hiddenFields(theirs))
  if (isTicked && theirs.includes('name="box"')) form.set('box', 'on')
  form.set('decision', decision)
  const asked = new URL(there)
  const answered = await fetch(`${asked.origin}${asked.pathname}`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  const back = await fetch(answered.headers.get('location') ?? '', {
    headers: { cookie, accept: 'text/html' },
  })
  return { ours: textOf(ours), theirs: textOf(theirs), end: textOf(await back.text()), status: back.status }
}

function hiddenFields(page: string): [string, string][] {
  const fields = page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)
  return [...fields].map(([, name = '', value = '']) => [unescaped(name), unescaped(value)])
}

function unescaped(text: string): string {
  const named = text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
  return named
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&amp;', '&')
}

/** As it is read aloud: without its tags. */
function textOf(page: string): string {
  const body = page.replace(/[\s\S]*<body[^>]*>/, '').replace(/<(header|script|style)[\s\S]*?<\/\1>/g, '')
  return unescaped(body.replace(/<[^>]+>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}
