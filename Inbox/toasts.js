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
