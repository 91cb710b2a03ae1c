import { type FieldError, pointerTo } from '../../shared/errors.ts'
import type { Bilingual } from '../../shared/text.ts'
import {
  bothNames,
  componentsFor,
  judgeAnswers,
  type PublishedProcedure,
  requiredAnswers,
} from '../catalogue/public.ts'
import type { DocumentFacts } from '../document/public.ts'
import type { Deps } from './deps.ts'
import type { Attachment, Content, Head } from './model.ts'

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`

/** The cases of a procedure as a person can choose among them, each with the code to send. */
export const caseNames = ({ cases }: Pick<PublishedProcedure, 'cases'>): Bilingual => {
  const named = cases.map((known) => ({ code: known.code, name: bothNames(known) }))
  const listed = (language: keyof Bilingual) =>
    named.map(({ code, name }) => `${name[language]} (${code})`).join('; ')
  return { vi: listed('vi'), en: listed('en') }
}

/** What is missing or wrong in a dossier that somebody wants to submit, all of it at once. */
export const createExamination = ({ documents, province }: Pick<Deps, 'documents' | 'province'>) => {
  const missingComponents = (procedure: PublishedProcedure, head: Head, content: Content): FieldError[] => {
    const has = new Set(content.components.map(({ componentId }) => componentId))
    return componentsFor(procedure, head.caseCode ?? undefined, content.answers)
      .filter(({ id, kind, required }) => required && kind !== 'eform' && !has.has(id))
      .map((component) => ({
        code: 'component-missing',
        pointer: pointerTo('components', component.id),
        params: { label: bothNames(component) },
      }))
  }

  const fileLimits = ({ components }: Content): FieldError[] => {
    const { maxDossierBytes, maxDossierFiles } = province.documents
    const bytes = components.reduce((sum, { size }) => sum + size, 0)
    const pointer = pointerTo('components')
    return [
      ...(components.length > maxDossierFiles
        ? [{ code: 'too-many-files' as const, pointer, params: { maximum: maxDossierFiles } }]
        : []),
      ...(bytes > maxDossierBytes
        ? [{ code: 'files-too-large' as const, pointer, params: { maximum: megabytes(maxDossierBytes) } }]
        : []),
    ]
  }

  /** Why a file cannot be submitted, in the words a citizen can act on. */
  const fileError = (
    file: Attachment,
    fact: DocumentFacts | undefined,
    stored: 'missing' | 'altered',
    procedure: PublishedProcedure,
  ): FieldError => {
    const component = procedure.components.find(({ id }) => id === file.componentId)
    const label = component ? bothNames(component) : file.componentId
    const at = { pointer: pointerTo('components', file.componentId) }
    const params = { label, file: file.fileName }
    if (!fact) return { code: 'document-unknown', ...at, params }
    switch (fact.state) {
      case 'awaiting-upload':
        return { code: 'document-not-uploaded', ...at, params }
      case 'inspecting':
        return { code: 'document-inspecting', ...at, params }
      case 'scan-delayed':
        return { code: 'document-scan-delayed', ...at, params }
      case 'rejected':
        return { code: 'document-rejected', ...at, params: { ...params, reason: fact.reason ?? '' } }
      case 'clean':
        return { code: stored === 'altered' ? 'document-altered' : 'document-missing', ...at, params }
    }
  }

  /**
   * Every file as it lies in the clean store now, against what was declared and inspected. Only what passed
   * inspection is there, so nothing else has to be read unless a file is missing or another one.
   */
  const fileErrors = async (content: Content, procedure: PublishedProcedure): Promise<FieldError[]> => {
    const states = await Promise.all(content.components.map((file) => documents.storedState(file)))
    const faulty = content.components.flatMap((file, index) => {
      const stored = states[index]
      return stored === undefined || stored === 'present' ? [] : [{ file, stored }]
    })
    if (faulty.length === 0) return []
    const facts = await documents.find([...new Set(faulty.map(({ file }) => file.documentId))])
    return faulty.map(({ file, stored }) => fileError(file, facts.get(file.documentId), stored, procedure))
  }

  const problemsOf = async (
    procedure: PublishedProcedure,
    head: Head,
    content: Content,
  ): Promise<FieldError[]> => [
    ...(head.caseCode === null && procedure.cases.length > 1
      ? [
          {
            code: 'case-required' as const,
            pointer: pointerTo('caseCode'),
            params: { allowed: caseNames(procedure) },
          },
        ]
      : []),
    ...judgeAnswers(procedure.form, content.answers, requiredAnswers(procedure, head.caseCode ?? undefined)),
    ...missingComponents(procedure, head, content),
    ...fileLimits(content),
    ...(await fileErrors(content, procedure)),
  ]

  return { problemsOf, fileError }
}
