// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// The owner's inbox. Where one is stands behind the # of the address: box, form, search and message.
import * as api from './api.js'
import * as dialogs from './dialogs.js'
import * as door from './door.js'
import { button, el, emptyPage, get, recall, shown, translate } from './dom.js'
import { letter, may, row, titleOf } from './letter.js'
import { List } from './list.js'
import { Mailbox } from './mailbox.js'
import { overview, since } from './overview.js'
import { boxes, hashOf, listKey, periods, placeOf, queryOf } from './places.js'
import * as session from './session.js'
import { alarm, closeAlarm, news, toast, undoLast, untoast } from './toasts.js'
import { keyOf, language, number, say, setFallback, setLanguage } from './words.js'

let place = {}
let message = null // the open one, whole or as far as known
let counts = {} // { unread, held, failed }, as last heard
let figures = null // the overview's
let failures = 0 // of the questions for news, in a row
let cameFromList = false
const forms = new Set()

// ---- Places

const query = () => queryOf(place)

/** Goes to a place without a new step in the browser's history. */
const go = changes => {
  history.replaceState(null, '', hashOf({ ...place, ...changes }))
  return route()
}

const route = (isUser = true) => {
  const before = place
  place = placeOf(location.hash)
  const isOverview = place.box === 'overview'
  document.body.dataset.view = isOverview ? 'overview' : place.id ? 'letter' : 'list'
  get('overview').hidden = !isOverview
  get('index').hidden = get('letter').hidden = false
  closeMenu()
  paintBoxes()
  // Where the whole page scrolls, on a low screen, what is shown next is seen from its beginning.
  if (place.box !== before.box || place.id !== before.id) scrollTo(0, 0)
  // Whoever goes on has done with what can be undone.
  if (place.id && place.id !== before.id || listKey(place) !== listKey(before)) untoast()
  if (isOverview) return showOverview()
  if (listKey(place) !== listKey(before)) {
    if (get('query').value !== (place.q ?? '')) get('query').value = place.q ?? ''
    get('unread').checked = Boolean(place.unread)
    get('scroll').scrollTop = 0
    mailbox.select(query()).then(announce)
  }
  paintForms()
  if (place.id !== before.id || before.box === 'overview') {
    if (place.id) { cameFromList = !before.id; open(place.id, isUser) } else close(before.id, isUser)
  }
}

// ---- The list

let emptying
const paintList = () => {
  clearTimeout(emptying)
  emptying = null
  const rows = get('rows')
  if (rows.classList.contains('tall') !== (place.box === 'held')) {
    rows.classList.toggle('tall')
    list.forget()
  }
  list.show(mailbox.items, mailbox.next === null)
  paintTail()
}

const mailbox = new Mailbox(() => {
  for (const item of mailbox.items) forms.add(item.form)
  const isLoading = mailbox.state === 'loading'
  get('index').setAttribute('aria-busy', isLoading)
  if (failures && mailbox.state === 'ready') { failures = 0; paintOffline() }
  // What the place before showed stays for a moment, out of reach: a quick answer takes over from it without a blank between.
  get('scroll').inert = isLoading && !mailbox.items.length
  if (get('scroll').inert) emptying ??= setTimeout(paintList, 200)
  else paintList()
  paintForms()
  paintResendAll()
})

const list = new List(get('scroll'), get('rows'),
  item => row(item, hashOf({ ...place, id: item.id }), {
    isOpen: item.id === place.id, showsForm: forms.size > 1 && !place.form, release: place.box === 'held' && (() => act(item, 'release')),
  }),
  () => mailbox.state === 'ready' && queueMicrotask(() => mailbox.more()))

/** The words for there being nothing. */
const noneKey = () => place.q || place.unread || place.form ? 'noneFound'
  : { held: 'noneHeld', failed: 'noneFailed', archived: 'noneArchived' }[place.box] ?? 'none'

