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
