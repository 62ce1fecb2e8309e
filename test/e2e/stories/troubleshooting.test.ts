/** What goes wrong with employee data everywhere, and what the people concerned see and do here, step by step. */
import { test } from 'vitest'
import { beginStory, expectStory } from './story.ts'

const HEADER = ['Name', 'Employee Id', 'Email', 'Date of Birth', 'Start Date', 'End Date']
const ADA = ['Ada Lovelace', '1', 'ada@acme.example', '1985-12-10', '2020-01-01', '']
const BOB = ['Bob Stone', '2', 'bob@acme.example', '1990-03-04', '2021-02-01', '']
const CYD = ['Cyd Charis', '3', 'cyd@acme.example', '1988-05-06', '2022-07-01', '']
const DAN = ['Dan Brown', '4', 'dan@acme.example', '1979-09-09', '2018-04-01', '']
const at = (row: readonly string[], place: number, value: string) => row.with(place, value)
const ACCOUNT = ['--account', 'acme']

test('somebody who left is still active', async () => {
  const story = await beginStory()
  story.tell('# Somebody who left is still active: the source took them out without an End Date')
  await story.types('source', 'set', 'sftp', ...ACCOUNT, 'missing=report')
  await story.sends('monday.csv', [HEADER, ADA, BOB, CYD, DAN])
  await story.sends('tuesday.csv', [HEADER, ADA, BOB, CYD])
  story.tell('Dan is not touched: nobody is taken away for not being in a file. But he is listed.')
  await story.types('missing', 'list', ...ACCOUNT)
  story.tell('## First remedy: the source sends him once more, with an End Date')
  await story.sends('wednesday.csv', [HEADER, ADA, BOB, CYD, at(DAN, 5, '2026-01-31')])
  await story.types('missing', 'list', ...ACCOUNT)
  story.tell('## Second remedy: Cyd cannot be sent any more, so a person does it by hand')
  await story.sends('thursday.csv', [HEADER, ADA, BOB])
  await story.types('source', 'set', 'sftp', ...ACCOUNT, 'missing=deactivate')
  await story.types('missing', 'deactivate', ...ACCOUNT, '--files', '1')
  story.tell('If that was a mistake, the run is taken back.')
  await story.types('runs', 'undo', '<last>')
  await story.types('runs', 'undo', '<last>', '--yes', '--reason', 'Cyd is on leave')
  expectStory(story, 'left-and-still-active.txt')
})

test('a demographic is missing, doubled or not used any more', async () => {
  const story = await beginStory()
  story.tell('# Demographics: what no API brings comes by a file; a name is exact')
  await story.sends('people.csv', [
    [...HEADER, 'TEAM'],
    [...ADA, 'Red'],
    [...BOB, 'Blue'],
  ])
  story.tell('Somebody renames the column, and the values would start anew under another label.')
  await story.sends('renamed.csv', [
    [...HEADER, 'Team Name'],
    [...ADA, 'Red'],
    [...BOB, 'Blue'],
  ])
  await story.types('runs', 'discard', '<held>', '--reason', 'mapped instead')
  story.tell(
    'The column is mapped to the label that is known, and a file is checked by it before it is sent.',
  )
  const file = story.file('renamed.csv', [
    [...HEADER, 'Team Name'],
    [...ADA, 'Green'],
    [...BOB, 'Blue'],
  ])
  await story.types('source', 'set', 'sftp', ...ACCOUNT, 'mapping.Team Name=TEAM')
  await story.types('validate', file, ...ACCOUNT)
  await story.sends('again.csv', [
    [...HEADER, 'Team Name'],
    [...ADA, 'Green'],
    [...BOB, 'Blue'],
  ])
  story.tell('A label that nobody needs any more goes; what happened under it stays.')
  await story.types('source', 'set', 'sftp', ...ACCOUNT, 'newDemographics=create')
  await story.sends('site.csv', [
    ['Employee Id', 'Site'],
    ['1', 'Wien'],
  ])
  await story.types('demographics', 'delete', 'Site', ...ACCOUNT, '--yes')
  await story.sends('no-site.csv', [
    ['Employee Id', 'Site'],
    ['1', '__CLEAR__'],
  ])
  await story.types('demographics', 'delete', 'Site', ...ACCOUNT, '--yes')
  await story.types('demographics', 'list', ...ACCOUNT)
  expectStory(story, 'demographics.txt')
})

