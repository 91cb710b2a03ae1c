import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** The listening socket. It is taken before anything else is started, so that a taken port costs nothing. */
export interface FrontDoor {
  port: number
  /** From now on requests are answered; until then they get 503. */
  open(answer: (request: IncomingMessage, response: ServerResponse) => void): void
  close(): Promise<void>
}

export class PortTaken extends Error {
  constructor(port: number) {
    super(`port ${port} is taken; stop the other program or set PORT`)
    this.name = 'PortTaken'
  }
}

const unfit: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** What is no HTTP gets a short answer and its connection closed. */
const turnAway = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const status = unfit[error.code ?? ''] ?? '400 Bad Request'
  const body = JSON.stringify({ message: status.slice(4) })
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  )
}

export const openFrontDoor = async (host: string, port: number): Promise<FrontDoor> => {
  let answer = (_: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('retry-after', '1')
    response.writeHead(503, { 'content-type': 'application/json' }).end('{"message":"Service Unavailable"}')
  }
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 15_000 }, (request, response) =>
    answer(request, response),
  )
  server.on('clientError', turnAway)
  server.on('connect', (_request, socket) =>
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\n\r\n'),
  )
  server.on('upgrade', (_request, socket) =>
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTaken(port) : error),
    )
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    open: (next) => {
      answer = next
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