const paintTail = () => {
  const { state, items } = mailbox
  const tail = get('tail')
  const none = noneKey()
  tail.className = items.length ? '' : 'alone'
  if (state === 'loading') tail.replaceChildren(el('p', null, say('loading')))
  else if (state === 'failed') {
    tail.replaceChildren(el('p', { role: 'alert' }, say('listFailed', { why: mailbox.problem.why ?? say('unwell') })),
      button('retry', () => items.length ? mailbox.more() : mailbox.select(query())))
  } else if (state === 'paused') {
    tail.replaceChildren(el('p', null, say(items.length ? 'notAllSeen' : 'noneSoFar')), button('older', () => mailbox.more()))
  }
  else if (mailbox.next !== null) tail.replaceChildren()
  else if (items.length) tail.replaceChildren(items.length > 10 ? el('p', null, say('end')) : '')
  else {
    tail.replaceChildren(el('div', { class: 'slot', 'aria-hidden': 'true' }), el('h2', null, say(none)), el('p', null, say(none + 'Hint')),
      ...none === 'none' ? [el('a', { class: 'button', href: '/' }, say('toSite'))] : [])
  }
  if (mailbox.unreadable) tail.prepend(el('p', { class: 'bad' }, say('someUnreadable', { n: number(mailbox.unreadable) })))
}

/** Says what is shown to whoever does not see it. */
const announce = () => {
  const { state, items, next } = mailbox
  if (place.box === 'overview' || state === 'loading' || state === 'failed') return
  get('state').textContent = items.length ? `${say(place.box)}: ${say('count', { n: number(items.length) + (next ? '+' : '') })}`
    : say(state === 'paused' ? 'noneSoFar' : noneKey())
}

const paintForms = () => {
  const known = [...new Set([...session.forms(), ...forms, ...place.form ? [place.form] : []])].sort()
  const select = get('form')
  select.hidden = known.length < 2
  if (select.dataset.known === known.join() + language) return void (select.value = place.form ?? '')
  select.dataset.known = known.join() + language
  select.replaceChildren(el('option', { value: '' }, say('allForms')), ...known.map(name => el('option', { value: name }, shown(name, 60))))
  select.value = place.form ?? ''
}

/** At the head of the failed and the bounced, however old. */
const paintResendAll = () => {
  const { items } = mailbox
  const isShown = place.box === 'failed' && items.length > 0
  if (!isShown && document.activeElement === get('resend-all')) get('title').focus()
  get('resend-all').hidden = !isShown
}

/** The open message comes first: of a page's title a tab shows the beginning (WCAG 2.4.2). */
const paintTitle = () => {
  if (get('app').hidden || !place.box) return
  const unread = counts.unread ? `(${counts.unread}) ` : ''
  document.title = [place.id && message && shown(titleOf(message), 60), unread + say(place.box), 'Brevlåda'].filter(Boolean).join(' · ')
}

const paintBoxes = () => {
  get('title').textContent = say(place.box)
  paintTitle()
  for (const link of get('boxes').querySelectorAll('a')) {
    const { box } = link.dataset
    link.href = hashOf({ box })
    if (box === place.box) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
    const count = { inbox: counts.unread, held: counts.held, failed: counts.failed }[box]
    const unseen = () => box === 'inbox' && el('span', { class: 'unseen' }, ' ' + say('unreadN', { n: number(count) }))
    link.replaceChildren(say(box), ...count ? [el('span', { class: 'count' }, ' ', number(count), unseen())] : [])
  }
}

let counting
/** Asks how many are unread, held and failed; at most once a second after changes, however many there are. */
const count = (later = 0) => {
  clearTimeout(counting)
  counting = setTimeout(async () => {
    const answer = await api.audit({}).catch(() => null)
    if (!answer) return
    const { held, failed, bounced } = answer.awaitingOwner
    counts = { unread: answer.unread, held, failed: failed + bounced, at: Date.now() }
    paintBoxes()
  }, later)
}

// ---- The open message

const letterPane = get('letter')

/** Shows the message as it is known; whoever stood on a button of it stays there. */
const paintLetter = () => {
  const name = element => element.id || element.textContent
  const stops = () => [...letterPane.querySelectorAll('a, button, summary, h1')]
  const focused = letterPane.contains(document.activeElement) && name(document.activeElement)
  const wasOpen = letterPane.querySelector('details')?.open
  if (!message) letterPane.replaceChildren(el('p', { class: 'hint' }, say('pick')))
  else letterPane.replaceChildren(...letter(message, name => act(message, name), back).filter(Boolean))
  if (wasOpen && message) letterPane.querySelector('details').open = true
  paintTitle()
  // Where what one stood on is gone, the title is next.
  if (focused) (stops().find(element => name(element) === focused) ?? get('letter-title'))?.focus({ preventScroll: true })
}

