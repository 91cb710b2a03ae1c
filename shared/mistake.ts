/** Something wrong in a file a person wrote: where, what, and what to do. */
export interface Mistake {
  path: readonly (string | number)[]
  message: string
}

export const mistake = (path: readonly (string | number)[], message: string): Mistake => ({ path, message })
