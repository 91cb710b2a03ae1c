import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'

/** A source file as the compiler reads it, so that comments and texts are not taken for code. */
export interface Source {
  file: string
  text: string
  /** Every node of the tree with its line. */
  nodes(): { node: ts.Node; at: string }[]
}

const opened = (file: string): Source => {
  const text = readFileSync(file, 'utf8')
  return {
    file,
    text,
    nodes: () => {
      const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
      const found: { node: ts.Node; at: string }[] = []
      const visit = (node: ts.Node): void => {
        const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree))
        found.push({ node, at: `${file}:${line + 1}` })
        ts.forEachChild(node, visit)
      }
      visit(tree)
      return found
    },
  }
}

/** The TypeScript files below some folders, without what lies in hidden ones. */
export const sourcesIn = (...folders: string[]): Source[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => opened(`${folder}/${name}`)),
  )

/** Where a member of a global is used, as in `Date.now`, called or not. */
export const usesOf = (sources: readonly Source[], ...names: string[]): string[] =>
  sources.flatMap((source) =>
    source
      .nodes()
      .flatMap(({ node, at }) =>
        ts.isPropertyAccessExpression(node) && names.includes(node.getText()) ? [at] : [],
      ),
  )

/** Where a name is used as a value, as in `console`. */
export const mentionsOf = (sources: readonly Source[], name: string): string[] =>
  sources.flatMap((source) =>
    source.nodes().flatMap(({ node, at }) => (ts.isIdentifier(node) && node.text === name ? [at] : [])),
  )

/** The files that belong to the project: what is kept under version control and what is about to be. */
export const projectFiles = (): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && existsSync(file))

export const fileOf = (at: string): string => at.replace(/:\d+$/, '')
