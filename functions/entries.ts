import type { Contract } from '../shared/contract.ts'
import { catalogueContracts } from './catalogue/contract.ts'
import { documentContracts } from './document/contract.ts'
import { documentUploaded } from './document/events.ts'
import { dossierContracts } from './dossier/contract.ts'
import { dossierSubmitted } from './dossier/events.ts'
import { notificationContracts } from './notification/contract.ts'
import { opsContracts } from './ops/contract.ts'
import { paymentContracts, webhookContracts } from './payment/contract.ts'
import { paymentPaid } from './payment/events.ts'

type Trigger =
  /** Behind the HTTP API, one route a contract. */
  | { kind: 'http'; contracts: readonly Contract[]; isDefault?: true }
  /** A queue of its own with a dead-letter queue, fed by a rule for these event types. */
  | { kind: 'queue'; consumes: readonly string[]; visibilitySeconds: number; maxReceives: number }
  /** The streams of all tables. */
  | { kind: 'stream' }
  | { kind: 'schedule'; everyMinutes: number }

/** One function of the stack: who may call it, and how long and how large it may run. */
export interface Entry {
  name: string
  file: string
  trigger: Trigger
  timeoutSeconds: number
  memoryMb: number
}

/** Every function there is. The stack and the embedded runner are both built from this list. */
export const entries: readonly Entry[] = [
  {
    name: 'catalogue-api',
    file: 'functions/catalogue/api.ts',
    trigger: { kind: 'http', contracts: catalogueContracts },
    timeoutSeconds: 10,
    memoryMb: 512,
  },
  {
    name: 'dossier-api',
    file: 'functions/dossier/api.ts',
    trigger: { kind: 'http', contracts: dossierContracts },
    // A repeat waits up to 20 s for the answer of the first call.
    timeoutSeconds: 29,
    memoryMb: 1024,
  },
  {
    name: 'document-api',
    file: 'functions/document/api.ts',
    trigger: { kind: 'http', contracts: documentContracts },
    timeoutSeconds: 10,
    memoryMb: 512,
  },
  {
    name: 'document-inspect',
    file: 'functions/document/inspect.ts',
    trigger: { kind: 'queue', consumes: [documentUploaded.type], visibilitySeconds: 180, maxReceives: 5 },
    timeoutSeconds: 60,
    memoryMb: 1769,
  },
  {
    name: 'document-cleanup',
    file: 'functions/document/cleanup.ts',
    trigger: { kind: 'schedule', everyMinutes: 60 },
    timeoutSeconds: 300,
    memoryMb: 512,
  },
  {
    name: 'notification-api',
    file: 'functions/notification/api.ts',
    trigger: { kind: 'http', contracts: notificationContracts },
    timeoutSeconds: 10,
    memoryMb: 512,
  },
  {
    name: 'notification-send',
    file: 'functions/notification/send.ts',
    trigger: {
      kind: 'queue',
      consumes: [dossierSubmitted.type, paymentPaid.type],
      visibilitySeconds: 180,
      maxReceives: 8,
    },
    timeoutSeconds: 60,
    memoryMb: 512,
  },
  {
    name: 'payment-api',
    file: 'functions/payment/api.ts',
    trigger: { kind: 'http', contracts: paymentContracts },
    timeoutSeconds: 10,
    memoryMb: 512,
  },
  {
    name: 'payment-webhook',
    file: 'functions/payment/webhook.ts',
    trigger: { kind: 'http', contracts: webhookContracts },
    timeoutSeconds: 10,
    memoryMb: 512,
  },
  {
    name: 'payment-expire',
    file: 'functions/payment/expire.ts',
    trigger: { kind: 'schedule', everyMinutes: 5 },
    timeoutSeconds: 60,
    memoryMb: 512,
  },
  {
    name: 'ops-api',
    file: 'functions/ops/api.ts',
    trigger: { kind: 'http', contracts: opsContracts, isDefault: true },
    timeoutSeconds: 10,
    memoryMb: 512,
  },
  {
    name: 'ops-relay',
    file: 'functions/ops/relay.ts',
    trigger: { kind: 'stream' },
    timeoutSeconds: 60,
    memoryMb: 512,
  },
  {
    name: 'ops-sweep',
    file: 'functions/ops/sweep.ts',
    trigger: { kind: 'schedule', everyMinutes: 1 },
    timeoutSeconds: 60,
    memoryMb: 512,
  },
]

/** Every contract of the API. */
export const contracts: readonly Contract[] = entries.flatMap((entry) =>
  entry.trigger.kind === 'http' ? entry.trigger.contracts : [],
)
