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
