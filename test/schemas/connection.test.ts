import { expect, test } from 'vitest'
import {
  CONNECTION_STATES,
  CONNECTION_WAYS,
  type ConnectionState,
  connectionDiagram,
} from '../../schemas/connection.ts'

const waysOf = (state: ConnectionState): readonly ConnectionState[] => CONNECTION_WAYS[state]
const into = (to: ConnectionState) => CONNECTION_STATES.filter((from) => waysOf(from).includes(to))

test('every state can be reached from the first, and every one can be left by disconnecting', () => {
  const reached = new Set<ConnectionState>(['not_connected'])
  for (const state of reached) for (const next of waysOf(state)) reached.add(next)
  expect([...reached].toSorted()).toEqual(CONNECTION_STATES.toSorted())
  for (const state of CONNECTION_STATES)
    if (state !== 'not_connected') expect(waysOf(state)).toContain('not_connected')
})

test('nobody is connected without having been let in, and the first time only by way of finalising', () => {
  expect(into('connecting').toSorted()).toEqual(['needs_reauthorization', 'not_connected', 'paused'])
  expect(waysOf('initial_sync')).not.toContain('connected')
  expect(into('finalise_pending').toSorted()).toEqual(['connecting', 'failing', 'initial_sync'])
})

test('the picture shows every way of the table', () => {
  for (const from of CONNECTION_STATES)
    for (const to of waysOf(from)) expect(`${connectionDiagram()}\n`).toContain(`  ${from} --> ${to}\n`)
})
