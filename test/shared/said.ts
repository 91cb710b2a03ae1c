import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'

export const sourcesIn = (...folders: string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  )

/** An error with the values its text is filled from, as the source says it. */
export interface Said {
  at: string
  code: string
  /** Undefined where the source does not say it at that place. */
  params: string[] | undefined
}

const nameOf = (property: ts.ObjectLiteralElementLike): string | undefined =>
  property.name && (ts.isIdentifier(property.name) || ts.isStringLiteral(property.name))
    ? property.name.text
    : undefined

const member = (object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined => {
  const found = object.properties.find((property) => nameOf(property) === name)
  if (found && ts.isShorthandPropertyAssignment(found)) return found.name
  return found && ts.isPropertyAssignment(found) ? found.initializer : undefined
}

const hasSpread = (object: ts.ObjectLiteralExpression): boolean =>
  object.properties.some((property) => ts.isSpreadAssignment(property))

/** The names in `params` of these details; none where there are no details. */
const paramsOf = (details: ts.Expression | undefined): string[] | undefined => {
  if (details === undefined) return []
  if (!ts.isObjectLiteralExpression(details)) return undefined
  const params = member(details, 'params')
  if (params === undefined) return hasSpread(details) ? undefined : []
  if (!ts.isObjectLiteralExpression(params) || hasSpread(params)) return undefined
  return params.properties.flatMap((property) => nameOf(property) ?? [])
}

const literal = (expression: ts.Expression | undefined): string | undefined => {
  if (expression === undefined) return undefined
  const bare = ts.isAsExpression(expression) ? expression.expression : expression
  return ts.isStringLiteral(bare) ? bare.text : undefined
}

/** Every `new AppError('code', { params })` and every `{ code, params }` of a field, in these files. */
export const saidIn = (files: readonly string[]): { errors: Said[]; fields: Said[] } => {
  const errors: Said[] = []
  const fields: Said[] = []
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      const at = `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
      if (ts.isNewExpression(node) && node.expression.getText() === 'AppError') {
        const code = literal(node.arguments?.[0])
        if (code !== undefined) errors.push({ at, code, params: paramsOf(node.arguments?.[1]) })
      }
      if (ts.isObjectLiteralExpression(node)) {
        const code = literal(member(node, 'code'))
        if (code !== undefined) fields.push({ at, code, params: paramsOf(node) })
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return { errors, fields }
}
