// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0
//
// What is said in passing, with a way to undo it; and what went wrong, which stays until it is closed.
import { button, el, get } from './dom.js'

let undoing
let quiet

/** Says it for 6 s, or for 12 s when it can be undone: `undo` is { key, run }. */
export const toast = (text, undo) => {
  clearTimeout(quiet)
  get('alarm').replaceChildren()
  undoing = undo && (() => { untoast(); undo.run() })
  get('toast').replaceChildren(el('p', null, text), ...undo ? [button(undo.key, undoing)] : [])
  quiet = setTimeout(untoast, undo ? 12000 : 6000)
}

/** Says what nobody asked for: beside what can still be undone, never in its place. */
export const news = text => undoing ? get('toast').prepend(el('p', null, text)) : toast(text)

/** Takes it away, but not from under the finger. */
export const untoast = () => {
  clearTimeout(quiet)
  if (get('toast').matches(':hover, :focus-within')) return void (quiet = setTimeout(untoast, 2000))
  undoing = null
  get('toast').replaceChildren()
}

export const undoLast = () => undoing?.()

export const alarm = text => get('alarm').replaceChildren(
  el('p', null, text), button('close', () => get('alarm').replaceChildren()))
