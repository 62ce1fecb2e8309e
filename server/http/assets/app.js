// What the pages gain by a script; each of them works without it. No state is kept here: the server says what is shown.
const each = (selector, act, root = document) => root.querySelectorAll(selector).forEach(act)

/** Times in the reader's own zone, with UTC for whoever points at them. */
function localTimes(root) {
  each(
    'time[datetime]:not([data-local])',
    (time) => {
      const at = new Date(time.dateTime)
      if (Number.isNaN(at.getTime()) || time.dateTime.length < 16) return
      time.title = time.textContent.trim()
      time.dataset.local = ''
      const isThisYear = at.getFullYear() === new Date().getFullYear()
      const day = { day: 'numeric', month: 'short', ...(isThisYear ? {} : { year: 'numeric' }) }
      const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
      time.textContent = at.toLocaleString(document.documentElement.lang, { ...day, ...clock })
    },
    root,
  )
}

/** A form that says so is sent as soon as one of its choices changes. */
document.addEventListener('change', (event) => {
  const form = event.target.closest('form[data-send-on-change]')
  if (form && event.target.matches('select, input[type="checkbox"], input[type="radio"]'))
    form.requestSubmit()
})

/** The button that only those without a script need. */
function withoutNeedless(root) {
  each('[data-without-script]', (element) => (element.hidden = true), root)
  each('[data-with-script]', (element) => (element.hidden = false), root)
}

/** Text to the clipboard, said in words. */
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]')
  if (!button) return
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).innerText)
  const before = button.textContent
  button.textContent = button.dataset.done
  setTimeout(() => (button.textContent = before), 2000)
})

/** A file let go over the field is the field's file. */
function dropping(root) {
  each(
    '[data-drop]',
    (zone) => {
      const input = zone.querySelector('input[type="file"]')
      const stop = (event) => event.preventDefault()
      const mark = (isOver) => (event) => {
        stop(event)
        zone.classList.toggle('over', isOver)
      }
      zone.addEventListener('dragover', mark(true))
      zone.addEventListener('dragleave', mark(false))
      zone.addEventListener('drop', (event) => {
        mark(false)(event)
        if (event.dataTransfer.files.length > 0) input.files = event.dataTransfer.files
      })
    },
    root,
  )
}

/** All rows of a list, or none of them. */
document.addEventListener('change', (event) => {
  const { target } = event
  if (target.matches('[data-pick-all]'))
    each('input[data-pick]', (box) => (box.checked = target.checked), target.form)
  const told = target.form?.querySelector('[data-picked]')
  if (told)
    told.textContent = told.dataset.words.replace(
      '#',
      target.form.querySelectorAll('[data-pick]:checked').length,
    )
})

/** j and k walk, space picks, a and r go to the decision, ? tells. Never while somebody types. */
document.addEventListener('keydown', (event) => {
  const list = document.querySelector('[data-walk]')
  if (!list || event.ctrlKey || event.metaKey || event.altKey) return
  const isTyping = event.target.matches('textarea, select, input:not([type="checkbox"], [type="radio"])')
  if (isTyping || document.querySelector('dialog[open]')) return
  const act = KEYS[event.key]
  if (act && act(list, event) !== false) event.preventDefault()
})

const walk = (step) => (list) => {
  const rows = [...list.querySelectorAll('[data-row]')]
  const at = rows.findIndex((row) => row.hasAttribute('data-here'))
  const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + step))]
  if (!next) return
  rows[at]?.removeAttribute('data-here')
  next.setAttribute('data-here', '')
  const box = next.querySelector('input[data-pick]') ?? next
  box.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
}
const focusOn = (selector) => () => document.querySelector(selector)?.focus()
const KEYS = {
  j: walk(1),
  k: walk(-1),
  a: focusOn('[data-key="a"]'),
  r: focusOn('[data-key="r"]'),
  '?': () => document.querySelector('dialog.help')?.showModal(),
  ' ': (list, event) => {
    const box = list.querySelector('[data-here] input[data-pick]')
    // The box itself does it when it has the focus.
    if (!box || event.target === box) return false
    box.click()
  },
}
document.addEventListener('click', (event) => {
  if (event.target.closest('[data-help]')) document.querySelector('dialog.help')?.showModal()
})

function prepare(root) {
  localTimes(root)
  withoutNeedless(root)
  dropping(root)
}
prepare(document)
document.addEventListener('htmx:load', (event) => prepare(event.detail.elt))
