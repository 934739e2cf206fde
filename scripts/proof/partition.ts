/** Stands for a value whose reading throws. */
export const THROWS = Symbol('throws')
/** Stands for an object whose fields have partitions of their own. */
export const PRESENT = Symbol('present')

/** The classes of one field of the event: values of a class are alike to any sound policy. */
export interface Partition {
  /** Dotted, below `event`; {@link CLOCK} for the time of the run. */
  readonly path: string
  /** One representative of each class, the most ordinary first; `undefined` is a missing field. */
  readonly values: readonly unknown[] | ((nowMs: number) => readonly unknown[])
  /** For a class with a list of scopes: the class with the same scopes and one more. */
  readonly richer?: ReadonlyMap<number, number>
}

/** The path of the partition that holds the times, in epoch milliseconds, at which runs happen. */
export const CLOCK = 'now'

export const PROTOCOL = 'transaction.protocol'

/** The paths of the two places where a request lists scopes. */
export const REQUESTED_SCOPES = 'transaction.requested_scopes'
export const REQUEST = 'request'

/** @returns representatives at a time */
export function valuesAt({ values }: Partition, nowMs: number): readonly unknown[] {
  return typeof values === 'function' ? values(nowMs) : values
}
