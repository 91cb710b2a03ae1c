/**
 * True when people may be sent back to an address: it is on the list, or below an entry that ends in `/`. Compared
 * as a browser reads it, so that no trick of writing leads elsewhere.
 */
export const mayReturnTo = (address: string, allowed: readonly string[]): boolean => {
  if (!URL.canParse(address)) return false
  const { origin, pathname, username, password } = new URL(address)
  if (username !== '' || password !== '') return false
  return allowed.some((entry) => {
    const known = new URL(entry)
    if (known.origin !== origin) return false
    return (
      known.pathname === pathname || (known.pathname.endsWith('/') && pathname.startsWith(known.pathname))
    )
  })
}
