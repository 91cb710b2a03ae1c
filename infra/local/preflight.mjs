/**
 * Says why the runner cannot start on this Node, or nothing. Plain JavaScript without imports: an older Node has to
 * be able to read it.
 *
 * @param {string} version such as `24.21.0`
 * @returns {string | undefined}
 */
export const wrongNode = (version) => {
  if (version.split('.')[0] === '24') return undefined
  return [
    `This is Node ${version}; Motcua needs Node 24.`,
    'Node 24 comes with the dependencies: run "npm ci" (without --ignore-scripts), then "npm start".',
  ].join('\n')
}
