import type { OpenApi, Operation, Parameter, Reference } from '../../shared/openapi-document.ts'

/** The parameters of an operation with references resolved. */
export const parametersOf = (operation: Operation, document: OpenApi): Parameter[] =>
  operation.parameters.flatMap((given: Parameter | Reference) => {
    if (!('$ref' in given)) return [given]
    return document.components.parameters[given.$ref.replace('#/components/parameters/', '')] ?? []
  })

/** In single quotes nothing is special to a shell but the quote itself. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** A command that calls the operation, with `$API` and `$TOKEN` of the reader. */
export const curlOf = (method: string, path: string, operation: Operation, document: OpenApi): string => {
  const parameters = parametersOf(operation, document)
  const asked = (place: Parameter['in']) =>
    parameters.filter((one) => one.in === place && one.example !== undefined)
  const concrete = asked('path').reduce(
    (done, { name, example }) => done.replace(`{${name}}`, encodeURIComponent(String(example))),
    path,
  )
  const query = new URLSearchParams(
    asked('query')
      .filter(({ required }) => required)
      .map(({ name, example }): [string, string] => [name, String(example)]),
  )
  const address = `"$API${concrete}${query.size > 0 ? `?${query}` : ''}"`
  const body = operation.requestBody?.content['application/json']
  const needsKey = parameters.some(({ name, required }) => name === 'Idempotency-Key' && required)
  return [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} ${address}`,
    ...(operation.security.length > 0 ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...(needsKey ? ['-H "Idempotency-Key: $(uuidgen)"'] : []),
    ...(body
      ? ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body.example, null, 2))}`]
      : []),
  ].join(' \\\n  ')
}
