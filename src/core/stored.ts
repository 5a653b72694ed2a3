import type { Document } from '../model/document.js'
import type { Observation, Signals } from '../model/observation.js'
import type { StoredDocument, StoredObservation } from '../model/ports.js'

/** A document as the store would give it back, had it come by this one road. */
export const storedDocument = (document: Document, signals: Signals): StoredDocument => ({
  ...document,
  sources: [document.source],
  signals,
})

/** An observation likewise. */
export const storedObservation = (document: StoredDocument, one: Observation): StoredObservation => ({
  document,
  type: one.type,
  value: one.value,
  role: one.role,
  context: one.context,
  signals: one.signals ?? null,
  port: one.port ?? null,
  firstSeen: one.firstSeen ?? null,
  lastSeen: one.lastSeen ?? null,
  whois: one.whois ?? null,
  listedAt: one.listedAt ?? null,
  withdrawn: null,
})
