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