let opening
const open = async (id, isUser) => {
  opening?.abort()
  const { signal } = opening = new AbortController()
  const known = mailbox.find(id)
  message = known ?? null
  if (message) paintLetter()
  else letterPane.replaceChildren(button('back', back, { class: 'back' }), el('p', { class: 'hint' }, say('loading')))
  letterPane.scrollTop = 0
  list.refresh()
  const focus = () => isUser && get('letter-title')?.focus({ preventScroll: true })
  focus()
  try {
    const whole = await api.find(id, signal)
    if (signal.aborted) return
    message = whole
    paintLetter()
    if (!known) focus()
    if (!whole.readAt) markRead(whole)
    watch(signal)
  } catch (error) {
    if (signal.aborted) return
    const isGone = error.status === 404
    const hadFocus = document.activeElement === document.body || letterPane.contains(document.activeElement)
    const hint = el('p', { class: 'hint', role: 'alert', tabindex: '-1' },
      isGone ? say('gone') : say('findFailed', { why: error.why ?? say('unwell') }))
    const retry = isGone ? null : button('retry', () => open(id, true))
    letterPane.replaceChildren(button('back', back, { class: 'back' }), hint, ...retry ? [retry] : [])
    if (hadFocus) (retry ?? hint).focus()
    if (isGone) mailbox.take(id)
  }
}

let watches = 0
/** Looks again, ever less often, while the mail of the open message is on its way; a later watch takes over. */
const watch = async signal => {
  const own = ++watches
  const isOver = () => signal.aborted || own !== watches || !message
  for (let wait = 1500; message?.status === 'received' && wait < 60000; wait *= 1.6) {
    await new Promise(resolve => setTimeout(resolve, wait))
    if (isOver()) return
    const whole = document.hidden ? null : await api.find(message.id, signal).catch(() => null)
    if (isOver()) return
    if (whole && JSON.stringify(whole) !== JSON.stringify(message)) accept(whole)
  }
}

const reopen = id => { if (message?.id === id && place.id === id) watch(opening.signal) }

const close = (id, isUser) => {
  opening?.abort()
  message = null
  paintLetter()
  list.refresh()
  if (isUser && id) focusRow(list.indexOf(id))
}

const focusRow = index => {
  if (mailbox.items.length) list.reveal(Math.max(0, Math.min(index, mailbox.items.length - 1)), true)
  else get('title').focus()
}

const back = () => cameFromList ? history.back() : go({ id: undefined })

/** Takes over what the server says a message is now. */
const accept = whole => {
  if (message?.id === whole.id) { message = whole; paintLetter() }
  if (boxes[place.box]?.has(whole)) mailbox.put(whole)
  else if (mailbox.find(whole.id) && message?.id !== whole.id) mailbox.take(whole.id)
  else mailbox.put(whole)
}

const markRead = async whole => {
  const read = { ...whole, readAt: new Date().toISOString() }
  counts.unread = Math.max(0, (counts.unread ?? 0) - (whole.status === 'held' ? 0 : 1))
  paintBoxes()
  accept(read)
  try { accept(await inTurn(whole.id, () => api.change(whole.id, { read: true }))) } catch (error) {
    accept({ ...(message?.id === whole.id ? message : whole), readAt: null })
    alarm(say('didNot', { why: error.why ?? say('unwell') }))
  }
  count(1000)
}

// ---- What is done with a message

const deeds = {
  archive: { body: { archived: true }, then: now => ({ archivedAt: now }), undo: 'unarchive' },
  unarchive: { body: { archived: false }, then: () => ({ archivedAt: null }), undo: 'archive' },
  spam: { body: { action: 'spam' }, then: () => ({ status: 'held', spamReasons: ['owner'] }), undo: 'release' },
  release: { body: { action: 'release' }, then: () => ({ status: 'received' }) },
  resend: { body: { action: 'resend' }, then: () => ({ status: 'received' }) },
  unread: { body: { read: false }, then: () => ({ readAt: null }) },
}

const turns = new Map()
/** One change at a time for each message, in the order they were asked for. */
const inTurn = (id, work) => {
  const turn = (turns.get(id) ?? Promise.resolve()).catch(() => {}).then(work)
  turns.set(id, turn)
  const done = () => { if (turns.get(id) === turn) turns.delete(id) }
  turn.then(done, done)
  return turn
}

const act = (subject, name) => {
  if (!subject) return
  if (name === 'remove') {
    const run = () => api.remove(subject.id)
    const sender = subject.name || subject.email
    const question = sender ? say('removeAskOf', { name: shown(sender, 60) }) : say('removeAsk')
    return dialogs.confirm(question, 'removeWarn', 'remove', () => perform(subject, { name, run }))
  }
  if (name === 'erase') return askErase(subject.email)
  if (may[name] && !may[name](subject)) return
  const { body, then, undo } = deeds[name]
  perform(subject, { name, undo, after: { ...subject, ...then(new Date().toISOString()) }, run: () => api.change(subject.id, body) })
}

