/** All that were chosen of a form's boxes with one name, and what was typed under it. */
import type { HttpContext } from '../route.ts'

export async function chosen(c: HttpContext, name: string): Promise<string[]> {
  const body = await c.req.parseBody({ all: true })
  const texts = [body[name] ?? []].flat().filter((one) => typeof one === 'string')
  return texts.map((one) => one.trim()).filter((one) => one !== '')
}
