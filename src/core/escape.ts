/** A text as it stands in a regular expression, `u` flag included: only syntax characters are escaped. */
export const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
