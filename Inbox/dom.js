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
