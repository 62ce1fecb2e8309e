/** The page on which an administrator of the company lets an application in. */
import type { SimAnswer } from './simulator.ts'

/** Scopes that the page asks for with a box of their own. */
export const BOXED = ['member.dob:read', 'member.sex:read']

/** The form posts back what it was asked, so the page itself remembers nothing. */
export function consentPage(company: string, query: URLSearchParams): SimAnswer {
  const asked = (query.get('scope') ?? '').split(' ')
  const hidden = [...query].map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  )
  const box = asked.some((scope) => BOXED.includes(scope))
    ? '<p><label><input type="checkbox" name="box" value="on"> Also share sex and date of birth</label></p>'
    : ''
  const list = asked.map((scope) => `<li>${escaped(scope)}</li>`).join('')
  return {
    status: 200,
    html: `<!doctype html><html lang="en"><title>Justworks (simulated)</title>
<h1>${escaped(company)}</h1><p>Rollcall would like to read:</p><ul>${list}</ul>
<form method="post">${hidden.join('')}${box}
<button name="decision" value="authorize">Authorize</button>
<button name="decision" value="deny">Cancel</button></form></html>`,
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
