// An older Node cannot even load the TypeScript of main.ts, so the version is looked at before, in plain JavaScript.
if (process.versions.node.split('.')[0] === '24') await import('./main.ts')
else {
  console.error(`This is Node ${process.versions.node}; Motcua needs Node 24.`)
  console.error(
    'Node 24 comes with the dependencies: run "npm ci" (without --ignore-scripts), then "npm start".',
  )
  process.exitCode = 1
}
