/**
 * The OpenAPI document, made from the endpoints. OpenAPI 3.1 takes JSON Schema as it is, and zod writes that itself, with
 * fields that may be absent told from those that may be null.
 */
import { z } from 'zod'
import { ROLE_NAMES } from '../../../schemas/people.ts'
import type { Access } from '../route.ts'
import { API, type Endpoint } from './endpoint.ts'
import { Problem } from './shapes.ts'

type Json = Record<string, unknown>
export interface OpenApi {
  readonly openapi: '3.1.0'
  readonly info: Json
  /** Path -> method -> operation. */
  readonly paths: Record<string, Record<string, Json>>
  readonly components: { readonly schemas: Json; readonly securitySchemes: Json }
}

const accountQuery = z.object({
  account: z
    .string()
    .exactOptional()
    .describe('Slug; may be left out by who has a role in one account only.'),
})

export function openApiOf(endpoints: readonly Endpoint[], version: string): OpenApi {
  const schemas: Json = {}
  const problem = schemaOf(Problem, 'output', schemas)
  const paths: OpenApi['paths'] = {}
  for (const { spec } of endpoints) {
    const { method, path, access, summary, tag, answer, status = 200 } = spec
    const isText = 'text' in answer
    const content = isText
      ? { [answer.text]: { schema: { type: 'string' } } }
      : { 'application/json': { schema: schemaOf(answer, 'output', schemas) } }
    const at = `${API}${path}`
    paths[at] ??= {}
    paths[at][method.toLowerCase()] = {
      ...{ summary: sentence(summary), tags: [tag], description: whoText(access) },
      operationId: operationId(method, path),
      parameters: [...pathParameters(path), ...queryParameters(spec)],
      ...bodyOf(spec, schemas),
      responses: {
        [status]: { description: 'Done.', content },
        default: { description: 'Why not.', content: { 'application/problem+json': { schema: problem } } },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Rollcall', version, description: DESCRIPTION },
    ...{ security: [{ token: [] }], paths },
    components: { schemas, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  }
}

function pathParameters(path: string): Json[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  return names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
}

function queryParameters({ access, query }: Endpoint['spec']): Json[] {
  const needsAccount = 'accountBy' in access && access.accountBy === 'query'
  const asked = z.object({ ...(needsAccount ? accountQuery.shape : {}), ...query?.shape })
  const { properties = {}, required = [] } = z.toJSONSchema(asked, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
    ...(typeof schema === 'object' && schema.description ? { description: schema.description } : {}),
  }))
}

function bodyOf({ body, takesFile }: Endpoint['spec'], schemas: Json): Json {
  if (takesFile) return { requestBody: FILE }
  if (body === undefined) return {}
  return {
    requestBody: {
      required: true,
      content: { 'application/json': { schema: schemaOf(body, 'input', schemas) } },
    },
  }
}

/** Named parts go to where all of the document finds them. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const {
    $schema: _,
    $defs = {},
    id,
    ...own
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: openToMore })
  for (const [name, { id: _id, ...part }] of Object.entries($defs)) schemas[nameOf(name)] = moved(part)
  if (id === undefined) return moved(own)
  schemas[id] = moved(own)
  return { $ref: `#/components/schemas/${id}` }
}

/** Fields may be added to an answer later, and nobody who reads it should break. */
function openToMore({ jsonSchema }: { jsonSchema: { additionalProperties?: unknown } }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
}

/** Any JSON has no end and so needs a name, and zod gives it none. Nothing else of ours is without end. */
function nameOf(name: string): string {
  return name.replaceAll('__schema0', 'Json')
}

function moved(part: Json): Json {
  const text = nameOf(JSON.stringify(part)).replaceAll('"#/$defs/', '"#/components/schemas/')
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
}

const FILE = {
  required: true,
  content: {
    'text/csv': { schema: { type: 'string', format: 'binary' } },
    'multipart/form-data': {
      schema: {
        type: 'object',
        properties: { file: { type: 'string', format: 'binary' } },
      },
    },
  },
}

const DESCRIPTION = [
  'Every request needs a token (`Authorization: Bearer rc_…`). A token is for one account, with a role, and may read or also write.',
  'What goes wrong is told as `application/problem+json` with a code from the catalogue, and what to do about it.',
  'Lists come in pages: `next` of one is the `cursor` of the following.',
  'A request that changes something may name an `Idempotency-Key`: sent again within a day, it gets the first answer.',
  'Answers have an `ETag`; settings and decisions take it as `If-Match`, and are then refused if what you saw has changed.',
].join('\n\n')

function whoText({ needs }: Access): string {
  if (needs === 'nobody') return 'For everybody.'
  return needs === 'anybody' ? 'For every token.' : `Needs the role ${ROLE_NAMES[needs]}.`
}

function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z]+/).filter((word) => word !== '')
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