test('an e-mail changes, and a second person appears', async () => {
  const story = await beginStory()
  story.tell('# Who is who: Employee Id and Email')
  await story.sends('people.csv', [HEADER, ADA, BOB, CYD])
  story.tell('One of the two is enough: a new address is an update, and so is a new id.')
  await story.sends('one.csv', [HEADER, at(ADA, 2, 'ada.king@acme.example'), at(BOB, 1, 'B-2')])
  story.tell('Both at once: nobody can tell. Who looks like somebody known is not made a second time.')
  const both = at(at(CYD, 1, 'C-3'), 2, 'cyd.charisse@acme.example')
  await story.sends('both.csv', [HEADER, both])
  story.tell('## Scenario A, before anything is applied: stop, correct the address here, try again')
  await story.types('runs', 'discard', '<held>', '--reason', 'the address is corrected first')
  await story.types('employee', 'set', '3', 'Email=cyd.charisse@acme.example', ...ACCOUNT, '--yes')
  await story.sends('both-again.csv', [HEADER, both])
  await story.types('employee', 'show', 'C-3', ...ACCOUNT)
  story.tell('## Scenario B, afterwards: a source that knows people by Email alone made Bob a second time')
  await story.types('source', 'set', 'sftp', ...ACCOUNT, 'matching=emailOnly', 'doubtfulPeople=holdRow')
  await story.sends('bobby.csv', [
    ['Name', 'Email', 'Title'],
    ['Bob Stone', 'bobby@acme.example', 'Boss'],
  ])
  await story.types('runs', 'approve', '<held>')
  const late = story.file('bobby.csv', [
    ['Name', 'Email', 'Date of Birth'],
    ['Bob Stone', 'bobby@acme.example', '1990-03-04'],
  ])
  await story.types('import', late, ...ACCOUNT, '--yes')
  await story.types('employee', 'duplicates', ...ACCOUNT)
  await story.types('employee', 'merge', 'B-2', 'bobby@acme.example', ...ACCOUNT)
  await story.types('employee', 'merge', 'B-2', 'bobby@acme.example', ...ACCOUNT, '--yes')
  await story.types('employee', 'set', 'B-2', 'Email=bobby@acme.example', ...ACCOUNT, '--yes')
  await story.types('employee', 'duplicates', ...ACCOUNT)
  await story.types('employee', 'show', 'B-2', ...ACCOUNT, '--history')
  expectStory(story, 'who-is-who.txt')
})

test('a sync is blocked so that nobody sees what is about somebody else', async () => {
  const story = await beginStory()
  story.tell('# Blocked: a row says that somebody is somebody else')
  await story.types('account', 'notify', 'add', 'hr@acme.example', ...ACCOUNT)
  await story.sends('people.csv', [HEADER, ADA, BOB, CYD])
  const eve = ['Eve Online', '2', 'eve@acme.example', '2000-01-01', '2021-02-01', '']
  await story.sends('shifted.csv', [HEADER, at(ADA, 5, '2030-01-01'), eve])
  story.tell(
    'Nothing of the file is applied, Ada’s End Date neither. The administrators hear of it, and why.',
  )
  await story.mail()
  await story.types('employee', 'show', '1', ...ACCOUNT)
  await story.types('runs', 'plan', '<held>')
  story.tell('It was a mistake of the export: discarded, and the corrected file goes through.')
  await story.types('runs', 'discard', '<held>', '--reason', 'the export was shifted')
  await story.sends('correct.csv', [HEADER, at(ADA, 5, '2030-01-01'), BOB])
  story.tell('Bob marries and really changes all of it: a person imports it by hand and confirms.')
  const married = story.file('married.csv', [HEADER, at(at(BOB, 0, 'Bob Rivers'), 2, 'rivers@acme.example')])
  await story.types('import', married, ...ACCOUNT)
  await story.types('runs', 'approve', '<held>', '--reason', 'he married')
  expectStory(story, 'blocked.txt')
})

test('an account wants nothing kept of a column', async () => {
  const story = await beginStory()
  story.tell('# Redacted: nothing is kept of the day of birth, from now on and from before')
  await story.sends('people.csv', [HEADER, ADA, BOB])
  await story.types('redact', 'apply', 'Date of Birth', ...ACCOUNT)
  await story.types('redact', 'apply', 'Date of Birth', ...ACCOUNT, '--yes')
  await story.sends('next.csv', [HEADER, at(ADA, 3, '1985-12-11'), BOB])
  await story.types('employee', 'show', '1', ...ACCOUNT, '--history')
  await story.types('redact', 'show', ...ACCOUNT)
  expectStory(story, 'redacted.txt')
})
