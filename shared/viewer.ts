import { isIP } from 'node:net'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'

/** The edge puts the address of the caller here, over whatever the caller wrote. */
export const viewerHeader = 'motcua-viewer'

/**
 * The address of the caller. Behind an edge the other end of the connection is CloudFront, and the caller is named
 * in a header, which anybody could write who reached the API itself: it counts only where the doorkeeper has said,
 * in the request's context, that the request came through our edge. `X-Forwarded-For` never counts: every hop of
 * the caller's own may add to it.
 */
export const viewerAddress = (event: APIGatewayProxyEventV2): string => {
  const { authorizer } = event.requestContext as { authorizer?: { lambda?: { edge?: unknown } | null } }
  const named = event.headers[viewerHeader] ?? ''
  const isOurs = authorizer?.lambda?.edge === 'ours'
  return isOurs && isIP(named) !== 0 ? named : event.requestContext.http.sourceIp
}
