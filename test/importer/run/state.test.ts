import { expect, test } from 'vitest'
import {
  isEnd,
  isResting,
  REST_STATES,
  stateDiagram,
  TRANSITIONS,
  WORK_STATES,
} from '../../../importer/run/state.ts'
import { RUN_STATES, type RunState } from '../../../schemas/run.ts'

const waysOf = (state: RunState): readonly RunState[] => TRANSITIONS[state]

test('every state is worked on, rested in, or passed through within one commit', () => {
  const passed = RUN_STATES.filter(
    (state) => !isResting(state) && !(WORK_STATES as readonly RunState[]).includes(state),
  )
  expect(passed).toEqual(['planned', 'reported'])
  expect(REST_STATES.filter((state) => (WORK_STATES as readonly RunState[]).includes(state))).toEqual([])
})

test('every state can be reached from the first, and from every one there is a way to a state that ends', () => {
  const reached = new Set<RunState>(['received'])
  for (const state of reached) for (const next of waysOf(state)) reached.add(next)
  expect([...reached].toSorted()).toEqual(RUN_STATES.toSorted())
  const ends = new Set(RUN_STATES.filter(isEnd))
  for (let before = -1; before !== ends.size; ) {
    before = ends.size
    for (const state of RUN_STATES) if (waysOf(state).some((next) => ends.has(next))) ends.add(state)
  }
  expect([...ends].toSorted()).toEqual(RUN_STATES.toSorted())
})

test('nothing is applied that was not approved, and nothing is approved that was not planned', () => {
  const into = (to: RunState) => RUN_STATES.filter((from) => waysOf(from).includes(to))
  expect(into('applied')).toEqual(['approved'])
  expect(into('approved').toSorted()).toEqual(['held', 'planned'])
})

test('the picture shows every way of the table', () => {
  const picture = stateDiagram()
  for (const from of RUN_STATES) {
    for (const to of waysOf(from)) expect(`${picture}\n`).toContain(`  ${from} --> ${to}\n`)
  }
  expect(picture).toContain('failed --> [*]')
})
