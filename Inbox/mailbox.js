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
