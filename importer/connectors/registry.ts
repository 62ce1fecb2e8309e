/** Every connector by its kind. */
import type { ConnectorKind } from '../../schemas/hris/connection.ts'
import type { Connector } from './connector.ts'
import { justworks } from './justworks/justworks.ts'
import { merge } from './merge/merge.ts'
import { trinet } from './trinet/trinet.ts'

// Each takes the settings of its own kind; whoever holds settings of a kind asks for the connector of that kind.
const CONNECTORS: Readonly<Record<ConnectorKind, Connector>> = { justworks, trinet, merge }

export function connectorOf(kind: ConnectorKind): Connector {
  return CONNECTORS[kind]
}
