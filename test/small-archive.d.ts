/** Configures a folder to collect a small part of the archive, whatever else its configuration says; returns the folder. */
export function smallArchive(dir: string): string
