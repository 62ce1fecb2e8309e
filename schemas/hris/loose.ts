/** Values as APIs really send them: absent, null, and numbers where the documents say text, or the other way round. */
import { z } from 'zod'

/** Text or nothing. */
export const looseText = z.union([z.string(), z.number().transform(String)]).nullish()

/** Something by which the API itself knows it. */
export const apiId = z.union([z.string().min(1), z.int().transform(String)])

export const looseNumber = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).nullish()
