import { canonicalHash, canonicalHost, canonicalUrl } from '../core/canonical.js'
import { refang } from '../core/reading/refang.js'
import type { Observable } from '../model/observable.js'

/**
 * The value a person means, defanged or not; null where it is none. A public suffix, which can be no indicator, is a
 * value that can be asked about.
 */
export function valueMeant(text: string): Observable | null {
  const value = refang(text.trim()).text
  const found =
    (value.includes('://') ? canonicalUrl(value)?.url : null) ?? canonicalHost(value) ?? canonicalHash(value)
  if (found) return found
  const name = value.toLowerCase()
  const isName = /^(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/.test(name) && !/^[\d.]+$/.test(name)
  return isName ? { type: 'domain-name', value: name } : null
}
