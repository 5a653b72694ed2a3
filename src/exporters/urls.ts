import type { Observable } from '../model/observable.js'

export const isWebUrl = ({ type, value }: Observable): boolean => type === 'url' && /^https?:/.test(value)

/** As requests carry them; of two that differ in the fragment alone, the first. */
export function withoutFragment<T extends Observable>(urls: T[]): T[] {
  const distinct = new Map<string, T>()
  for (const one of urls) {
    const value = one.value.replace(/#.*$/, '')
    if (!distinct.has(value)) distinct.set(value, { ...one, value })
  }
  return [...distinct.values()]
}
