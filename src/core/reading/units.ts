/** Longer texts are rare: their memory is given back. */
const KEPT = 65_536

/**
 * A text as its UTF-16 code units, in memory that is used again for the next text. A pass over them takes a fraction of
 * one over a string, and what is cut out of them is flat: one byte a character where it is ASCII.
 */
export class Units {
  codes: Uint16Array = new Uint16Array(0)
  length = 0
  private bytes = Buffer.alloc(0)
  private ascii = Buffer.alloc(0)

  /** Makes room for so many units; what was in here before is gone. */
  reserve(capacity: number): void {
    this.length = 0
    if (capacity <= this.codes.length && this.codes.length <= KEPT) return
    const size = Math.max(capacity, 1024)
    this.bytes = Buffer.allocUnsafeSlow(size * 2)
    this.ascii = Buffer.allocUnsafeSlow(size)
    this.codes = new Uint16Array(this.bytes.buffer, 0, size)
  }

  load(text: string): void {
    this.reserve(text.length)
    this.bytes.write(text, 'utf16le')
    this.length = text.length
  }

  text(start: number, end: number): string {
    const { codes, ascii } = this
    for (let at = start; at < end; at++) {
      const code = codes[at]!
      if (code > 0x7f) return this.bytes.toString('utf16le', start * 2, end * 2)
      ascii[at - start] = code
    }
    return ascii.toString('utf8', 0, end - start)
  }
}
