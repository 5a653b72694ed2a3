/** Tells a person how far a long job is. Implemented by the command line; silent in tests and in the library. */
export interface Progress {
  /** @param total the same unit as `done`; null where it is not known */
  update(label: string, done: number, total: number | null): void
  stop(): void
}

export const silent: Progress = { update: () => {}, stop: () => {} }