/** Shows a deed as done at once, and takes it back, saying why, when the server does not agree. */
const perform = async (subject, { name, undo, after, run }) => {
  const { id } = subject
  const from = listKey(place)
  const leaves = !after || !boxes[place.box].has(after)
  const index = list.indexOf(id)
  const wasOpen = place.id === id
  if (after) mailbox.put(after)
  if (leaves) mailbox.take(id)
  if (leaves || name === 'unread') {
    if (wasOpen) go({ id: undefined })
    focusRow(leaves ? index : list.indexOf(id))
  } else if (message?.id === id) { message = after; paintLetter() }
  const mails = name === 'spam' && subject.notifiedAt
  toast(say(keyOf('done', name)), undo && { key: mails ? 'undoMails' : 'undo', run: () => act(after, undo) })
  try {
    const whole = await inTurn(id, run)
    // Where another change has been asked for meanwhile, its answer is the one to show.
    if (whole?.id && !turns.has(id)) {
      if (message?.id === id) accept(whole)
      else if (mailbox.find(id)) mailbox.put(whole)
      // An undone deed: the message comes back to where it stood by its time.
      else if (!leaves && from === listKey(place)) {
        const older = mailbox.items.findIndex(item => item.receivedAt <= whole.receivedAt)
        mailbox.putBack(whole, older < 0 ? mailbox.items.length : older)
      }
    }
    if (['release', 'resend'].includes(name)) reopen(id)
  } catch (error) {
    if (from === listKey(place)) mailbox.putBack(subject, index)
    if (message?.id === id) { message = subject; paintLetter() }
    untoast()
    alarm(say('didNot', { why: error.why ?? say('unwell') }))
    // Somebody else was faster: show what it has become.
    if (error.status === 409) api.find(id).then(accept, () => {})
    if (error.status === 404) mailbox.take(id)
  }
  count(1000)
}

const askErase = address => dialogs.erase(address ?? '', ids => {
  mailbox.take(...ids)
  if (ids.includes(place.id)) go({ id: undefined })
  count(1000)
})

const resendAll = () => dialogs.confirm(say('resendAllAsk'), null, 'resendAll', async () => {
  try {
    let resent = 0, answer
    do { answer = await api.resendFailed(); resent += answer.resent } while (!answer.complete && answer.resent)
    toast(say('doneResendAll', { n: number(resent) }))
  } catch (error) { alarm(say('didNot', { why: error.why ?? say('unwell') })) }
  if (place.box === 'overview') showOverview()
  else mailbox.select(query())
  count(1000)
})

// ---- The overview

let asking // the question under way
let painted // what the numbers on the page were made of

/** Shows the numbers of the period; as news, only where they have changed, and an answer that does not come is thrown. */
const showOverview = async (isNews = false) => {
  // Not under a dialogue, which gives the focus back to what it was opened from.
  if (isNews && (asking || document.querySelector('dialog[open]'))) return
  asking?.abort()
  const mine = asking = new AbortController()
  const { signal } = mine
  const pane = get('overview')
  const chooser = el('label', { class: 'period' }, say('period'), el('select', { change: event => go({ days: event.target.value }) },
    periods.map(days => el('option', { value: days, selected: days === place.days }, say('days', { n: days })))))
  const had = pane.contains(document.activeElement) && document.activeElement.tagName === 'SELECT'
  const paint = (...content) => {
    pane.replaceChildren(el('header', null, el('h1', { id: 'overview-title', tabindex: '-1' }, say('overview')), chooser), ...content.filter(Boolean))
    if (had) chooser.querySelector('select').focus()
    painted = null
  }
  if (!figures) paint(el('p', { role: 'status' }, say('loading')))
  try {
    figures = await api.audit({ from: since(place.days), until: new Date().toISOString() }, signal)
    const content = JSON.stringify({ ...figures, until: figures.until.slice(0, 10) })
    if (isNews && content === painted) return
    const parts = overview(figures, id => hashOf({ box: 'all', id }), hashOf({ box: 'held' }), resendAll)
    if (isNews) repaint(pane, parts)
    else paint(...parts)
    painted = content
    const verdict = `${say('days', { n: place.days })}: ${pane.querySelector('.verdict h2').textContent}`
    if (!isNews || get('state').textContent !== verdict) get('state').textContent = verdict
  } catch (error) {
    if (signal.aborted) return
    if (isNews) throw error
    paint(el('p', { role: 'alert' }, say('auditFailed', { why: error.why ?? say('unwell') })), button('retry', () => showOverview()))
  } finally {
    if (asking === mine) asking = null
  }
}

