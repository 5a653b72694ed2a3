import { fromLedger, registrationFromLedger } from '../core/ledger.js'
import type { LedgerDocument, LedgerRegistration } from '../model/ledger.js'
import type { Store } from '../model/ports.js'
import { readCursors, readLedger, readRegistrations } from '../publish/ledger.js'
import { openMemory, type Workspace } from './workspace.js'

export interface Restored {
  documents: number
  newDocuments: number
  /** Sources that go on from where they were, instead of from the beginning. */
  cursors: string[]
}

/**
 * Brings the evidence of a ledger into the database: into an empty one as it was, into another as a union, in whichever
 * order. All of it or nothing. The caller holds the lock of the working folder.
 * @param root a published folder
 * @throws {FeedError} `input` for a line that is no evidence
 */
export async function restore(workspace: Workspace, root: string): Promise<Restored> {
  const documents = readLedger(root)
  const registrations = readRegistrations(root)
  const cursors = readCursors(root)
  const store = workspace.store()
  return store.transaction(async () => {
    const newDocuments = await restoreInto(store, documents, registrations)
    const unread: string[] = []
    for (const { source, cursor } of cursors) {
      if ((await store.cursor(source)) !== null) continue
      await store.commit(source, cursor, [])
      unread.push(source)
    }
    return { documents: documents.length, newDocuments, cursors: unread }
  })
}

async function restoreInto(
  store: Store,
  documents: LedgerDocument[],
  registrations: LedgerRegistration[],
): Promise<number> {
  let newDocuments = 0
  for (const line of documents) {
    const { items, withdrawn } = fromLedger(line)
    for (const item of items) {
      const committed = await store.commit(item.document.source, null, [item])
      newDocuments += committed.newDocuments
    }
    for (const { ids, withdrawal } of withdrawn) await store.withdrawDocuments(ids, withdrawal)
  }
  for (const line of registrations)
    await store.commit(line.source, null, [], { registrations: { found: [registrationFromLedger(line)] } })
  return newDocuments
}

/** A database of its own that knows what the last publication knew, and what was taken back since. */
export async function lastKnown({ feeds, store }: Workspace): Promise<Store> {
  const held = openMemory()
  await held.transaction(async () => {
    await restoreInto(held, readLedger(feeds), readRegistrations(feeds))
    for (const { id, withdrawal } of await store().withdrawals())
      await held.withdrawDocuments([id], withdrawal)
  })
  return held
}
