import { connect } from 'node:net'

/** A request as bytes: what `fetch` refuses to send is sent too. */
export interface RawRequest {
  method: string
  target: string
  /** Written as Latin-1, so that any byte can be had. */
  headers?: readonly (readonly [string, string])[]
  body?: Buffer | undefined
}

export interface RawAnswer {
  status: number
  headers: ReadonlyMap<string, string>
  text: string
}

const parsed = (bytes: Buffer): RawAnswer => {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...lines] = bytes.subarray(0, Math.max(end, 0)).toString('latin1').split('\r\n')
  const headers = new Map(
    lines.map((line): [string, string] => {
      const at = line.indexOf(':')
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
    }),
  )
  return { status: Number(first.split(' ')[1] ?? 0), headers, text: bytes.subarray(end + 4).toString('utf8') }
}

/** Sends the bytes over a connection of their own. Status 0 means that no answer came. */
export const sendRaw = (
  url: string,
  { method, target, headers = [], body }: RawRequest,
): Promise<RawAnswer> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url)
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname)
    const end = () => resolve(parsed(Buffer.concat(chunks)))
    socket.on('data', (chunk) => chunks.push(chunk))
    // A server that refuses early resets the connection; what it said before counts.
    socket.on('error', end)
    socket.on('close', end)
    const lines = [
      `${method} ${target} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      'Connection: close',
      ...headers.map(([name, value]) => `${name}: ${value}`),
      ...(body === undefined ? [] : [`Content-Length: ${body.length}`]),
    ]
    socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'))
    if (body !== undefined) socket.write(body)
  })
