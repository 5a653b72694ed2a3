/** A value that nobody can tap by accident: `hxxp://a[.]example/`, `2a00[:][:]1`. */
export const defang = (value: string): string =>
  value.includes('://') || !value.includes(':')
    ? value.replace(/^http(?=s?:\/\/)/, 'hxxp').replaceAll('.', '[.]')
    : value.replaceAll(':', '[:]')

/** The exact inverse: every full stop was put in brackets, those that stood in some already too. */
export const undefang = (text: string): string =>
  text.includes('://')
    ? text.replace(/^hxxp(?=s?:\/\/)/, 'http').replaceAll('[.]', '.')
    : text.replaceAll('[.]', '.').replaceAll('[:]', ':')

/** A sentence in which no name or link can be tapped. */
export const defangText = (text: string): string => text.replaceAll('http', 'hxxp').replaceAll('.', '[.]')
