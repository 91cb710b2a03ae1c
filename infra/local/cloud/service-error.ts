/** A refusal of one of the JSON services, with the error code and status of the real one. */
export class ServiceError extends Error {
  readonly code: string
  readonly status: number
  /** Further members of the error document. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: string,
    status: number,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.name = 'ServiceError'
    this.code = code
    this.status = status
    this.details = details
  }
}

export function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', 400, message)
}

/** The members of a request document; anything but a JSON object is refused as the services do. */
export function members(input: unknown): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ServiceError('SerializationException', 400, 'The request body must be a JSON object.')
  }
  return input as Record<string, unknown>
}
