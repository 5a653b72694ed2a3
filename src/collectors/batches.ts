/** Gathers items, by the hundred where nothing else is said: as many documents as one transaction should hold. */
export async function* inBatches<T>(items: AsyncIterable<T>, size = 100): AsyncIterable<T[]> {
  let batch: T[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length === size) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}
