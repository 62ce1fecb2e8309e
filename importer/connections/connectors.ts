/** The connectors of this process, with the clients by which they ask. */
import type { SecretOwner } from '../../keys/connection-secrets.ts'
import { SYSTEMS } from '../../schemas/connection-secrets.ts'
import { ApiClients } from '../connectors/http/api-clients.ts'
import { connectorOf } from '../connectors/registry.ts'
import type { Connectors } from './context.ts'

export interface OwnConnectors extends Connectors, AsyncDisposable {}

/** `mayBePrivate`: whether addresses of this machine and its own network may be asked. */
export function ownConnectors(options: { readonly mayBePrivate: boolean }): OwnConnectors {
  const clients = new ApiClients(options)
  return {
    connectorOf,
    clientOf: (owner, { kind, requestsPerMinute }) =>
      clients.client({ id: idOf(owner), title: SYSTEMS[kind], requestsPerMinute }),
    forget: (owner) => clients.forget(idOf(owner)),
    [Symbol.asyncDispose]: () => clients[Symbol.asyncDispose](),
  }
}

function idOf({ accountId, source }: SecretOwner): string {
  return `${accountId}/${source}`
}