/** Other numbers under the same head: the period may be open to be chosen, and whoever stands on a link stays there. */
const repaint = (pane, parts) => {
  const head = pane.querySelector('header')
  const name = element => element.matches('summary') ? 'summary' : element.getAttribute('href') ?? element.textContent
  const stops = () => [...pane.querySelectorAll('a, button, summary')]
  const focused = stops().find(element => element === document.activeElement)
  const wasOpen = pane.querySelector('details')?.open
  const { scrollTop } = pane
  while (head.nextSibling) head.nextSibling.remove()
  pane.append(...parts)
  if (wasOpen) pane.querySelector('details').open = true
  if (focused) (stops().find(element => name(element) === name(focused)) ?? get('overview-title')).focus({ preventScroll: true })
  pane.scrollTop = scrollTop
}

// ---- News

let timer
let lastPoll = 0
const poll = async () => {
  clearTimeout(timer)
  lastPoll = Date.now()
  if (!get('app').hidden) {
    try {
      const isOverview = place.box === 'overview'
      const fresh = isOverview ? [] : await mailbox.refresh()
      if (isOverview) await showOverview(true)
      if (failures) { failures = 0; paintOffline() }
      tell(fresh)
      refreshOpen()
      if (fresh.length || Date.now() - (counts.at ?? 0) > 60000) count()
    } catch (error) {
      if (error.name !== 'AbortError' && error.status !== 401) { failures++; paintOffline() }
    }
  }
  clearTimeout(timer)
  timer = setTimeout(poll, failures ? Math.min(300000, 5000 * 2 ** failures) : document.hidden ? 120000 : 20000)
}

const tell = fresh => {
  if (!fresh.length || get('scroll').scrollTop === 0) get('fresh').hidden = true
  if (!fresh.length) return
  const [{ name, email }] = fresh
  const text = fresh.length > 1 ? say('newMany', { n: number(fresh.length) })
    : name || email ? say('newOne', { name: shown(name || email, 60) }) : say('newUnnamed')
  if (get('scroll').scrollTop > 0) { get('fresh').hidden = false; get('fresh').textContent = text }
  news(text)
}

/** The open message is read anew when its row shows that something has happened. */
const refreshOpen = () => {
  const item = message && mailbox.find(message.id)
  if (!item || ['status', 'attempts', 'lastError', 'archivedAt', 'notifiedAt'].every(name => item[name] === message[name])) return
  const { signal } = opening
  api.find(item.id, signal).then(whole => signal.aborted || accept(whole), () => {})
}

const paintOffline = () => get('offline').replaceChildren(...failures ? [say('offline'), ' ', button('retry', poll)] : [])

document.addEventListener('visibilitychange', () => { if (!document.hidden && Date.now() - lastPoll > 5000) poll() })
addEventListener('online', poll)
// Back from the browser's memory of the page: who is signed in is asked anew.
addEventListener('pageshow', event => event.persisted && location.reload())

// ---- Keys

const current = () => {
  const id = document.activeElement?.closest?.('[data-id]')?.dataset.id ?? place.id
  return id && id === message?.id ? message : mailbox.find(id)
}

const step = by => {
  const inList = document.activeElement?.closest?.('[data-id]')
  const index = list.indexOf(inList?.dataset.id ?? place.id)
  const to = index < 0 ? 0 : index + by
  const item = mailbox.items[to]
  if (!item) return
  if (!inList && place.id) { list.reveal(to); go({ id: item.id }) } else list.reveal(to, true)
}

const keys = {
  j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
  '/': () => { get('query').focus(); get('query').select() },
  e: () => act(current(), current()?.archivedAt ? 'unarchive' : 'archive'),
  '!': () => act(current(), current()?.status === 'held' ? 'release' : 'spam'),
  u: () => act(current(), 'unread'),
  '#': () => act(current(), 'remove'),
  r: () => get('reply')?.click(),
  z: undoLast,
  '?': dialogs.help,
}

