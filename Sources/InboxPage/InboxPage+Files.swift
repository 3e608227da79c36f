// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

// Generated from Inbox/ by scripts/embed-pages; edit its files and run the script again.
// swift-format-ignore-file

package import EmbeddedFiles

extension InboxPage {
    /// Every file of the owner's page, by path.
    package static let files: [EmbeddedFile] = [
        EmbeddedFile("api.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// The calls of the owner's API, described in docs/openapi.yaml.
import * as session from './session.js'
import { say } from './words.js'

/** An answer that is no success; 0 stands for none at all, and 'broken' for one that broke off. */
export class Refusal extends Error {
  constructor(status) {
    super(`answered ${status}`)
    this.status = status
  }

  /** Why, for a person; what a proxy writes is not for one. */
  get why() {
    return say({ 0: 'network', broken: 'broken', 400: 'misunderstood', 401: 'ended', 404: 'goneWhy', 409: 'conflict', 500: 'unreadable' }[this.status] ?? 'unwell')
  }
}

export const events = new EventTarget() // 'ended': signed out by the server

const patience = 30000 // ms until an answer that has not come counts as none; an export takes the time it takes

const request = async (method, path, { query, body, signal, takesTime } = {}, again = true) => {
  const signals = [signal, takesTime ? null : AbortSignal.timeout(patience)].filter(Boolean)
  const text = query ? '?' + new URLSearchParams(query) : ''
  const headers = { Accept: 'application/json', ...await session.headers().catch(() => ({})) }
  if (method !== 'GET') headers['Content-Type'] = 'application/json'
  let reply
  try {
    reply = await fetch('/api/' + path + text, {
      method, headers, body: body && JSON.stringify(body), signal: AbortSignal.any(signals),
    })
  } catch {
    if (signal?.aborted) throw signal.reason
    throw new Refusal(0)
  }
  if (reply.status === 401) {
    if (again && await session.renew().catch(() => false)) return request(method, path, { query, body, signal, takesTime }, false)
    session.forget()
    events.dispatchEvent(new Event('ended'))
  }
  if (!reply.ok) throw new Refusal(reply.status)
  return reply
}

const json = async (...call) => {
  const reply = await request(...call)
  try { return await reply.json() } catch { throw new Refusal(0) }
}

export const page = (query, signal) => json('GET', 'submissions', { query: { ...query, limit: 50 }, signal })
export const find = (id, signal) => json('GET', `submissions/${encodeURIComponent(id)}`, { signal })
export const change = (id, body) => json('PATCH', `submissions/${encodeURIComponent(id)}`, { body })
export const remove = id => request('DELETE', `submissions/${encodeURIComponent(id)}`)
export const resendFailed = () => json('POST', 'resend-failed', { body: {} })
export const erase = (email, cursor) => json('POST', 'erasure', { body: { email, ...cursor && { cursor } } })
export const audit = (query, signal) => json('GET', 'audit', { query, signal })

/** The parts of an export one after the other: on AWS an answer is short and `Link` names the next one (RFC 8288). */
export async function* exportParts(kind, query, signal) {
  while (query) {
    const reply = await request('GET', 'submissions.' + kind, { query, signal, takesTime: true })
    try { yield { blob: await reply.blob(), unreadable: Number(reply.headers.get('Brevlada-Unreadable')) } } catch { throw signal.aborted ? signal.reason : new Refusal('broken') }
    const next = /<([^>]*)>\s*;\s*rel="?next"?/i.exec(reply.headers.get('Link') ?? '')
    // Only its query counts: behind a distribution the function knows itself by another name.
    query = next && Object.fromEntries(new URL(next[1], location.href).searchParams)
  }
}

"""#),
        EmbeddedFile("dialogs.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// What is asked in a dialogue: a confirmation, an export, the erasure of a person, the list of keys.
import * as api from './api.js'
import { button, el, line, recall, refuse, remember, save, shown } from './dom.js'
import { language, longTime, number, say } from './words.js'

/** A modal dialogue; the browser keeps the focus in it, closes it at Escape and gives the focus back. */
const dialogue = (title, attributes, ...content) => {
  const box = el('dialog', { 'aria-labelledby': 'dialog-title', ...attributes, close: () => box.remove() },
    el('h2', { id: 'dialog-title' }, title), ...content)
  document.body.append(box)
  box.showModal()
  return box
}

const say_ = (key, values) => el('p', null, say(key, values))
const field = (key, input) => el('label', null, say(key), input)

/** Asks `question` before what can't be undone. */
export const confirm = (question, warning, doing, act) => {
  const box = dialogue(question, { 'aria-describedby': warning && 'dialog-warning' },
    warning && el('p', { id: 'dialog-warning' }, say(warning)), el('div', { class: 'actions' },
    button('cancel', () => box.close(), { autofocus: true }),
    button(doing, () => { box.close(); act() }, { class: 'main danger' })))
}

/** The keys that work while no field is being typed in; whoever uses speech or a switch can turn them off. */
export const help = () => {
  const keys = [['j', 'k', 'keyNext'], ['Enter', 'keyOpen'], ['Esc', 'keyBack'], ['/', 'keySearch'], ['e', 'keyArchive'], ['!', 'keySpam'],
    ['r', 'keyReply'], ['u', 'keyUnread'], ['#', 'keyDelete'], ['z', 'Ctrl+Z', 'keyUndo'], ['?', 'keyHelp']]
  const box = dialogue(say('help'), null,
    el('dl', { class: 'keys' }, keys.map(names => el('div', null,
      el('dt', null, names.slice(0, -1).map(name => el('kbd', null, name))),
      el('dd', null, say(names.at(-1)))))),
    el('label', { class: 'check' }, el('input', {
      type: 'checkbox', checked: recall('brevlada.keys') !== 'off',
      change: event => remember('brevlada.keys', event.target.checked ? 'on' : 'off'),
    }), say('keysOn')),
    el('div', { class: 'actions' }, button('close', () => box.close(), { autofocus: true })))
}

const formats = {
  csvComma: ['csv', { separator: 'comma' }],
  csvExcel: ['csv', { separator: 'semicolon', bom: true }],
  csvTab: ['csv', { separator: 'tab' }],
  jsonl: ['jsonl', {}],
}

const size = bytes => bytes < 1e6 ? `${number(Math.ceil(bytes / 1e3))} kB` : `${number(Math.round(bytes / 1e5) / 10)} MB`
/** The beginning of a day as the person's own clock has it; `later` days after. */
const dayStart = (text, later = 0) => {
  const [year, month, day] = text.split('-').map(Number)
  return new Date(year, month - 1, day + later).toISOString()
}

/** Fetches what `query` selects, described by `what`, and saves it as one file. */
export const exports = (query, what) => {
  const stop = new AbortController()
  const usual = language === 'sv' ? 'csvExcel' : 'csvComma' // a Swedish Excel takes commas for decimals
  const format = el('select', null, Object.keys(formats).map(key => el('option', { value: key, selected: key === usual }, say(key))))
  const from = el('input', { type: 'date' }), to = el('input', { type: 'date' })
  const status = el('p', { role: 'status' })
  const problem = el('p', { id: 'dialog-problem', role: 'alert', class: 'bad' })
  const go = el('button', { class: 'main' }, say('download'))
  const form = el('form', { submit: async event => {
    event.preventDefault()
    if (go.disabled) return
    if (from.value && to.value && from.value > to.value) return refuse(from, problem, say('daysTurned'))
    go.disabled = true
    const [kind, options] = formats[format.value]
    const whole = { ...query, ...options }
    if (from.value) whole.from = dayStart(from.value)
    if (to.value) whole.until = dayStart(to.value, 1)
    const parts = []
    let total = 0, unreadable = 0
    status.textContent = say('loading')
    try {
      for await (const part of api.exportParts(kind, whole, stop.signal)) {
        parts.push(part.blob)
        total += part.blob.size
        unreadable += part.unreadable
        status.textContent = say('exporting', { n: size(total) })
      }
      const file = `brevlada-${new Date().toISOString().slice(0, 10)}.${kind}`
      save(new Blob(parts, { type: parts[0]?.type }), file)
      status.textContent = [say('exported', { n: size(total), file }), unreadable && say('exportUnreadable', { n: number(unreadable) })]
        .filter(Boolean).join(' ')
    } catch (error) {
      if (!stop.signal.aborted) status.textContent = say('didNot', { why: error.why ?? say('network') })
    }
    go.disabled = false
  } },
  say_('exportWhat', { what }), field('format', format), el('div', { class: 'pair' }, field('since', from), field('until', to)), problem, status,
  el('div', { class: 'actions' }, button('close', () => box.close()), go))
  const box = dialogue(say('exportTitle'), null, form)
  box.addEventListener('close', () => stop.abort())
}

const manyIDs = 200 // shown; the saved receipt has all

const saveReceipt = erased => button('saveReceipt', () =>
  save(new Blob([JSON.stringify(erased, null, 2)], { type: 'application/json' }), `receipt-${erased.id}.json`))

/** The address is shown to whoever has just typed it; the file, which is kept, is pseudonymous. */
const receipt = (address, erased) => [
  el('p', { role: 'status', class: 'big' }, erased.erased ? say('erasedCount', { n: number(erased.erased) }) : say('erasedNone')),
  erased.unreadable && el('p', { role: 'alert', class: 'bad' }, say('eraseUnreadable', { n: number(erased.unreadable.length) })),
  el('dl', null, el('div', null, el('dt', null, say('address')), el('dd', null, line(address))),
    el('div', null, el('dt', null, say('number')), el('dd', null, line(erased.id))),
    el('div', null, el('dt', null, say('erasedAt')), el('dd', null, longTime(erased.at)))),
  erased.ids.length > 0 && el('ul', { class: 'ids', tabindex: '0', 'aria-label': say('receipt') },
    erased.ids.slice(0, manyIDs).map(id => el('li', null, shown(id)))),
  erased.ids.length > manyIDs && say_('andMore', { n: number(erased.ids.length - manyIDs) }),
  erased.ids.length > 0 && say_('stillThere'),
  el('div', { class: 'actions' },
    saveReceipt(erased),
    button('close', event => event.target.closest('dialog').close(), { class: 'main' })),
]

/** Erases all of one address, which is typed twice. `done(ids)` hears what went, also when it went only half way. */
export const erase = (address, done) => {
  const first = el('input', { type: 'email', autocomplete: 'off', required: true, value: address })
  const second = el('input', { type: 'email', autocomplete: 'off', required: true })
  const problem = el('p', { id: 'dialog-problem', role: 'alert', class: 'bad' })
  const status = el('p', { role: 'status' })
  const go = el('button', { class: 'main danger' }, say('eraseDo'))
  let begun, sumUp // the address, and what has gone of it
  let half // after a half-way end, saves the receipt of what went: it is evidence, whether or not one goes on
  const form = el('form', { novalidate: true, submit: async event => {
    event.preventDefault()
    if (go.disabled) return
    const email = first.value.trim()
    problem.textContent = ''
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) return refuse(first, problem, say('addressBad'))
    if (second.value.trim().toLowerCase() !== email.toLowerCase()) return refuse(second, problem, say('addressDiffers'))
    go.disabled = true
    // After a half-way end the same address goes on; another one is another person, with a receipt of their own.
    if (email.toLowerCase() !== begun) {
      begun = email.toLowerCase()
      sumUp = { id: null, at: null, erased: 0, ids: [] }
    }
    delete sumUp.unreadable // looked at anew
    half?.remove()
    try {
      let part
      do { // bounded work a call: on until all is gone
        part = await api.erase(email, part?.next)
        Object.assign(sumUp, { id: sumUp.id ?? part.id, at: part.at, erased: sumUp.erased + part.erased })
        sumUp.ids.push(...part.ids)
        if (part.unreadable?.length) sumUp.unreadable = [...sumUp.unreadable ?? [], ...part.unreadable]
        status.textContent = say('erasing', { n: number(sumUp.erased) })
      } while (part.next) // not while it is incomplete: what can't be read stays so
      form.replaceWith(...receipt(email, sumUp).filter(Boolean))
      box.querySelector('.main').focus()
    } catch (error) {
      status.textContent = ''
      problem.textContent = say('eraseHalf', { n: number(sumUp.erased), why: error.why ?? say('network') })
      if (sumUp.ids.length) go.before(half = saveReceipt({ ...sumUp, complete: false }))
      go.disabled = false
    }
    done(sumUp.ids)
  } },
  say_('eraseWhat'), field('address', first), field('again', second), problem, status,
  el('div', { class: 'actions' }, button('cancel', () => box.close()), go))
  const box = dialogue(say('eraseTitle'), null, form)
  ;(address ? second : first).focus()
}

"""#),
        EmbeddedFile("dom.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// Elements. Text only ever becomes text nodes and attributes of fixed names, so nothing in a message is ever markup.
import { say } from './words.js'

const build = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue
    if (typeof value === 'function') element.addEventListener(name, value)
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.flat(2).filter(child => child !== null && child !== undefined && child !== false))
  return element
}

/** An element; an attribute that is a function listens to the event of its name. */
export const el = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children)

export const svg = (tag, attributes, ...children) =>
  build(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)

const left = new DocumentFragment()
export const get = id => document.getElementById(id) ?? left.getElementById(id)
/** Takes everything off the page. Answers that are still to come change what nobody sees. */
export const emptyPage = () => left.append(...document.body.childNodes)

/** Text of a stranger as it may be shown: what would turn the direction of the text around it, and control
 *  characters, are spelled out. Longer than `most`, it is cut. */
export const shown = (text, most = Infinity) => {
  const whole = String(text ?? '').replace(/\r\n?/g, '\n')
  const cut = whole.length > most ? whole.slice(0, most) + '…' : whole
  return cut.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
    mark => `[U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
}

/** One line of a stranger's text, which can't disturb its neighbours' direction. */
export const line = (text, most = 300) => el('bdi', null, shown(text, most).replace(/\s+/g, ' '))

export const button = (key, click, attributes) => el('button', { type: 'button', click, ...attributes }, say(key))

/** Says at `place` what is wrong with a field, and with the field to whoever hears it (WCAG 3.3.1), until that is
 *  changed or sent again. */
export const refuse = (input, place, text) => {
  const over = new AbortController()
  const settle = () => {
    over.abort()
    place.textContent = ''
    input.removeAttribute('aria-invalid')
    input.removeAttribute('aria-describedby')
  }
  input.addEventListener('input', settle, { signal: over.signal })
  // Before the form's own listener, which may have something else to say.
  input.form.addEventListener('submit', settle, { signal: over.signal, capture: true })
  place.textContent = text
  input.setAttribute('aria-invalid', 'true')
  input.setAttribute('aria-describedby', place.id)
  input.focus()
}

/** Puts the words of the current language into all that is marked with data-say. */
export const translate = () => {
  for (const element of document.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say)
  for (const element of document.querySelectorAll('[data-label]')) element.setAttribute('aria-label', say(element.dataset.label))
  for (const element of document.querySelectorAll('[data-hint]')) element.setAttribute('placeholder', say(element.dataset.hint))
}

/** Hands a file to the browser's downloads. */
export const save = (blob, name) => {
  const url = URL.createObjectURL(blob)
  el('a', { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60000)
}

export const remember = (name, value) => { try { localStorage.setItem(name, value) } catch { /* then not */ } }
export const recall = name => { try { return localStorage.getItem(name) } catch { return null } }

"""#),
        EmbeddedFile("door.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// Before the inbox: signing in, and the first password.
import { button, el, get, refuse } from './dom.js'
import * as session from './session.js'
import { say } from './words.js'

const show = (...content) => {
  get('knock').replaceChildren(...content.filter(Boolean))
  get('door').hidden = false
  get('app').hidden = true
  document.title = `${say('signIn')} · Brevlåda`
}

export const fail = (why, retry) => show(el('p', { role: 'alert' }, say('startFailed', { why })), button('retry', retry, { class: 'main' }))

const faults = [400, 401, 422] // of the password itself

/** A form for one password. `send(password)` is the call, `judge(status)` the sentence for what it refused. */
const passwordForm = (hint, label, doing, isNew, send, judge, done) => {
  const problem = el('p', { id: 'door-problem', role: 'alert', class: 'bad' })
  const input = el('input', {
    id: 'password', type: 'password', required: true, maxlength: 1000,
    autocomplete: isNew ? 'new-password' : 'current-password',
  })
  const go = el('button', { class: 'main' }, say(doing))
  show(el('p', null, say(hint)), el('form', { novalidate: true, submit: async event => {
    event.preventDefault()
    if (go.disabled) return
    problem.textContent = ''
    go.disabled = true
    const reply = await send(input.value).catch(() => ({ status: 0 }))
    if (reply.status === 403) reply.code = await reply.json().then(answer => answer.errors[0].code).catch(() => null)
    go.disabled = false
    if (reply.ok) return done()
    if (faults.includes(reply.status)) refuse(input, problem, judge(reply))
    else problem.textContent = judge(reply)
    input.focus()
    input.select()
  } },
  // For password managers, which keep a password by its name.
  el('input', { type: 'text', autocomplete: 'username', value: 'owner', hidden: true, readonly: true, 'aria-label': say('owner') }),
  el('label', { for: 'password' }, say(label)), input,
  el('label', { class: 'check' },
    el('input', { type: 'checkbox', change: event => { input.type = event.target.checked ? 'text' : 'password' } }),
    say('showPassword')),
  problem, go))
  input.focus()
}

const judge = (reply, refused) => reply.status === 429 ? say('throttled', { n: reply.headers.get('Retry-After') ?? 60 })
  : reply.status === 403 ? say(reply.code !== 'NEEDS_TLS' ? 'elsewhere' : location.protocol === 'https:' ? 'behindProxy' : 'needsTLS') : reply.status === 0 ? say('startFailed', { why: say('network') })
    : reply.status >= 500 ? say('startFailed', { why: say('unwell') }) : say(refused)

/** `state` as session.start() told it, or 'ended'; `done` goes on to the inbox. */
export const open = (state, done) => {
  if (state === 'leaving') return show(el('p', { role: 'status' }, say('loading')))
  if (state.first) {
    const send = async password => [...password].length < 12 ? { status: 422 } : session.setFirst(state.first, password)
    return passwordForm('firstHint', 'newPassword', 'setPassword', true, send,
      reply => judge(reply, reply.status === 422 || reply.status === 400 ? 'tooShort' : 'firstUsed'), done)
  }
  if (session.kind() === 'cognito') {
    show(state === 'refused' && el('p', { role: 'alert', class: 'bad' }, say('signInFailed')),
      el('p', null, say(state === 'ended' ? 'endedHint' : 'cognitoHint')), button('signIn', session.begin, { class: 'main' }))
    return get('knock').querySelector('button').focus()
  }
  if (state === 'unset') return show(el('p', null, say('unset')), button('retry', () => location.reload(), { class: 'main' }))
  passwordForm(state === 'ended' ? 'endedHint' : 'signInHint', 'password', 'signIn', false, session.signIn, reply => judge(reply, 'wrong'), done)
}

"""#),
        EmbeddedFile("icon.svg", text: #"""
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0d3b3c"/><path fill="#edf6f2" d="M7 4h18v13H7z"/><path fill="none" stroke="#962a0b" stroke-width="1.6" d="M10 8h8M10 11h12"/><rect x="3" y="15" width="26" height="12" rx="2" fill="#f4c655"/><rect x="6" y="18" width="20" height="3.4" fill="#2a1c05"/></svg>

"""#),
        EmbeddedFile("inbox.css", text: #"""
/* SPDX-FileCopyrightText: The Brevlåda authors
   SPDX-License-Identifier: Apache-2.0 */

/* The colours and faces of the starter site: the box is set in its narrow display face, what people wrote in its serif. */
:root {
  color-scheme: light dark;
  --sea: #0d3b3c; --foam: #edf6f2; --brass: #f4c655;
  --desk: #d9e6e3; --paper: #f6f8f5; --card: #fff; --ink: #10292b; --soft: #36504f; --line: #c3d1cd; --edge: #667d7c;
  --red: #8a2306; --green: #14543b; --wash: #fbf0d2; --blush: #fbeae4; --chip: #e6eeeb;
  --stripe: #8a6914; /* brass that is seen on white (WCAG 1.4.11) */
  --display: "Avenir Next Condensed", Bahnschrift, "Roboto Condensed", sans-serif-condensed,
    "Nimbus Sans Narrow", "Liberation Sans Narrow", "Arial Narrow", sans-serif;
  --text: "Iowan Old Style", "Palatino Linotype", P052, Georgia, serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --sea: #061a1d; --desk: #0a1b1f; --paper: #0e2227; --card: #15303a; --ink: #e9f1ed; --soft: #c6d5d1; --line: #2b4750; --edge: #8ca5a4;
    --red: #ffc7b3; --green: #b5e6cc; --wash: #3a300f; --blush: #43231b; --chip: #1c3a44;
    --stripe: var(--brass);
  }
}

* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--desk); color: var(--ink); font: 1.0625rem/1.4 var(--display); font-stretch: 75%; }
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 1.9rem; font-weight: 700; line-height: 1.1; }
a { color: inherit; }
:focus-visible { outline: 3px solid var(--red); outline-offset: 2px; }
h1:focus-visible, h2:focus-visible { outline: none; }
.unseen, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: fixed; z-index: 9; top: .5rem; left: .5rem; }
.soft { color: var(--soft); }
.bad { color: var(--red); }

button, .button, input, select { font: inherit; color: inherit; border: 1px solid var(--edge); border-radius: .3rem; background: var(--card); }
button, .button { display: inline-flex; align-items: center; justify-content: center; min-height: 2.25rem; padding: .3rem .8rem; font-weight: 700; text-decoration: none; cursor: pointer; }
button:hover, .button:hover { background: var(--chip); }
.main { border-color: var(--ink); background: var(--ink); color: var(--paper); }
.main:hover { background: var(--soft); }
.danger { border-color: var(--red); color: var(--red); }
.main.danger { background: var(--red); color: var(--paper); }
@media (prefers-color-scheme: dark) { .main.danger, .main.danger:hover { color: #10292b; } }
button:disabled { opacity: .6; cursor: progress; }
.quiet { border: 0; padding-inline: 0; background: none; color: var(--soft); font-weight: 400; text-decoration: underline; text-underline-offset: .2em; }
input, select { min-height: 2.25rem; padding: .3rem .6rem; max-width: 100%; }
input[type=checkbox] { width: 1.25rem; height: 1.25rem; min-height: 0; margin: 0; accent-color: #2f7f7c; }
.check { display: inline-flex; align-items: center; gap: .5rem; min-height: 2.25rem; }

/* A letterbox of brass; in the box's own name and where nothing lies. */
.slot { padding: .5rem .5rem .5rem .85rem; border-radius: .35rem; background: linear-gradient(#150d02, #46330f) 50% 78% / calc(100% - 1rem) .55rem no-repeat, linear-gradient(#efc65c, #c99435);
  color: #2e1f02; font-size: 1.05rem; font-weight: 700; line-height: 1; letter-spacing: .3em; text-align: center; text-transform: uppercase; }
p.slot { height: 3.1rem; }

/* ---- The frame */
#app { display: grid; grid-template: 100vh / 13.5rem 1fr; grid-template-rows: 100dvh; }
#side { display: flex; flex-direction: column; gap: 1.5rem; padding: 1rem .75rem; overflow-y: auto; background: var(--sea); color: var(--foam); }
#side :focus-visible { outline-color: var(--brass); }
#side a, #side button { display: flex; justify-content: space-between; width: 100%; min-height: 2.4rem; padding: .4rem .75rem; border: 0; border-radius: .3rem; background: none; color: inherit; font-size: 1.15rem; font-weight: 400; text-decoration: none; text-align: start; }
#side a:hover, #side button:hover { background: #ffffff1c; }
#side a[aria-current] { background: var(--brass); color: #1d1402; font-weight: 700; }
#side .count { font-weight: 700; font-variant-numeric: tabular-nums; }
#side #menu { display: none; }
#boxes li:last-child { margin-top: .75rem; padding-top: .75rem; border-top: 1px solid #ffffff3a; }
#tools { margin-top: auto; }
#tools button { font-size: 1.05rem; }
#language { width: calc(100% - 1.5rem); margin: .35rem .75rem; background: var(--sea); color: inherit; border-color: #9db8b4; }

#main { display: grid; grid-template: 100% / minmax(20rem, 27rem) 1fr; min-width: 0; min-height: 0; background: var(--desk); }
#index { position: relative; display: flex; flex-direction: column; min-height: 0; min-width: 0; border-right: 1px solid var(--line); background: var(--paper); }
#index > header { padding: 1rem 1rem .75rem; border-bottom: 1px solid var(--line); }
search { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; margin-top: .75rem; }
#query { flex: 1 1 100%; min-width: 0; background: var(--card); }
#form { flex: 1 1 8rem; min-width: 0; }
#resend-all { margin-top: .75rem; }
#offline:not(:empty) { margin-top: .75rem; padding: .6rem .75rem; border-radius: .3rem; background: var(--wash); }
#offline button { margin-left: .25rem; }

/* ---- The list */
#scroll { position: relative; flex: 1; min-height: 0; overflow-y: auto; overflow-anchor: none; }
#rows { display: flow-root; }
.row { display: grid; grid-template-columns: 1fr auto auto; align-content: start; align-items: baseline; gap: 0 .5rem; height: 5.5rem; padding: .65rem 1rem .5rem 1.75rem; border-bottom: 1px solid var(--line); text-decoration: none; overflow: hidden; }
.row:hover { background: var(--chip); }
.row:focus-visible { outline-offset: -3px; }
.row[aria-current] { background: var(--card); box-shadow: inset .3rem 0 var(--stripe); }
/* A name in Arabic too: it would change sides when its row is no longer unread. */
.row .who { overflow: hidden; font-size: 1.15rem; text-align: left; white-space: nowrap; text-overflow: ellipsis; }
.row time { color: var(--soft); font-size: .95rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
.row .what { grid-column: 1 / -1; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; max-height: 2.8em; color: var(--soft); font: .97rem/1.38 var(--text); overflow-wrap: anywhere; }
.row .what b { color: var(--ink); font-weight: 400; }
/* Where every row is a held one: its reasons, and room for the button that lies over the end of the row. */
.tall li { position: relative; }
.tall .row { height: 8.5rem; }
.tall .what { display: block; white-space: nowrap; text-overflow: ellipsis; }
.row .why { grid-column: 1 / -1; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; max-height: 4.2em; margin: .25rem 7.5rem 0 0; padding-left: .5rem; border-left: .2rem solid var(--brass); font-size: .95rem; overflow-wrap: anywhere; }
.release { position: absolute; right: 1rem; bottom: .75rem; }
.unread .who, .unread .what b { font-weight: 700; }
.unread .who { position: relative; overflow: visible; min-width: 0; }
.unread .who bdi { display: block; overflow: hidden; text-overflow: ellipsis; }
.unread .who::before { content: ""; position: absolute; left: -1.15rem; top: .45em; width: .6rem; height: .6rem; border-radius: 50%; background: var(--red); }
.chips { display: flex; gap: .35rem; }
.row:hover .chip:not([class*=" "]) { background: var(--card); }
.chip { padding: 0 .45rem; border-radius: .2rem; background: var(--chip); font-size: .88rem; white-space: nowrap; }
.chip.held { background: var(--wash); }
.chip.failed, .chip.bounced { background: var(--blush); color: var(--red); font-weight: 700; }
#tail { padding: 1rem; text-align: center; color: var(--soft); }
#tail:empty { padding: 0; }
#tail.alone { display: grid; justify-items: center; gap: .75rem; padding: 18% 1.5rem 2rem; font-size: 1.1rem; }
#tail .slot { width: 13rem; height: 3.6rem; margin-bottom: 1rem; background-size: calc(100% - 1.5rem) .8rem, auto; background-position: 50% 50%, 0 0; }
#tail h2 { color: var(--ink); }
#tail p { max-width: 24rem; text-wrap: balance; }
#fresh { position: absolute; z-index: 2; bottom: 1rem; left: 50%; max-width: 90%; transform: translateX(-50%); background: var(--brass); border-color: #8a6914; color: #1d1402; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

/* ---- The letter */
/* What gets the focus comes out from under the bar (WCAG 2.4.11). */
#letter { display: flex; flex-direction: column; min-width: 0; min-height: 0; overflow-y: auto; scroll-padding-top: 6.5rem; }
.hint { margin: auto; padding: 2rem; font-size: 1.15rem; text-align: center; }
.hint:has(+ button) { margin-bottom: 0; }
.hint + button { align-self: center; margin-bottom: auto; }
.bar { position: sticky; z-index: 1; top: 0; display: flex; flex-wrap: wrap; gap: .5rem; padding: .9rem clamp(1rem, 3vw, 2.5rem); background: var(--desk); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; }
.back { display: none; }
.sheet { position: relative; flex: none; max-width: 52rem; margin: 0 clamp(0px, 2.5vw, 2.5rem) 2.5rem; padding: clamp(1.25rem, 3.5vw, 3rem); background: var(--card); box-shadow: 0 1px 2px #0d3b3c33, 0 .5rem 1.5rem -.75rem #0d3b3c40; overflow-wrap: anywhere; }
.sheet h1 { font-size: clamp(1.5rem, 1.1rem + 1.4vw, 2.2rem); line-height: 1.12; margin-bottom: .75rem; }
.sheet h1.long { font-size: 1.35rem; }
.sheet h2 { margin-bottom: .5rem; font-size: 1.1rem; }
.sheet > section, .sheet > details { margin-top: 2rem; }
.postmark { float: right; width: 9.5rem; margin: -.25rem -.5rem .5rem 1rem; opacity: .75; fill: none; stroke: var(--edge); stroke-width: 2; transform: rotate(-7deg); }
.postmark text { fill: var(--soft); stroke: none; font: 700 12px var(--display); text-anchor: middle; text-transform: uppercase; letter-spacing: .04em; }
dl > div { display: flex; gap: .75rem; }
dt { flex: 0 0 7rem; color: var(--soft); }
dd { min-width: 0; overflow-wrap: anywhere; }
.address { color: var(--soft); }
.address::before { content: "<"; } .address::after { content: ">"; }
.state { display: inline-block; margin-top: .75rem; padding: .1rem .6rem; border-radius: .2rem; background: var(--chip); }
.state.notified { color: var(--green); }
.notice { clear: both; margin-top: 1.25rem; padding: 1rem 1.25rem; border-left: .3rem solid var(--brass); background: var(--wash); }
.notice.bad { border-color: var(--red); background: var(--blush); color: var(--ink); }
.notice ul { margin: .4rem 0 0 1.1rem; list-style: disc; }
.notice button { margin-top: .9rem; }
.raw { margin-top: .25rem; font: .92rem/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-stretch: 100%; overflow-wrap: anywhere; }
.text { clear: both; margin-top: 1.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); font: 1.16rem/1.6 var(--text); font-stretch: 100%; white-space: pre-wrap; overflow-wrap: anywhere; overflow: clip; unicode-bidi: plaintext; }
.fields dd { font: 1.05rem/1.5 var(--text); white-space: pre-wrap; overflow: clip; }
.fields dt { overflow-wrap: anywhere; }
.history li { position: relative; padding: 0 0 .7rem 1.4rem; }
.history li::before { content: ""; position: absolute; left: 0; top: .4em; width: .7rem; height: .7rem; border-radius: 50%; background: var(--edge); }
.history li:not(:last-child)::after { content: ""; position: absolute; left: calc(.35rem - 1px); top: 1.25em; bottom: -.3em; width: 2px; background: var(--line); }
.history .notified::before { background: var(--green); }
.history .failed::before, .history .bounced::before { background: var(--red); }
.history .held::before, .history .spam::before, .history .postponed::before, .history .partial::before { background: var(--brass); }
.history + button { margin-top: .25rem; }
.history time { color: var(--soft); font-variant-numeric: tabular-nums; }
summary { min-height: 1.75rem; color: var(--soft); cursor: pointer; }
.sheet > .quiet { margin-top: 1.5rem; }

/* ---- The overview */
#overview { grid-column: 1 / -1; min-width: 0; overflow-y: auto; padding: 1rem clamp(1rem, 4vw, 3.5rem) 3rem; background: var(--paper); }
#overview > header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: .75rem; margin-bottom: 1.25rem; }
#overview header, #overview > div, #overview > section { max-width: 76rem; }
[data-view=overview] #index, [data-view=overview] #letter { display: none; }
.period { display: flex; align-items: center; gap: .6rem; }
.verdict { padding: clamp(1.25rem, 3vw, 2.25rem); background: var(--sea); color: var(--foam); }
.verdict h2 { font-size: clamp(1.6rem, 1rem + 2.4vw, 2.6rem); line-height: 1.05; }
.verdict.bad { background: #7a1f06; color: #fff; }
.sum { display: flex; flex-wrap: wrap; gap: .75rem 1.75rem; margin-top: 1.5rem; }
.sum > div { display: flex; flex-direction: column-reverse; justify-content: flex-end; gap: .1rem; }
.sum dt { flex: none; color: inherit; font-size: 1.05rem; }
.sum dt span { margin-right: .4rem; color: var(--brass); }
.sum dd { font-size: 2rem; font-weight: 700; line-height: 1; font-variant-numeric: tabular-nums; }
.sum > :first-child dd { color: var(--brass); }
.sum .missing dd { text-decoration: underline wavy; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 2rem 3rem; margin: 2rem 0; }
figcaption, #overview section h2 { margin-bottom: .75rem; font-size: 1.35rem; font-weight: 700; }
.plot { position: relative; padding-top: 1.4rem; }
.plot svg { display: block; width: 100%; height: 9rem; overflow: visible; }
.plot .top { position: absolute; top: 0; left: 0; color: var(--soft); font-size: .95rem; }
.ends { display: flex; justify-content: space-between; padding-top: .3rem; color: var(--soft); font-size: .95rem; }
.rest { fill: var(--edge); } .held { fill: var(--brass); } .failed { fill: var(--red); }
.axis { fill: none; stroke: var(--edge); vector-effect: non-scaling-stroke; }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .5rem 0; }
.key span::before { content: ""; display: inline-block; width: .75rem; height: .75rem; margin-right: .4rem; background: var(--edge); }
.key .held::before { background: var(--brass); } .key .failed::before { background: var(--red); }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .5rem .3rem 0; border-bottom: 1px solid var(--line); text-align: end; font-weight: 400; }
th:first-child { text-align: start; }
thead th { color: var(--soft); }
.scale { display: block; width: 100%; overflow: visible; }
.scale text { fill: var(--soft); font: 18px var(--display); text-anchor: middle; }
.scale .range { stroke: var(--edge); stroke-width: 5; stroke-linecap: round; }
.scale circle { fill: var(--paper); stroke: var(--ink); stroke-width: 3; }
.scale .p50 { fill: var(--ink); } .scale .max { stroke: var(--red); }
.times { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin-top: 1rem; }
.times > div { display: block; }
.times dd { font-size: 1.5rem; font-weight: 700; }
.verdict > p { max-width: 44rem; margin-top: .5rem; }
.problems li { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .6rem; padding: .6rem 0; border-bottom: 1px solid var(--line); font-size: 1.15rem; }
.links { display: inline-flex; gap: .35rem; margin-left: auto; }
.links a { min-width: 2rem; padding: .15rem .5rem; border: 1px solid var(--edge); border-radius: .3rem; text-align: center; text-decoration: none; }
#overview section p { margin-top: .75rem; }

/* ---- Over it all */
#toast, #alarm { position: fixed; z-index: 5; left: 50%; bottom: 1.25rem; transform: translateX(-50%); width: max-content; max-width: calc(100vw - 2rem); }
#toast, #alarm { display: flex; align-items: center; gap: 1rem; padding: .6rem .6rem .6rem 1.1rem; border-radius: .4rem; background: var(--sea); color: var(--foam); box-shadow: 0 .5rem 1.5rem #0006; }
#toast p { padding-block: .35rem; overflow-wrap: anywhere; }
#toast button { border-color: var(--brass); background: none; color: var(--brass); flex: none; }
#toast :focus-visible, #alarm :focus-visible { outline-color: var(--brass); }
#alarm { background: #7a1f06; color: #fff; }
/* Not hidden while empty: a region that appears with its words is not always read out. */
#toast:empty, #alarm:empty { padding: 0; background: none; box-shadow: none; }
#alarm button { border-color: #fff; background: none; color: inherit; flex: none; }
dialog { z-index: 10; width: min(34rem, calc(100vw - 2rem)); max-height: calc(100dvh - 2rem); padding: 1.75rem; border: 0; border-top: .5rem solid var(--brass); background: var(--card); color: inherit; overflow-y: auto; }
dialog::backdrop { background: #061a1dbf; }
dialog h2 { margin-bottom: .75rem; font-size: 1.6rem; line-height: 1.1; }
dialog form, dialog { overflow-wrap: anywhere; }
dialog label:not(.check) { display: block; margin-top: 1rem; font-weight: 700; }
dialog label input:not([type=checkbox]), dialog label select, .door input:not([type=checkbox]) { display: block; width: 100%; margin-top: .3rem; background: var(--paper); font-weight: 400; }
dialog .actions { justify-content: flex-end; margin-top: 1.5rem; }
dialog p + p, dialog p[role]:not(:empty) { margin-top: .75rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 10.5rem), 1fr)); column-gap: 1rem; }
.keys > div { align-items: baseline; padding: .3rem 0; }
kbd { display: inline-block; min-width: 1.8rem; margin-right: .3rem; padding: 0 .45rem; border: 1px solid var(--edge); border-bottom-width: 3px; border-radius: .3rem; background: var(--paper); font: inherit; color: var(--ink); text-align: center; }
.big { margin-bottom: .75rem; font-size: 1.3rem; font-weight: 700; }
.ids { max-height: 9rem; margin-top: .75rem; padding: .6rem .75rem; overflow-y: auto; background: var(--paper); font: .9rem/1.5 ui-monospace, Menlo, Consolas, monospace; }

/* ---- The door */
.door { max-width: 26rem; margin: 0 auto; padding: clamp(2rem, 16vh, 9rem) 1.25rem 2rem; font-size: 1.15rem; }
.door .slot { height: 5.25rem; padding-top: .85rem; font-size: 1.5rem; letter-spacing: .45em; background-size: calc(100% - 1.75rem) 1.25rem, auto; background-position: 50% 78%, 0 0; }
/* A letter on its way through the slot. */
#knock { position: relative; margin: -1.4rem 1.75rem 0; padding: 2.25rem 1.75rem 1.75rem; background: var(--card); box-shadow: inset 0 1rem 1rem -1rem #0008, 0 .5rem 1.5rem -.75rem #0d3b3c60; }
#knock label:not(.check) { display: block; margin-top: 1rem; font-weight: 700; }
#knock p + .main, #knock form > .main { margin-top: 1rem; }
#knock form > .main { display: block; width: 100%; min-height: 2.75rem; }
#knock .check { margin-top: .5rem; font-size: 1.05rem; }

/* ---- Narrower: the box on top; on a phone the list or the letter */
@media (max-width: 68rem) {
  #app { grid-template: auto 1fr / 1fr; height: 100vh; height: 100dvh; }
  #side { display: grid; grid-template-columns: auto 1fr auto; align-items: center; gap: .75rem; padding: .5rem .75rem; overflow: visible; }
  #side p.slot { width: 8.5rem; height: 2.4rem; padding: .3rem 0 0 .3em; font-size: .85rem; background-size: calc(100% - .8rem) .4rem, auto; }
  #side nav { min-width: 0; overflow-x: auto; scrollbar-width: none; }
  #boxes { display: flex; }
  #boxes li:last-child { margin: 0; padding: 0; border: 0; }
  #side a { gap: .35rem; white-space: nowrap; padding-inline: .65rem; }
  #side #menu { display: block; width: auto; border: 1px solid #9db8b4; }
  #tools { position: absolute; z-index: 4; top: 3.4rem; right: .5rem; display: none; width: 15rem; padding: .5rem; border: 1px solid #9db8b4; border-radius: .3rem; background: var(--sea); }
  [aria-expanded=true] + #tools { display: block; }
  #main { grid-template-columns: minmax(18rem, 2fr) 3fr; }
}
@media (max-width: 46rem) {
  #side { grid-template-columns: 1fr auto; }
  #side nav { grid-row: 2; grid-column: 1 / -1; }
  #side p.slot { justify-self: start; }
  #boxes { flex-wrap: wrap; }
  /* No bolder than the others: the width would push a box into another row. */
  #side a[aria-current] { font-weight: 400; }
  [data-view=letter] #side { display: none; }
  #main { grid-template-columns: 100%; }
  #index { border: 0; }
  [data-view=list] #letter, [data-view=letter] #index { display: none; }
  .back { display: inline-flex; }
  .bar { padding: .6rem .75rem; gap: .4rem; }
  .bar .actions { display: contents; }
  .bar button, .bar .button { padding-inline: .55rem; font-size: 1rem; }
  .sheet { margin: 0; min-height: 100%; box-shadow: none; }
  .postmark { width: 7rem; }
  .sheet dt { flex-basis: 5.5rem; }
  .scale text { font-size: 20px; }
  #knock { margin-inline: 1rem; }
}
@media (max-width: 26rem) { #letter { scroll-padding-top: 9.25rem; } .sheet dl > div { display: block; } .sheet dl > div + div { margin-top: .3rem; } .postmark { width: 5.5rem; } .scale { margin-bottom: 1rem; } .scale text { font-size: 30px; transform: translateY(12px); } }
/* Too low for parts that scroll by themselves, as at 400 % (WCAG 1.4.10): the page scrolls, and shows the list or the letter. */
@media (max-height: 30rem) and (max-width: 68rem) {
  #app { display: block; height: auto; }
  #main, #index { display: block; }
  [data-view=letter] #index, [data-view=overview] #index, [data-view=list] #letter { display: none; }
  #scroll { height: 80vh; height: 80dvh; }
  .bar { position: static; }
  .back { display: inline-flex; }
}
@media (prefers-reduced-motion: no-preference) {
  #toast p, #alarm p { animation: rise .18s ease-out; }
  @keyframes rise { from { transform: translateY(.5rem); opacity: 0; } }
}
@media (forced-colors: active) {
  .row[aria-current], #side a[aria-current] { border: 2px solid Highlight; }
  .unread .who::before, .history li::before, .key span::before { forced-color-adjust: none; }
}
@media print { #side, #index, .bar, #toast { display: none !important; } #app, #main, #letter { display: block; overflow: visible; } }

"""#),
        EmbeddedFile("inbox.js", text: #"""
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

"""#),
        EmbeddedFile("index.html", text: #"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<!-- On top of the server's policy: whatever else the site may load, this page takes nothing but its own files. -->
<meta http-equiv="Content-Security-Policy" content="script-src 'self'; style-src 'self'; img-src 'self'; font-src 'none'; media-src 'none'; object-src 'none'; frame-src 'none'; worker-src 'none'; form-action 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#0d3b3c">
<meta name="referrer" content="same-origin">
<meta name="robots" content="noindex">
<title>Brevlåda</title>
<link rel="icon" href="/inbox/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/inbox/inbox.css">
<script type="module" src="/inbox/inbox.js"></script>
</head>
<body>
<noscript><p class="door">The inbox needs JavaScript: turn it on, or use the command <code>brevlada inbox</code>. <span lang="sv">Inkorgen behöver JavaScript: slå på det, eller använd kommandot <code>brevlada inbox</code>.</span></p></noscript>
<main id="door" class="door" hidden>
  <h1 class="unseen">Brevlåda</h1>
  <p class="slot" aria-hidden="true">Brevlåda</p>
  <div id="knock"></div>
</main>
<div id="app" hidden>
  <button type="button" class="skip" id="skip" data-say="skip"></button>
  <header id="side">
    <p class="slot" aria-hidden="true">Brevlåda</p>
    <nav data-label="boxes"><ul id="boxes"></ul></nav>
    <button type="button" id="menu" aria-expanded="false" aria-controls="tools" data-say="menu"></button>
    <div id="tools" role="group" data-label="tools">
      <button type="button" id="export" data-say="exports"></button>
      <button type="button" id="erase" data-say="erasure"></button>
      <button type="button" id="help" data-say="help"></button>
      <label><span class="unseen" data-say="language"></span>
        <select id="language"><option value="en" lang="en">English</option><option value="sv" lang="sv">Svenska</option></select></label>
      <button type="button" id="sign-out" data-say="signOut"></button>
    </div>
  </header>
  <main id="main">
    <section id="index" aria-labelledby="title">
      <header>
        <h1 id="title" tabindex="-1"></h1>
        <search>
          <input type="search" id="query" data-label="searchIn" data-hint="search" autocomplete="off" spellcheck="false" maxlength="200">
          <select id="form" data-label="form" hidden></select>
          <label class="check"><input type="checkbox" id="unread"><span data-say="unreadOnly"></span></label>
        </search>
        <button type="button" id="resend-all" data-say="resendAll" hidden></button>
        <p id="offline" role="status"></p>
      </header>
      <!-- Before the list, which has no end for whoever goes by the Tab key. -->
      <button type="button" id="fresh" hidden></button>
      <div id="scroll"><ul id="rows" data-label="messages"></ul><div id="tail"></div></div>
    </section>
    <article id="letter"></article>
    <section id="overview" data-label="overview" hidden></section>
  </main>
</div>
<p id="state" role="status" class="unseen"></p>
<div id="toast" role="status"></div>
<div id="alarm" role="alert"></div>
</body>
</html>

"""#),
        EmbeddedFile("letter.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// One message: a row of the list, and the whole letter with what became of its mail.
import { button, el, line, shown, svg } from './dom.js'
import { capturedMail } from './session.js'
import { keyOf, localDay, longTime, number, say, shortTime } from './words.js'

const chips = { held: 'chipHeld', failed: 'chipFailed', bounced: 'chipBounced' }

/** Its mail was tried in vain, and waits for the next attempt. */
const isPutOff = ({ status, delivery }) => status === 'received' && delivery?.attempts > 0

/** What may be done with a message as it stands, as in the API's description. */
export const may = {
  release: message => message.status === 'held',
  spam: message => message.status !== 'held',
  resend: message => ['failed', 'bounced', 'notified'].includes(message.status) || isPutOff(message),
}

const sender = message => message.name || message.email

/** What a message is called, above its text and in the title of the page. */
export const titleOf = message => message.subject || sender(message) || say('nobody')

/** The signs of spam in words; one that the page does not know is said as it came. */
const why = reasons => reasons.map(reason => say(keyOf('why', reason), { else: shown(reason, 60) }))

/** The link of a row, and where `release` is given the button that does it, beside the link: neither is in the other. */
export const row = (message, href, { isOpen, showsForm, release }) => {
  const name = sender(message)
  const chip = chips[message.status] ?? (message.archivedAt && location.hash.includes('box=all') ? 'chipArchived' : null)
  const isHeld = release && may.release(message)
  const link = el('a', {
    href, 'data-id': message.id, class: message.readAt ? 'row' : 'row unread', 'aria-current': isOpen && 'true',
  },
  !message.readAt && el('span', { class: 'unseen' }, say('unread') + ' '),
  el('span', { class: 'who' }, name ? line(name) : say('nobody')),
  el('span', { class: 'chips' }, showsForm && el('span', { class: 'chip' }, line(message.form, 20)),
    chip && el('span', { class: `chip ${message.status}` }, say(chip))),
  el('time', { datetime: message.receivedAt }, shortTime(message.receivedAt)),
  el('span', { class: 'what' },
    message.subject && el('b', null, line(message.subject)), message.subject && ' ', line(message.preview)),
  isHeld && message.spamReasons.length > 0 && el('span', { class: 'why' }, why(message.spamReasons).join('; ')))
  const label = () => name ? say('releaseOf', { name: shown(name, 60) }) : say('releaseUnnamed')
  return isHeld ? [link, button('releaseRow', release, { class: 'release', 'data-id': message.id, 'aria-label': label() })] : [link]
}

const detail = (key, ...value) => el('div', null, el('dt', null, say(key)), el('dd', null, ...value))
const time = text => el('time', { datetime: text }, longTime(text))

/** Escaped for a link (RFC 6068), of which it takes `most` characters: longer than that, it is cut. */
const escaped = (text, most) => {
  let link = ''
  for (const letter of text.toWellFormed()) {
    const longer = link + (letter === '\n' ? '%0D%0A' : encodeURIComponent(letter))
    if (longer.length > most - 9) return link + encodeURIComponent('…')
    link = longer
  }
  return link
}

/** The subject of the mail that the owner got. */
const mailSubject = message => {
  if (message.subject) return message.subject
  const name = sender(message)
  return name ? say('newOne', { name: shown(name, 100) }) : say('newUnnamed')
}

/** All that is a stranger's is escaped: this can write a mail and nothing else. Mail programs take links of some 2,000 characters. */
const replyLink = (message, text) => {
  const address = message.replyTo || message.email
  if (!address) return null
  const subject = `Re: ${shown(mailSubject(message), 200).replace(/\s+/g, ' ').trim()}`
  const link = `mailto:${encodeURIComponent(address)}?subject=${escaped(subject, 600)}`
  const quoted = text ? '\n\n' + shown(text).trim().replace(/^/gm, '> ') : ''
  const body = escaped(quoted, 1900 - link.length)
  return el('a', { id: 'reply', class: 'button', href: quoted ? `${link}&body=${body}` : link }, say('reply'))
}

/** The day of arrival, as the post stamps it. Decoration. */
const postmark = message => {
  const at = new Date(message.receivedAt)
  const wave = y => svg('path', { d: `M92 ${y}q9-7 18 0t18 0 18 0 18 0` })
  return svg('svg', { class: 'postmark', viewBox: '0 0 168 92', 'aria-hidden': 'true' },
    svg('circle', { cx: 46, cy: 46, r: 43 }), svg('circle', { cx: 46, cy: 46, r: 29 }),
    wave(30), wave(41), wave(52), wave(63),
    svg('text', { x: 46, y: 44, 'aria-hidden': 'true' }, localDay(at)),
    svg('text', { x: 46, y: 58, 'aria-hidden': 'true' }, String(at.getFullYear())))
}

const actions = (message, text, act) => el('div', { class: 'actions', role: 'group', 'aria-label': say('actions') },
  replyLink(message, text),
  button(message.archivedAt ? 'unarchive' : 'archive', () => act(message.archivedAt ? 'unarchive' : 'archive')),
  may.spam(message) && button('spam', () => act('spam')),
  message.readAt && button('markUnread', () => act('unread')),
  button('remove', () => act('remove'), { class: 'danger' }))

const attempts = message => message.attempts > 1 && ` · ${say('attempts', { n: number(message.attempts) })}`

/** Codes of errors that are said by the words of another. */
const sameError = {
  tlsNotOffered: 'tlsFailed', authenticationNotOffered: 'authenticationFailed',
  'ses-unverified': 'senderRefused', 'ses-mail-from-domain': 'senderRefused',
  'ses-sandbox': 'recipientRefused', 'ses-suppressed': 'recipientRefused',
  'ses-credentials': 'authenticationFailed', 'ses-access-denied': 'authenticationFailed',
  'ses-refused': 'messageRefused', 'ses-too-large': 'messageTooLarge',
  'ses-throttled': 'serviceUnavailable', 'ses-daily-quota': 'serviceUnavailable', 'ses-unavailable': 'serviceUnavailable',
  'ses-paused': 'serviceUnavailable', 'ses-suspended': 'serviceUnavailable', 'ses-account': 'serviceUnavailable',
}

/** What went wrong with a mail, as a sentence where its code has one, and then in the server's own words. */
const errorOf = text => {
  const [, days, code] = /^(?:not sent within (\d+) days?: )?(?:([\w-]+): )?/.exec(text)
  const sentences = [
    days && say('errorGaveUp', { n: number(Number(days)) }),
    code && say(keyOf('error', sameError[code] ?? code), { else: '' }),
  ].filter(Boolean)
  return [sentences.length > 0 && el('p', null, sentences.join(' ')), el('p', { class: 'raw' }, shown(text, 1000))]
}

/** Why it was not mailed, and the one thing to do about it. */
const notice = (message, act) => {
  if (message.status === 'held') {
    const reasons = why(message.spamReasons).map(reason => el('li', null, reason))
    return el('div', { class: 'notice' }, el('p', null, el('b', null, say('heldBecause'))), el('ul', null, reasons),
      button('release', () => act('release'), { class: 'main' }))
  }
  if (message.status === 'failed' || message.status === 'bounced') {
    return el('div', { class: 'notice bad' }, el('p', null, el('b', null, say(keyOf('is', message.status)), attempts(message))),
      message.lastError && errorOf(message.lastError),
      button('resend', () => act('resend'), { class: 'main' }))
  }
  return null
}

const shownAbove = message => new Map([['name', message.name], ['email', message.email], ['subject', message.subject],
  ['message', message.message], ['msg', message.message]])

const furtherFields = message => {
  const above = shownAbove(message)
  const fields = message.fields ?? []
  // A form may call its message otherwise.
  const own = fields.some(({ name }) => name === 'message' || name === 'msg') ? undefined
    : fields.find(({ values }) => values.length === 1 && values[0] === message.message)
  const further = fields.filter(field =>
    field !== own && !(field.values.length === 1 && above.get(field.name) === field.values[0]))
  return further.length > 0 && el('section', null, el('h2', null, say('fields')), el('dl', { class: 'fields' },
    further.map(({ name, values }) => el('div', null, el('dt', null, line(name, 100)),
      el('dd', { dir: 'auto' }, values.map(value => el('p', null, shown(value))))))))
}

const history = (message, act) => el('section', null, el('h2', null, say('history')), el('ol', { class: 'history' },
  message.history.map(({ at, what, reason }) => el('li', { class: what },
    el('span', null, what === 'notified' && isCaptured(message) ? say('didCaptured') : say(keyOf('did', what), { else: shown(what, 40) })), ' ', time(at),
    // A mail server's words are shown as they came; the signs of spam are the server's own, with commas between them.
    reason && (what === 'held' ? why(reason.split(', ')).map(sign => el('p', null, sign)) : errorOf(reason)))),
  message.delivery.nextAttempt && el('li', { class: 'next' }, say('next'), ' ', time(message.delivery.nextAttempt))),
  message.status === 'notified' && button('resend', () => act('resend')),
  isPutOff(message) && button('hurry', () => act('resend')))

const details = message => el('details', null, el('summary', null, say('details')), el('dl', null,
  detail('form', line(message.form)),
  message.page && detail('page', line(message.page, 2000)),
  message.origin && detail('origin', line(message.origin, 500)),
  message.region && detail('region', line(message.region)),
  message.expiresAt && detail('expires', time(message.expiresAt)),
  detail('number', line(message.id))))

/** While no mail server is set, mail is put into a folder instead, and its id is the name of its file there. */
const isCaptured = ({ status, delivery }) =>
  status === 'notified' && /^\d{8}T\d{6}Z-[\w.-]+\.eml$/.test(delivery?.providerMessageID ?? '')

/** What became of its mail, where no notice says it. */
const state = message => {
  const when = message.status === 'notified' ? message.notifiedAt && [' ', time(message.notifiedAt)] : attempts(message)
  return el('p', { class: `state ${message.status}` }, isCaptured(message)
    ? [say('isCaptured'), capturedMail() && [': ', el('a', { href: capturedMail() }, say('readCaptured'))]] : [say(keyOf('is', message.status)), when])
}

/** The letter. A summary is enough to begin with; the rest comes with the whole message. `act(name)` does a thing. */
export const letter = (message, act, back) => {
  const isWhole = message.history !== undefined
  const title = titleOf(message)
  const replies = message.replyTo && message.replyTo !== message.email
  const text = isWhole ? message.message : message.preview
  return [
    el('div', { class: 'bar' }, button('back', back, { class: 'back' }), actions(message, text, act)),
    el('div', { class: 'sheet' },
      postmark(message),
      el('header', null,
        el('h1', { id: 'letter-title', tabindex: '-1', class: title.length > 70 && 'long' }, line(title, 160)),
        el('dl', null,
          detail('from', message.name && line(message.name), message.name && ' ',
            message.email && el('span', { class: 'address' }, line(message.email))),
          isWhole && replies && detail('replyTo', line(message.replyTo)),
          detail('received', time(message.receivedAt))),
        chips[message.status] ? null : state(message)),
      notice(message, act),
      el('div', { class: 'text', dir: 'auto' }, text ? shown(text) : el('em', null, say('noText'))),
      isWhole ? furtherFields(message) : el('p', { class: 'soft' }, say('loading')),
      isWhole && history(message, act),
      isWhole && details(message),
      message.email && button('eraseFrom', () => act('erase'), { class: 'quiet' })),
  ]
}

"""#),
        EmbeddedFile("list.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// The list of messages. However many there are, only those in sight and a few around them are in the document.
import { el } from './dom.js'

const around = 8 // rows kept ready above and below

export class List {
  /** `row(item)` makes what a row holds, its link first; `atEnd` is called when the last rows are near. */
  constructor(scroller, list, row, atEnd) {
    Object.assign(this, { scroller, list, row, atEnd, items: [], rows: new Map(), isWhole: false, height: 0 })
    scroller.addEventListener('scroll', () => this.render(), { passive: true })
    new ResizeObserver(() => { this.height = 0; this.render() }).observe(scroller)
  }

  /** Shows these items from now on. What is in sight stays where it is when others come above it. */
  show(items, isWhole) {
    const first = this.scroller.scrollTop > 0 && this.height > 0
      ? this.items[Math.floor(this.scroller.scrollTop / this.height)]?.id : null
    const before = this.indexOf(first)
    Object.assign(this, { items, isWhole })
    this.render()
    const after = this.indexOf(first)
    if (before >= 0 && after >= 0 && after !== before) {
      this.scroller.scrollTop += (after - before) * this.height
      this.render()
    }
  }

  indexOf(id) { return id ? this.items.findIndex(item => item.id === id) : -1 }

  /** Makes every row anew, for other words or another open message. */
  refresh() {
    this.forget()
    this.render()
  }

  /** Lets what is shown next be made and measured anew, for rows of another height. */
  forget() {
    for (const row of this.rows.values()) row.item = null
    this.height = 0
  }

  measure() {
    if (this.height || !this.items.length) return
    const probe = this.list.appendChild(el('li', null, this.row(this.items[0])))
    this.height = probe.offsetHeight
    probe.remove()
  }

  render() {
    this.measure()
    const { scrollTop, clientHeight } = this.scroller
    const height = this.height || 1
    const from = Math.max(0, Math.floor(scrollTop / height) - around)
    const to = Math.min(this.items.length, Math.ceil((scrollTop + clientHeight) / height) + around)
    const wanted = new Set()
    for (let index = from; index < to; index++) wanted.add(index)
    // The row that has the focus keeps it, also out of sight.
    const focused = this.indexOf(document.activeElement?.closest?.('[data-id]')?.dataset.id)
    if (focused >= 0) wanted.add(focused)

    this.list.style.height = `${this.items.length * height}px`
    const kept = new Set([...wanted].map(index => this.items[index].id))
    for (const [id, { element }] of this.rows) if (!kept.has(id)) { element.remove(); this.rows.delete(id) }
    let previous = null, next = 0
    for (const index of [...wanted].sort((a, b) => a - b)) {
      const element = this.make(index)
      element.style.marginTop = `${(index - next) * height}px`
      if (element.previousElementSibling !== previous || !element.parentNode) {
        this.list.insertBefore(element, previous ? previous.nextSibling : this.list.firstChild)
      }
      previous = element
      next = index + 1
    }
    if (!this.isWhole && to >= this.items.length - around) this.atEnd()
  }

  make(index) {
    const item = this.items[index]
    let row = this.rows.get(item.id)
    if (!row) this.rows.set(item.id, row = { element: el('li') })
    if (row.item !== item) {
      const focused = [...row.element.children].indexOf(document.activeElement)
      row.element.replaceChildren(...this.row(item))
      row.item = item
      if (focused >= 0) (row.element.children[focused] ?? row.element.firstChild).focus({ preventScroll: true })
    }
    row.element.setAttribute('aria-setsize', this.isWhole ? this.items.length : -1)
    row.element.setAttribute('aria-posinset', index + 1)
    return row.element
  }

  /** Brings a row into sight, and gives it the focus when asked to. */
  reveal(index, focus = false) {
    const item = this.items[index]
    if (!item) return
    const top = index * this.height, bottom = top + this.height
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top
    else if (bottom > this.scroller.scrollTop + this.scroller.clientHeight) this.scroller.scrollTop = bottom - this.scroller.clientHeight
    this.render()
    if (!focus) return
    this.rows.get(item.id)?.element.firstChild.focus({ preventScroll: true })
    this.scroller.scrollIntoView({ block: 'nearest' }) // where the page scrolls as well
  }
}

"""#),
        EmbeddedFile("mailbox.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// The messages of one box as far as they have been fetched, newest first.
import * as api from './api.js'

const enough = 25 // new rows until a search pauses
const mostPages = 20 // short or empty pages in a row until the person is asked whether to go on

/** What a row needs; the whole text of every message read would stay in memory otherwise. */
const summaryOf = ({ fields, message, history, delivery, ...summary }) => summary

/** A function that was not deployed anew yet says nothing of it. */
const unreadableIn = answer => answer.unreadable?.length ?? 0

export class Mailbox {
  items = []
  unreadable = 0 // messages that stand among them and can't be read
  next = null // the cursor of what is older, null at the end
  state = 'loading' // 'loading', 'ready', 'paused' (there is more to search) or 'failed'
  writes = 0 // grows with each change made here, so that an answer from before it is not shown after it

  /** `changed()` is called after every change. */
  constructor(changed) { this.changed = changed }

  /** Starts anew with what `query` selects. Answers to what was asked before are dropped. */
  async select(query) {
    this.stop?.abort()
    this.stop = new AbortController()
    // The rows of another box must not stand under this one's name.
    if (JSON.stringify(query) !== JSON.stringify(this.query)) this.clear()
    this.query = query
    this.fetching = null
    await this.more(true)
  }

  async more(anew = false) {
    const { signal } = this.stop
    if (this.fetching === signal || (!anew && this.next === null)) return
    this.fetching = signal
    this.state = 'loading'
    this.changed()
    let found = 0
    try {
      for (let page = 0; page < mostPages; page++) {
        const cursor = anew ? {} : { cursor: this.next }
        const answer = await api.page({ ...this.query, ...cursor }, signal)
        if (signal.aborted) return
        // A message can come twice when it arrived between two pages.
        const known = new Set(anew ? [] : this.items.map(item => item.id))
        const added = answer.submissions.filter(item => !known.has(item.id))
        this.items = anew ? added : [...this.items, ...added]
        this.unreadable = (anew ? 0 : this.unreadable) + unreadableIn(answer)
        this.next = answer.next
        anew = false
        found += added.length
        if (this.next === null || found >= enough) break
        this.changed()
      }
      this.state = this.next !== null && found < enough ? 'paused' : 'ready'
    } catch (error) {
      if (signal.aborted) return
      // Without rows, the next attempt starts anew too.
      if (anew) this.clear()
      this.state = 'failed'
      this.problem = error
    }
    this.fetching = null
    this.changed()
  }

  /** Looks for what is new or has changed on the first page. Resolves to the new messages; throws when none came. */
  async refresh() {
    const { signal } = this.stop
    const { writes } = this
    if (this.fetching) return []
    const answer = await api.page(this.query, signal)
    // Half-way answers, and those that a change here has overtaken, wait for the next time.
    if (this.fetching || this.writes !== writes || signal.aborted) return []
    if (this.state === 'failed' && !this.items.length) this.state = 'ready'
    const known = new Set(this.items.map(item => item.id))
    const fresh = answer.submissions.filter(item => !known.has(item.id))
    const there = new Map(answer.submissions.map(item => [item.id, item]))
    const last = this.items.findLastIndex(item => there.has(item.id))
    const same = fresh.length === 0 && answer.submissions.every((item, index) => JSON.stringify(item) === JSON.stringify(this.items[index]))
    // Without a message in common there is a gap: start from the top. A short page with more behind it proves nothing.
    if (answer.next === null || (last < 0 && answer.submissions.length)) {
      if (same && this.items.length === answer.submissions.length && this.next === answer.next) return []
      this.items = answer.submissions
      this.next = answer.next
      this.unreadable = unreadableIn(answer)
    } else if (same || last < 0) {
      return []
    } else {
      this.items = [...answer.submissions, ...this.items.slice(last + 1).filter(item => !there.has(item.id))]
    }
    this.changed()
    return fresh
  }

  clear() {
    this.items = []
    this.next = null
    this.unreadable = 0
  }

  find(id) { return this.items.find(item => item.id === id) }

  /** Shows a message as it is now, where it stands. */
  put(message) {
    this.writes++
    const index = this.items.findIndex(item => item.id === message.id)
    if (index >= 0) this.items = this.items.with(index, summaryOf(message))
    this.changed()
  }

  /** Takes messages out, and returns where the first of them stood. */
  take(...ids) {
    this.writes++
    const index = this.items.findIndex(item => ids.includes(item.id))
    this.items = this.items.filter(item => !ids.includes(item.id))
    this.changed()
    return index
  }

  putBack(message, index) {
    this.writes++
    if (this.find(message.id) || index < 0) return this.put(message)
    this.items = this.items.toSpliced(Math.min(index, this.items.length), 0, summaryOf(message))
    this.changed()
  }
}

"""#),
        EmbeddedFile("overview.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// The overview: whether every message of a period is accounted for, what needs a look, and two plots.
import { el, svg } from './dom.js'
import { dayName, duration, keyOf, longTime, number, say } from './words.js'

const dayLength = 86400000 // ms

/** The first moment of the period's first day, in UTC as the server counts days. */
export const since = days => new Date(Math.floor(Date.now() / dayLength) * dayLength - (days - 1) * dayLength).toISOString()

/** Two sums: what came in is stored, erased or expired, and what is stored is in one of five states, or can't be read. */
const sums = answer => {
  const { counts, overdue } = answer
  const late = overdue > 0 && `, ${say('overdue', { n: number(overdue) })}`
  const sum = (total, count, terms, rest) => el('dl', { class: 'sum' }, el('div', null, el('dt', null, say(total)), el('dd', null, number(count))),
    terms.map(([key, part], index) => el('div', null,
      el('dt', null, el('span', { 'aria-hidden': 'true' }, index ? '+' : '='), say(key), key === 'waiting' && late), el('dd', null, number(part)))), rest)
  const missing = answer.accepted - answer.stored - answer.erased - answer.expired
  return [
    sum('accepted', answer.accepted, [['stored', answer.stored], ['erased', answer.erased], ['expired', answer.expired]],
      answer.addsUp === false && el('div', { class: 'missing' }, el('dt', null, say('difference')), el('dd', null, number(missing)))),
    sum('stored', answer.stored, [['notified', counts.notified], ['waiting', counts.received], ['heldN', counts.held],
      ['failedN', counts.failed], ['bouncedN', counts.bounced], ...answer.unreadable ? [['unreadableN', answer.unreadable]] : []]),
  ]
}

/** A column for each day, the days without messages too: held and failed ones on top of the others. */
const perDay = answer => {
  const known = new Map(answer.days.map(day => [day.date, day]))
  const days = []
  for (let at = Date.parse(answer.from.slice(0, 10)); at < Date.parse(answer.until); at += dayLength) {
    const date = new Date(at).toISOString().slice(0, 10)
    days.push(known.get(date) ?? { date, accepted: 0, held: 0, failed: 0 })
  }
  const most = Math.max(1, ...days.map(day => day.accepted))
  const width = 600 / days.length, gap = Math.min(3, width / 4)
  const columns = days.map((day, index) => {
    let top = 100
    const part = (name, count) => {
      const height = 96 * count / most
      top -= height
      return count > 0 && svg('rect', { class: name, x: index * width + gap / 2, width: width - gap, y: top, height })
    }
    return [part('rest', Math.max(0, day.accepted - day.held - day.failed)), part('held', day.held), part('failed', day.failed)]
  })
  const label = say('perDayLabel', { n: number(most) })
  return el('figure', null, el('figcaption', null, say('perDay')),
    el('div', { class: 'plot' }, el('span', { class: 'top' }, number(most)),
      svg('svg', { viewBox: '0 0 600 100', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
        columns.flat(), svg('path', { class: 'axis', d: 'M0 100h600' })),
      el('span', { class: 'ends' }, el('span', null, dayName(days[0].date)), el('span', null, dayName(days.at(-1).date)))),
    el('p', { class: 'key' }, [['rest', 'other'], ['held', 'heldN'], ['failed', 'failedN']]
      .map(([name, key]) => el('span', { class: name }, say(key)))),
    el('details', null, el('summary', null, say('asTable', { n: number(days.reduce((total, day) => total + day.accepted, 0)) })),
      el('table', null, el('thead', null, el('tr', null,
        ['day', 'accepted', 'heldN', 'failedN'].map(key => el('th', { scope: 'col' }, say(key))))),
        el('tbody', null, days.filter(day => day.accepted).reverse().map(day => el('tr', null,
          el('th', { scope: 'row' }, dayName(day.date)), [day.accepted, day.held, day.failed].map(count => el('td', null, number(count)))))))))
}

/** Three times on a line from a tenth of a second to a day; ten times longer is one step to the right. */
const deliveryTimes = times => {
  if (!times) return el('p', { class: 'soft' }, say('noDelivery'))
  const x = seconds => 20 + 560 * Math.min(1, Math.max(0, (Math.log10(Math.max(seconds, 0.1)) + 1) / (Math.log10(86400) + 1)))
  const marks = [['half', 'p50'], ['most', 'p95'], ['slowest', 'max']]
  return el('figure', null, el('figcaption', null, say('delivery')),
    svg('svg', { class: 'scale', viewBox: '0 0 600 44', 'aria-hidden': 'true' },
      svg('path', { class: 'axis', d: 'M20 16h560' }),
      [[1, '1 s'], [60, '1 min'], [3600, '1 h'], [86400, '24 h']].map(([seconds, text]) => [
        svg('path', { class: 'axis', d: `M${x(seconds)} 11v10` }), svg('text', { x: x(seconds), y: 40, 'aria-hidden': 'true' }, text)]),
      svg('path', { class: 'range', d: `M${x(times.p50)} 16H${x(times.max)}` }),
      marks.map(([, name]) => svg('circle', { class: name, cx: x(times[name]), cy: 16, r: name === 'p50' ? 8 : 6 }))),
    el('dl', { class: 'times' }, marks.map(([key, name]) =>
      el('div', { class: name }, el('dt', null, say(key)), el('dd', null, duration(times[name]))))))
}

/** `open(id)` gives the address of a message, `held` that of the held ones; `resendAll` sends every mail that failed or bounced again. */
export const overview = (answer, open, held, resendAll) => {
  const item = (count, kind, links) => el('li', null,
    el('b', null, number(count)), ' ', say(keyOf('kind', kind), { n: number(count), else: kind }), el('span', { class: 'links' }, links))
  const items = answer.problems.filter(problem => problem.count).map(({ kind, count, newest }) => item(count, kind,
    newest.map(({ id, receivedAt }) => ['missing', 'unreadable'].includes(kind)
      ? el('span', null, longTime(receivedAt)) : el('a', { href: open(id) }, longTime(receivedAt)))))
  // No fault, so the audit does not name them; but only a person tells which of them are letters.
  if (answer.counts.held > 0) items.push(item(answer.counts.held, 'held', el('a', { href: held }, say('held'))))
  const title = answer.addsUp === false ? 'addsUpNot' : answer.addsUp ? 'addsUp' : 'addsUpUnknown'
  return [
    el('div', { class: answer.addsUp === false ? 'verdict bad' : 'verdict' }, el('h2', null, say(title)),
      (answer.addsUp === false || answer.unbooked > 0) && el('p', null, say(title + 'Hint', { n: number(answer.unbooked) })),
      answer.complete === false && el('p', null, say('notAll')), sums(answer)),
    el('div', { class: 'plots' }, perDay(answer), deliveryTimes(answer.deliverySeconds)),
    el('section', null, el('h2', null, say('problems')),
      items.length ? el('ul', { class: 'problems' }, items) : el('p', null, say('noProblems')),
      answer.counts.failed + answer.counts.bounced > 0 && el('p', null, el('button', { type: 'button', click: resendAll }, say('resendAll')))),
  ]
}

"""#),
        EmbeddedFile("places.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// Where one may be: a place is { box, form, q, unread, id }, or { box: 'overview', days }, and stands behind the # of the
// address.

const status = { failed: ['failed', 'bounced'], inbox: ['received', 'notified', 'failed', 'bounced'] }

/** What each box asks the API for, and which messages it has. */
export const boxes = {
  inbox: { query: { status: status.inbox.join() }, has: message => !message.archivedAt && message.status !== 'held' },
  held: { query: { status: 'held' }, has: message => !message.archivedAt && message.status === 'held' },
  failed: {
    query: { status: status.failed.join() },
    has: message => !message.archivedAt && status.failed.includes(message.status),
  },
  archived: { query: { archived: 'true' }, has: message => message.archivedAt },
  all: { query: { archived: 'any' }, has: () => true },
}

export const periods = [7, 30, 90, 365] // days

export const hashOf = place => '#' + new URLSearchParams(Object.entries(place).filter(([, value]) => value))

export const placeOf = hash => {
  const { box, form, q, unread, id, days } = Object.fromEntries(new URLSearchParams(hash.slice(1)))
  if (box === 'overview') return { box, days: periods.includes(Number(days)) ? Number(days) : 30 }
  return { box: Object.hasOwn(boxes, box) ? box : 'inbox', form, q, unread, id }
}

export const queryOf = ({ box, form, q, unread }) =>
  ({ ...boxes[box].query, ...form && { form }, ...q && { q }, ...unread && { unread: 'true' } })

/** Equal for places that show the same list. */
export const listKey = ({ box, form, q, unread }) => JSON.stringify([box, form, q, unread])

"""#),
        EmbeddedFile("session.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// Who is signed in. On one machine a cookie that no script can read says so. On AWS it is a token of Cognito's, and all
// its tokens live in this page's memory alone: a reload fetches new ones by Cognito's own session, if that still lasts.

let config
let tokens // { id, refresh, until (ms) }
let renewal // the exchange that is under way, so that there is only one at a time

const home = () => `${location.origin}/inbox/`
const isCognito = () => config.signIn.kind === 'cognito'
const base64url = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))
const claims = token => JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')))
const cognito = path => config.signIn.url.replace(/\/+$/, '') + path

const post = (url, fields) => fetch(url, {
  method: 'POST', body: new URLSearchParams({ client_id: config.signIn.clientId, ...fields }), credentials: 'omit',
})
const send = (method, path, body) => fetch(path, {
  method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body),
})

const exchange = async (fields, nonce) => {
  const reply = await post(cognito('/oauth2/token'), fields)
  if (!reply.ok) return false
  const answer = await reply.json()
  const said = claims(answer.id_token)
  // OpenID Connect Core 3.1.3.7: it came from Cognito over TLS, so its signature is the API's to check, not ours.
  if (said.aud !== config.signIn.clientId || (nonce && said.nonce !== nonce)) return false
  // Cognito's clock and this one need not agree: the token's life counts from now.
  tokens = { id: answer.id_token, refresh: answer.refresh_token ?? tokens?.refresh, until: Date.now() + answer.expires_in * 1000 }
  return true
}

/** Gets a new token for one that has expired. False: sign in again. */
export const renew = async () => {
  if (!isCognito() || !tokens?.refresh) return false
  renewal ??= exchange({ grant_type: 'refresh_token', refresh_token: tokens.refresh }).finally(() => { renewal = null })
  return renewal
}

/** What a request carries besides the cookie. A token is renewed a minute before it expires. */
export const headers = async () => {
  if (!isCognito()) return {}
  if (tokens && tokens.until - Date.now() < 60000) await renew()
  return tokens ? { Authorization: tokens.id } : {}
}

/** Ends what is known here when the server no longer takes it. */
export const forget = () => { tokens = null }

/** The secret of the link for the first password, while it stands in the address. */
export const firstToken = () => new URLSearchParams(location.hash.slice(1)).get('first')

/** Learns how one signs in here, and finishes what began on Cognito's page.
 *  'in', 'out', 'refused', 'unset' (no password yet) or { first: token }. */
export const start = async () => {
  const reply = await fetch('/inbox/config.json')
  if (!reply.ok) throw new Error(`config.json ${reply.status}`)
  config = await reply.json()
  if (isCognito()) return finish()
  const first = firstToken()
  if (first) {
    history.replaceState(null, '', home()) // not for the history, nor for whoever looks at the screen
    return { first }
  }
  const session = await fetch('/api/session')
  if (session.status === 401) return 'out'
  if (!session.ok) throw new Error(`session ${session.status}`)
  const answer = await session.json()
  return answer.signedIn ? 'in' : answer.needsPassword ? 'unset' : 'out'
}

const finish = async () => {
  const answer = new URLSearchParams(location.search)
  const asked = JSON.parse(sessionStorage.getItem('brevlada.asked') ?? 'null')
  sessionStorage.removeItem('brevlada.asked')
  if (!answer.has('state')) {
    // A reload: Cognito may still know this browser, and then asks nothing.
    if (sessionStorage.getItem('brevlada.was-in')) { await begin(); return 'leaving' }
    return 'out'
  }
  history.replaceState(null, '', home() + (asked?.place ?? ''))
  sessionStorage.removeItem('brevlada.was-in')
  if (!asked || asked.state !== answer.get('state') || !answer.has('code')) return 'refused'
  const fields = { grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: home(), code_verifier: asked.verifier }
  if (!await exchange(fields, asked.nonce)) return 'refused'
  sessionStorage.setItem('brevlada.was-in', 'yes')
  return 'in'
}

/** Leaves for Cognito's page, to come back to this place: the code flow with PKCE (RFC 7636). */
export const begin = async () => {
  const asked = { state: random(), nonce: random(), verifier: random(), place: location.hash }
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(asked.verifier))
  sessionStorage.setItem('brevlada.asked', JSON.stringify(asked))
  location.assign(cognito('/oauth2/authorize?') + new URLSearchParams({
    response_type: 'code', client_id: config.signIn.clientId, redirect_uri: home(), scope: 'openid email',
    state: asked.state, nonce: asked.nonce, code_challenge: base64url(digest), code_challenge_method: 'S256',
    lang: document.documentElement.lang,
  }))
}

export const kind = () => config.signIn.kind
export const forms = () => config.forms ?? []
/** The address of the captured mail; none where it is not shown. */
export const capturedMail = () => config.capturedMail
export const siteLanguage = () => config.languages?.[0]
export const signIn = password => send('POST', '/api/session', { password })
export const setFirst = (token, password) => send('POST', '/api/session/password', { token, password })

/** Signs out, at the server too, and leaves the page, so that nothing that was read stays in it. Resolves to false when
 *  the server could not be told, and then nothing has changed. */
export const end = async () => {
  if (!isCognito()) {
    const reply = await send('DELETE', '/api/session').catch(() => null)
    if (!reply?.ok && reply?.status !== 401) return false
    location.replace('/inbox/')
    return true
  }
  if (tokens?.refresh) await post(cognito('/oauth2/revoke'), { token: tokens.refresh }).catch(() => null)
  tokens = null
  sessionStorage.removeItem('brevlada.was-in')
  location.assign(cognito('/logout?') + new URLSearchParams({ client_id: config.signIn.clientId, logout_uri: home() }))
  return true
}

"""#),
        EmbeddedFile("toasts.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// What is said in passing, with a way to undo it; and what went wrong, which stays until it is closed.
import { button, el, get } from './dom.js'

let undoing
let quiet

/** Says it for 6 s; with a way to undo it, `undo` as { key, run }, until something else is done: no clock hurries anybody
 *  (WCAG 2.2.1). */
export const toast = (text, undo) => {
  clearTimeout(quiet)
  get('alarm').replaceChildren()
  undoing = undo && (() => { untoast(); undo.run() })
  get('toast').replaceChildren(el('p', null, text), ...undo ? [button(undo.key, undoing, { 'aria-keyshortcuts': 'Control+Z' })] : [])
  if (!undo) quiet = setTimeout(untoast, 6000)
}

/** Says what nobody asked for: beside what can still be undone, never in its place. */
export const news = text => {
  if (!undoing) return toast(text)
  const said = el('p', null, text)
  get('toast').prepend(said)
  setTimeout(() => said.remove(), 6000)
}

/** Takes it away, but not from under the finger. */
export const untoast = () => {
  clearTimeout(quiet)
  if (get('toast').matches(':hover, :focus-within')) return void (quiet = setTimeout(untoast, 2000))
  undoing = null
  get('toast').replaceChildren()
}

/** Tells whether there was something to undo. */
export const undoLast = () => {
  const undo = undoing
  undo?.()
  return Boolean(undo)
}

export const alarm = text => get('alarm').replaceChildren(el('p', null, text), button('close', closeAlarm))

/** Tells whether there was one. */
export const closeAlarm = () => {
  const wasOpen = get('alarm').hasChildNodes()
  get('alarm').replaceChildren()
  return wasOpen
}

"""#),
        EmbeddedFile("words.js", text: #"""
// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// What the page says, in English and in Swedish: [English, Swedish], with {n} and the like to fill in.
const words = {
  skip: ['Skip to the messages', 'Hoppa till meddelandena'],
  boxes: ['Mailboxes', 'Mappar'], menu: ['Menu', 'Meny'], tools: ['Tools', 'Verktyg'], language: ['Language', 'Språk'],
  inbox: ['Inbox', 'Inkorg'], held: ['Held', 'Stoppade'], failed: ['Failed', 'Misslyckade'],
  archived: ['Archived', 'Arkiv'], all: ['All', 'Alla'],
  overview: ['Overview', 'Översikt'], exports: ['Export', 'Exportera'], erasure: ['Erase a person', 'Radera en person'],
  help: ['Shortcuts', 'Kortkommandon'], signOut: ['Sign out', 'Logga ut'],
  search: ['Search', 'Sök'], searchIn: ['Search messages', 'Sök bland meddelanden'],
  unreadOnly: ['Unread only', 'Bara olästa'], form: ['Form', 'Formulär'], allForms: ['All forms', 'Alla formulär'],
  messages: ['Messages', 'Meddelanden'], actions: ['Actions', 'Åtgärder'], unread: ['unread', 'oläst'],
  unreadN: ['unread', 'olästa'], unreadNOne: ['unread', 'oläst'],
  count: ['{n} messages', '{n} meddelanden'], countOne: ['1 message', '1 meddelande'],
  loading: ['Fetching…', 'Hämtar…'], older: ['Look further back', 'Sök längre tillbaka'],
  noneSoFar: ['Nothing found so far; older messages have not been looked at.', 'Inget hittat hittills; äldre meddelanden är inte genomsökta.'],
  notAllSeen: ['Older messages have not been looked at.', 'Äldre meddelanden är inte genomsökta.'],
  someUnreadable: ['{n} messages among these can’t be read, and are not shown. The log names them.',
    '{n} meddelanden bland de här går inte att läsa, och visas inte. I loggen står vilka de är.'],
  someUnreadableOne: ['1 message among these can’t be read, and is not shown. The log names it.',
    '1 meddelande bland de här går inte att läsa, och visas inte. I loggen står vilket det är.'],
  end: ['No older messages.', 'Inga äldre meddelanden.'], retry: ['Try again', 'Försök igen'],
  none: ['No letters yet', 'Inga brev ännu'],
  noneHint: ['New ones appear here by themselves. Post one from your site to see how it goes.',
    'Nya dyker upp här av sig själva. Skicka ett från din webbplats och se hur det går till.'],
  toSite: ['Open the site', 'Öppna webbplatsen'],
  noneHeld: ['Nothing is held', 'Inget är stoppat'],
  noneHeldHint: ['Possible spam waits here for you. Nothing is thrown away.',
    'Misstänkt skräppost väntar här på dig. Inget slängs.'],
  noneFailed: ['Every mail got through', 'Alla mejl kom fram'],
  noneFailedHint: ['Messages whose mail can’t be delivered end up here.',
    'Meddelanden vars mejl inte kommer fram hamnar här.'],
  noneArchived: ['Nothing is archived', 'Inget är arkiverat'],
  noneArchivedHint: ['What you are done with can be put here, out of sight.', 'Det du är klar med kan läggas här, ur vägen.'],
  noneFound: ['Nothing found', 'Inget hittades'],
  noneFoundHint: ['Try fewer or other words, or look in All.', 'Pröva färre eller andra ord, eller sök i Alla.'],
  pick: ['Choose a message to read it.', 'Välj ett meddelande för att läsa det.'],
  listFailed: ['The messages can’t be fetched: {why}', 'Meddelandena kan inte hämtas: {why}'],
  findFailed: ['The message can’t be fetched: {why}', 'Meddelandet kan inte hämtas: {why}'],
  offline: ['No contact right now. What you see may be old; new attempts are made by themselves.',
    'Ingen kontakt just nu. Det du ser kan vara gammalt; nya försök görs automatiskt.'],
  back: ['Back', 'Tillbaka'], nobody: ['No name', 'Utan namn'],
  newOne: ['New message from {name}', 'Nytt meddelande från {name}'], newUnnamed: ['New message', 'Nytt meddelande'],
  newMany: ['{n} new messages', '{n} nya meddelanden'],
  reply: ['Reply', 'Svara'], archive: ['Archive', 'Arkivera'], unarchive: ['Move to inbox', 'Flytta till inkorgen'],
  spam: ['Spam', 'Skräppost'], release: ['Not spam: release', 'Inte skräppost: släpp fram'],
  releaseRow: ['Release', 'Släpp fram'], releaseOf: ['Release the message of {name}', 'Släpp fram meddelandet från {name}'],
  releaseUnnamed: ['Release this message', 'Släpp fram meddelandet'],
  resend: ['Send the mail again', 'Skicka mejlet igen'], hurry: ['Try to send it again', 'Försök skicka igen'], resendAll: ['Send all failed again', 'Skicka alla misslyckade igen'],
  markUnread: ['Mark as unread', 'Markera som oläst'], remove: ['Delete', 'Radera'],
  from: ['From', 'Från'], replyTo: ['Replies go to', 'Svar går till'], received: ['Received', 'Kom in'],
  page: ['Page', 'Sida'], origin: ['Site', 'Webbplats'], number: ['Number', 'Nummer'], region: ['Region', 'Region'],
  expires: ['Erased after', 'Raderas efter'], details: ['About the message', 'Om meddelandet'],
  fields: ['Also filled in', 'Fylldes också i'], history: ['What has happened', 'Det här har hänt'],
  attempts: ['{n} attempts', '{n} försök'], noText: ['No text.', 'Ingen text.'],
  next: ['Next attempt', 'Nästa försök'],
  isReceived: ['Its mail is on the way', 'Mejlet är på väg'], isNotified: ['Mailed to you', 'Mejlat till dig'],
  isCaptured: ['Captured on this machine, not sent', 'Fångat på den här maskinen, inte skickat'],
  readCaptured: ['read the mail', 'läs mejlet'],
  didCaptured: ['Mail captured, not sent', 'Mejlet fångades, skickades inte'],
  isHeld: ['Held as possible spam', 'Stoppat som misstänkt skräppost'], isFailed: ['Its mail failed', 'Mejlet kom inte fram'],
  isBounced: ['Its mail came back', 'Mejlet studsade'],
  chipHeld: ['Held', 'Stoppat'], chipFailed: ['Failed', 'Misslyckat'], chipBounced: ['Bounced', 'Studsat'],
  chipArchived: ['Archived', 'Arkiverat'],
  didReceived: ['Came in', 'Kom in'], didHeld: ['Held as possible spam', 'Stoppades som misstänkt skräppost'],
  didNotified: ['Mailed to you', 'Mejlades till dig'], didPostponed: ['Mail put off', 'Mejlet sköts upp'],
  didPartial: ['Mailed to some of you', 'Mejlades till några av er'],
  didFailed: ['No more attempts to mail it', 'Inga fler försök att mejla'], didBounced: ['Mail came back', 'Mejlet studsade'],
  didReleased: ['You released it', 'Du släppte fram det'], didResent: ['You asked for its mail again', 'Du bad om mejlet igen'],
  didSpam: ['You marked it as spam', 'Du markerade det som skräppost'],
  errorGaveUp: ['It was tried for {n} days.', 'Det prövades i {n} dagar.'],
  errorGaveUpOne: ['It was tried for a day.', 'Det prövades i ett dygn.'],
  errorHostNotFound: ['The mail server’s name can’t be found.', 'E-postserverns namn går inte att hitta.'],
  errorConnectionFailed: ['The mail server can’t be reached.', 'Det går inte att nå e-postservern.'],
  errorTimedOut: ['The mail server did not answer in time.', 'E-postservern svarade inte i tid.'],
  errorConnectionLost: ['The connection to the mail server was lost.', 'Anslutningen till e-postservern bröts.'],
  errorTlsFailed: ['There is no secure connection to the mail server.', 'Det går inte att få en säker anslutning till e-postservern.'],
  errorAuthenticationFailed: ['The mail server refused the sign-in.', 'E-postservern godtog inte inloggningen.'],
  errorAuthenticationRequired: ['The mail server wants a sign-in first.', 'E-postservern kräver inloggning.'],
  errorSenderRefused: ['The mail server refused the sender.', 'E-postservern godtog inte avsändaren.'],
  errorRecipientRefused: ['The mail server refused the recipient.', 'E-postservern godtog inte mottagaren.'],
  errorMessageRefused: ['The mail server refused the mail.', 'E-postservern godtog inte mejlet.'],
  errorMessageTooLarge: ['The mail is too large for the mail server.', 'Mejlet är för stort för e-postservern.'],
  errorServiceUnavailable: ['The mail server takes no mail for now.', 'E-postservern tar inte emot mejl just nu.'],
  heldBecause: ['It was held, not mailed, because:', 'Det stoppades och mejlades inte, eftersom:'],
  whyHoneypot: ['a hidden field that no person sees was filled in', 'ett dolt fält som ingen människa ser var ifyllt'],
  whyTooFast: ['it was sent within seconds of the form being shown', 'det skickades bara några sekunder efter att formuläret visades'],
  whyLinks: ['it has unusually many links', 'det innehåller ovanligt många länkar'],
  whyBlockedWord: ['it has a word that you block', 'det innehåller ett ord som du har spärrat'],
  whyBlockedAddress: ['it comes from an address that you block', 'det kommer från en adress som du har spärrat'],
  whyRepeatedContent: ['the same text came several times within an hour', 'samma text kom flera gånger inom en timme'],
  whyWebdriver: ['a program drove the browser', 'ett program styrde webbläsaren'],
  whyMissingOrigin: ['the browser did not say which page it came from', 'webbläsaren sade inte vilken sida det kom från'],
  whyChallengeUnavailable: ['the check that a person sent it could not be made', 'det gick inte att kontrollera att en människa skickat det'],
  whyOwner: ['you marked it as spam', 'du markerade det som skräppost'],
  undo: ['Undo', 'Ångra'], undoMails: ['Undo, and mail it again', 'Ångra, och mejla det igen'],
  doneArchive: ['Archived.', 'Arkiverat.'], doneUnarchive: ['Moved to the inbox.', 'Flyttat till inkorgen.'],
  doneSpam: ['Marked as spam.', 'Markerat som skräppost.'], doneRelease: ['Released. Its mail is on the way.', 'Framsläppt. Mejlet är på väg.'],
  doneResend: ['The mail is on its way again.', 'Mejlet är på väg igen.'], doneUnread: ['Marked as unread.', 'Markerat som oläst.'],
  doneRemove: ['Deleted.', 'Raderat.'], doneResendAll: ['{n} mails are on their way again.', '{n} mejl är på väg igen.'], doneResendAllOne: ['1 mail is on its way again.', '1 mejl är på väg igen.'],
  didNot: ['That didn’t happen: {why}', 'Det gick inte: {why}'],
  gone: ['This message is no longer there.', 'Det här meddelandet finns inte längre.'],
  goneWhy: ['the message is no longer there.', 'meddelandet finns inte längre.'],
  network: ['no answer came. Check the connection and try again.', 'inget svar kom. Kontrollera anslutningen och försök igen.'],
  broken: ['the answer broke off. The connection was cut, or a message in it can’t be read: then “brevlada inbox export” saves all the rest.',
    'svaret bröts av. Antingen bröts anslutningen, eller så finns ett meddelande med som inte går att läsa: då sparar ”brevlada inbox export” allt det andra.'],
  unwell: ['the server could not do it. Try again in a moment.', 'servern klarade det inte. Försök igen om en stund.'],
  misunderstood: ['the server did not understand what was asked. Load the page again and try once more.',
    'servern förstod inte vad som skulle göras. Ladda om sidan och försök en gång till.'],
  conflict: ['the message has changed meanwhile. It is shown as it is now.', 'meddelandet har ändrats under tiden. Det visas som det är nu.'],
  unreadable: ['what is stored can’t be read. The log says why.', 'det som är sparat går inte att läsa. Loggen säger varför.'],
  ended: ['you are no longer signed in.', 'du är inte längre inloggad.'],
  removeAsk: ['Delete this message for good?', 'Radera meddelandet för gott?'],
  removeAskOf: ['Delete the message from {name} for good?', 'Radera meddelandet från {name} för gott?'],
  removeWarn: ['It can’t be brought back. To keep it out of sight, archive it instead.',
    'Det går inte att få tillbaka. Arkivera det i stället om du bara vill slippa se det.'],
  resendAllAsk: ['Send the mail of every failed or bounced message again?', 'Skicka mejlet för varje misslyckat eller studsat meddelande igen?'],
  cancel: ['Cancel', 'Avbryt'], close: ['Close', 'Stäng'],
  exportTitle: ['Export messages', 'Exportera meddelanden'], exportWhat: ['Exports what you see now: {what}.', 'Exporterar det du ser nu: {what}.'], quoted: ['“{text}”', '”{text}”'],
  format: ['Format', 'Format'], csvComma: ['CSV, commas', 'CSV, komma'], csvExcel: ['CSV for Excel, semicolons', 'CSV för Excel, semikolon'],
  csvTab: ['CSV, tabs', 'CSV, tabb'], jsonl: ['JSON Lines, for programs', 'JSON Lines, för program'],
  since: ['From', 'Från och med'], until: ['To', 'Till och med'], download: ['Download', 'Ladda ner'],
  daysTurned: ['The first day is after the last. Change one.', 'Första dagen är efter den sista. Ändra en av dem.'],
  exporting: ['{n} so far…', '{n} hittills…'], exported: ['{n} saved as {file}.', '{n} sparade som {file}.'],
  exportUnreadable: ['{n} messages can’t be read, and are not in it.', '{n} meddelanden går inte att läsa, och är inte med.'],
  exportUnreadableOne: ['1 message can’t be read, and is not in it.', '1 meddelande går inte att läsa, och är inte med.'],
  eraseTitle: ['Erase a person’s messages', 'Radera en persons meddelanden'],
  eraseWhat: ['Every message from this address is deleted, read or not, archived too. It can’t be brought back. You get a receipt.',
    'Alla meddelanden från adressen raderas, lästa som olästa, även arkiverade. De går inte att få tillbaka. Du får ett kvitto.'],
  address: ['E-mail address', 'E-postadress'], again: ['The same address again, to confirm', 'Samma adress igen, för att bekräfta'],
  eraseDo: ['Erase for good', 'Radera för gott'], eraseFrom: ['Erase all from this sender', 'Radera allt från avsändaren'],
  addressBad: ['Enter the whole e-mail address, such as name@example.com.', 'Skriv hela e-postadressen, till exempel namn@example.se.'],
  addressDiffers: ['The two addresses differ.', 'Adresserna är olika.'],
  erasing: ['{n} erased so far…', '{n} raderade hittills…'], erasingOne: ['1 erased so far…', '1 raderat hittills…'],
  eraseHalf: ['Not all is erased ({n} so far): {why}', 'Allt är inte raderat (hittills {n}): {why}'],
  eraseUnreadable: ['{n} messages can’t be read and are still there; any of them may be from this address. The receipt has their numbers.',
    '{n} meddelanden går inte att läsa och finns kvar; vilket som helst kan vara från adressen. Kvittot har deras nummer.'],
  eraseUnreadableOne: ['1 message can’t be read and is still there; it may be from this address. The receipt has its number.',
    '1 meddelande går inte att läsa och finns kvar; det kan vara från adressen. Kvittot har dess nummer.'],
  receipt: ['Receipt', 'Kvitto'], erasedAt: ['Erased', 'Raderat'], erasedCount: ['{n} messages erased', '{n} meddelanden raderade'], erasedCountOne: ['1 message erased', '1 meddelande raderat'],
  erasedNone: ['No message is from this address', 'Inget meddelande kommer från adressen'],
  stillThere: ['Still there: the mails that were sent to you (search your mailbox for these numbers) and your backups.',
    'Kvar finns mejlen som skickades till dig (sök efter numren i din e-post) och dina säkerhetskopior.'],
  saveReceipt: ['Save the receipt', 'Spara kvittot'], andMore: ['and {n} more, in the saved receipt', 'och {n} till, i det sparade kvittot'],
  period: ['Period', 'Period'], days: ['{n} days', '{n} dagar'],
  addsUp: ['Every message is accounted for', 'Varje meddelande är redovisat'],
  addsUpNot: ['The numbers don’t add up', 'Siffrorna går inte ihop'],
  addsUpUnknown: ['What became of the messages', 'Vad som blev av meddelandena'],
  addsUpUnknownHint: ['{n} of them have no receipt of having come in, so others like them may be missing unnoticed.',
    '{n} av dem saknar kvitto på att de togs emot. Därför går det inte att veta om fler sådana har försvunnit.'],
  addsUpUnknownHintOne: ['1 of them has no receipt of having come in, so others like it may be missing unnoticed.',
    '1 av dem saknar kvitto på att det togs emot. Därför går det inte att veta om fler sådana har försvunnit.'],
  notAll: ['There is too much to look at in one go; the true numbers are higher. Choose a shorter period.',
    'Det är för mycket att se igenom på en gång; de rätta talen är högre. Välj en kortare period.'],
  addsUpNotHint: ['Messages are missing or counted twice. Run “brevlada audit” where it is installed, before anything else.',
    'Meddelanden saknas eller räknas dubbelt. Kör ”brevlada audit” på maskinen där Brevlåda är installerat, innan du gör något annat.'],
  accepted: ['accepted', 'mottagna'], stored: ['stored', 'sparade'], notified: ['mailed', 'mejlade'], waiting: ['on the way', 'på väg'],
  heldN: ['held', 'stoppade'], unreadableN: ['unreadable', 'oläsbara'], failedN: ['failed', 'misslyckade'], bouncedN: ['bounced', 'studsade'],
  erased: ['erased', 'raderade'], expired: ['expired', 'utgångna'], overdue: ['{n} overdue', '{n} försenade'], overdueOne: ['1 overdue', '1 försenat'], difference: ['missing', 'saknas'],
  day: ['Day', 'Dag'], perDay: ['Messages per day', 'Meddelanden per dag'], perDayLabel: ['Messages per day, at most {n}', 'Meddelanden per dag, som mest {n}'],
  other: ['others', 'övriga'], delivery: ['From letterbox to mail', 'Från brevlåda till mejl'],
  half: ['half within', 'hälften inom'], most: ['95 of 100 within', '95 av 100 inom'], slowest: ['slowest', 'långsammast'],
  noDelivery: ['No mail has been sent in this period.', 'Inget mejl har skickats under perioden.'],
  problems: ['Needs a look', 'Behöver ses över'], noProblems: ['Nothing needs a look.', 'Inget behöver ses över.'],
  asTable: ['{n} messages, as a table', '{n} meddelanden, som tabell'], asTableOne: ['1 message, as a table', '1 meddelande, som tabell'], auditFailed: ['The overview can’t be fetched: {why}', 'Översikten kan inte hämtas: {why}'],
  kindMissing: ['Messages that something else removed', 'Meddelanden som något annat har tagit bort'],
  kindMissingOne: ['Message that something else removed', 'Meddelande som något annat har tagit bort'],
  kindUnreadable: ['Messages that can’t be read', 'Meddelanden som inte går att läsa'],
  kindUnreadableOne: ['Message that can’t be read', 'Meddelande som inte går att läsa'],
  kindPartial: ['Mail that did not reach everybody', 'Mejl som inte nådde alla'],
  kindOverdue: ['Mail that should have gone out by now', 'Mejl som borde ha gått iväg'], kindFailed: ['Mail that failed', 'Mejl som inte kom fram'],
  kindBounced: ['Mail that came back', 'Mejl som studsade'], kindHeld: ['Held as possible spam', 'Stoppade som misstänkt skräppost'],
  kindHeldOne: ['Held as possible spam', 'Stoppat som misstänkt skräppost'],
  keysOn: ['Use the shortcuts', 'Använd kortkommandona'], keyNext: ['next, previous message', 'nästa, föregående meddelande'],
  keyOpen: ['open', 'öppna'], keyBack: ['back to the list', 'tillbaka till listan'], keySearch: ['search', 'sök'],
  keyArchive: ['archive, or back to the inbox', 'arkivera, eller tillbaka till inkorgen'], keySpam: ['spam, or release', 'skräppost, eller släpp fram'],
  keyUnread: ['mark as unread', 'markera som oläst'], keyDelete: ['delete', 'radera'], keyUndo: ['undo', 'ångra'],
  keyReply: ['reply by mail', 'svara med mejl'], keyHelp: ['this list', 'den här listan'],
  owner: ['Owner', 'Ägare'], needsTLS: ['Signing in needs https, or http://localhost on the machine itself.', 'Inloggning kräver https, eller http://localhost på själva maskinen.'], behindProxy: ['The server does not know that you came by https: let the proxy send X-Forwarded-Proto and name it in trusted_proxies, or set site_url.', 'Servern vet inte att du anslöt via https: låt proxyn skicka X-Forwarded-Proto och ange proxyns adress i trusted_proxies, eller ange site_url.'],
  elsewhere: ['The server knows itself by another address: open the inbox at the one that site_url names, or set site_url to this one.', 'Servern är inställd på en annan adress: öppna inkorgen på adressen i site_url, eller ändra site_url till adressen du är på nu.'],
  signInHint: ['Sign in to read your messages.', 'Logga in för att läsa dina meddelanden.'], password: ['Password', 'Lösenord'], signIn: ['Sign in', 'Logga in'],
  showPassword: ['Show the password', 'Visa lösenordet'],
  endedHint: ['Your session has ended. Sign in to go on where you were.', 'Du har loggats ut. Logga in för att fortsätta där du var.'],
  wrong: ['That is not the password. Check it and try again.', 'Lösenordet stämmer inte. Kontrollera det och försök igen.'],
  throttled: ['Too many attempts. Wait {n} s and try again.', 'För många försök. Vänta {n} s och försök igen.'],
  firstHint: ['Choose the password that opens this inbox. Twelve characters or more; a few words in a row are easy to keep.',
    'Välj lösenordet som öppnar den här inkorgen. Tolv tecken eller fler; några ord i rad är lätta att minnas.'],
  newPassword: ['New password', 'Nytt lösenord'], setPassword: ['Set the password', 'Spara lösenordet'],
  tooShort: ['Choose at least 12 characters.', 'Välj minst 12 tecken.'],
  firstUsed: ['The link is no longer valid. Run “brevlada passwd” to set a password.',
    'Länken gäller inte längre. Kör ”brevlada passwd” för att välja ett lösenord.'],
  unset: ['No password is set yet. Open the link that “brevlada serve” printed when it started, or run “brevlada passwd”.',
    'Inget lösenord är valt ännu. Öppna länken som ”brevlada serve” skrev ut vid starten, eller kör ”brevlada passwd”.'],
  cognitoHint: ['You sign in on a page of your own AWS account, then come back here.',
    'Du loggar in på en sida i ditt eget AWS-konto och kommer sedan tillbaka hit.'],
  signInFailed: ['Signing in did not work. Try again.', 'Det gick inte att logga in. Försök igen.'],
  startFailed: ['The inbox can’t be opened: {why}', 'Inkorgen kan inte öppnas: {why}'],
}

const languages = ['en', 'sv']
const remembered = () => { try { return localStorage.getItem('brevlada.language') } catch { return null } }
const wanted = [remembered(), ...navigator.languages].map(tag => String(tag).slice(0, 2).toLowerCase())

const chosen = wanted.find(tag => languages.includes(tag))

export let language = chosen ?? 'en'

/** What a person speaks who speaks neither language: the site's own. */
export const setFallback = tag => { if (!chosen && languages.includes(tag)) language = tag }

export const setLanguage = tag => {
  language = tag
  try { localStorage.setItem('brevlada.language', tag) } catch { /* then for this visit only */ }
}

/** The words of `key`, or of its singular; a key that was made from an answer may be unknown, and is then said as it came. */
export const say = (key, values = {}) => {
  if (values.n === '1' && Object.hasOwn(words, key + 'One')) key += 'One'
  const text = Object.hasOwn(words, key) ? words[key][languages.indexOf(language)] : values.else ?? key
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '')
}

/** `too-fast` after `why` is `whyTooFast`. */
export const keyOf = (prefix, word) =>
  prefix + String(word).replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase())

/** The browser's own variant of the language, so that an American gets American dates. */
const locale = () => navigator.languages.find(tag => tag.startsWith(language)) ?? (language === 'sv' ? 'sv-SE' : 'en-GB')

export const number = value => value.toLocaleString(locale())

/** The time today, the day this year, else the date. */
export const shortTime = (text, now = new Date()) => {
  const time = new Date(text)
  if (time.toDateString() === now.toDateString()) return time.toLocaleTimeString(locale(), { timeStyle: 'short' })
  const isThisYear = time.getFullYear() === now.getFullYear()
  return time.toLocaleDateString(locale(), isThisYear ? { day: 'numeric', month: 'short' } : { dateStyle: 'medium' })
}

export const longTime = text => new Date(text).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' })

/** The day of a moment by the person's own clock. */
export const localDay = time => time.toLocaleDateString(locale(), { day: 'numeric', month: 'short' })

/** The same of a day in UTC, as the books have it. */
export const dayName = text => new Date(text + 'T00:00:00Z').toLocaleDateString(locale(), { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** 0.42 s, 2.1 s, 61 s, 12 min, 3 h. */
export const duration = seconds => {
  const [value, unit] = seconds < 100 ? [seconds, 's'] : seconds < 6000 ? [seconds / 60, 'min'] : [seconds / 3600, 'h']
  return `${value.toLocaleString(locale(), { maximumSignificantDigits: 2 })} ${unit}`
}

"""#),
    ]
}