document.addEventListener('keydown', event => {
  const { key, target } = event
  if (event.defaultPrevented || event.altKey || get('app').hidden || document.querySelector('dialog[open]')) return
  const isTyping = target.matches('input:not([type=checkbox]), textarea')
  if (event.ctrlKey || event.metaKey) {
    // The key of every program, so that it needs no switch: "Undo" lies behind a list that the Tab key does not come past.
    if (key === 'z' && !event.shiftKey && !isTyping && undoLast()) event.preventDefault()
    return
  }
  if (key === 'Escape') {
    if (target === get('query') && target.value) { target.value = ''; search() } else if (!closeAlarm() && !closeMenu() && place.id) back()
    return
  }
  if (target.matches('input, select, textarea')) {
    if (target === get('query') && (key === 'Enter' || key === 'ArrowDown') && mailbox.items.length) { event.preventDefault(); focusRow(0) }
    return
  }
  const isArrow = key.startsWith('Arrow')
  if (!Object.hasOwn(keys, key) || (isArrow ? !target.closest('[data-id]') : recall('brevlada.keys') === 'off')) return
  if (place.box === 'overview' && key !== '?') return
  event.preventDefault()
  keys[key]()
})

// ---- Controls

let typing
const search = () => go({ q: get('query').value.trim() || undefined })
get('query').addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(search, 250) })
get('form').addEventListener('change', event => go({ form: event.target.value || undefined }))
get('unread').addEventListener('change', event => go({ unread: event.target.checked ? 'true' : undefined }))
get('skip').addEventListener('click', () => get(place.box === 'overview' ? 'overview-title' : 'title')?.focus())
get('fresh').addEventListener('click', () => { get('scroll').scrollTop = 0; get('fresh').hidden = true; focusRow(0) })
get('scroll').addEventListener('scroll', () => { if (get('scroll').scrollTop === 0) get('fresh').hidden = true }, { passive: true })
get('help').addEventListener('click', dialogs.help)
get('resend-all').addEventListener('click', () => resendAll())
get('erase').addEventListener('click', () => askErase(message?.email))
get('export').addEventListener('click', () => {
  const { box, form, q, unread } = place.box === 'overview' ? { box: 'all' } : place
  const what = [say(box), form, unread && say('unreadOnly'), q && say('quoted', { text: q })].filter(Boolean).map(text => shown(text, 80)).join(', ')
  dialogs.exports(queryOf({ box, form, q, unread }), what)
})
get('language').addEventListener('change', event => { setLanguage(event.target.value); speak() })
get('sign-out').addEventListener('click', async () => {
  // Emptied, since the browser may keep the whole page for its back button.
  if (await session.end()) emptyPage()
  else alarm(say('didNot', { why: say('network') }))
})

const closeMenu = () => {
  const wasOpen = get('menu').getAttribute('aria-expanded') === 'true'
  get('menu').setAttribute('aria-expanded', false)
  return wasOpen
}
get('menu').addEventListener('click', () => { if (!closeMenu()) get('menu').setAttribute('aria-expanded', true) })

/** Says everything in the current language. */
const speak = () => {
  document.documentElement.lang = get('language').value = language
  translate()
  paintBoxes()
  paintForms()
  if (get('app').hidden) return
  list.refresh()
  paintTail()
  paintLetter()
  paintOffline()
  if (place.box === 'overview') showOverview()
  else announce()
}

// ---- Coming in

get('boxes').append(...[...Object.keys(boxes), 'overview'].map(box => el('li', null, el('a', { 'data-box': box }))))
// The link for the first password, pasted where the page already is, changes only what is behind the #: it is opened as in a
// new tab, and the start takes it from the address.
addEventListener('hashchange', () => session.firstToken() ? location.reload() : route())

let lastFocus
const enter = () => {
  get('door').hidden = true
  get('app').hidden = false
  const isFirst = !place.box
  if (isFirst) {
    if (!placeOf(location.hash).id) paintLetter()
    route(false)
  } else if (place.box === 'overview') showOverview()
  else {
    mailbox.select(query())
    if (place.id) open(place.id, false)
  }
  speak()
  count()
  clearTimeout(timer)
  timer = setTimeout(poll, 20000)
  ;(lastFocus?.isConnected ? lastFocus : get('title')).focus()
}

api.events.addEventListener('ended', () => {
  if (get('app').hidden) return
  lastFocus = document.activeElement
  for (const dialog of document.querySelectorAll('dialog')) dialog.close()
  door.open('ended', enter)
})

const start = async () => {
  document.documentElement.lang = language
  try {
    const state = await session.start()
    setFallback(session.siteLanguage())
    document.documentElement.lang = language
    if (state === 'in') enter()
    else door.open(state, enter)
  } catch { door.fail(say('network'), () => location.reload()) }
}
start()
