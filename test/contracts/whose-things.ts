/**
 * Whose the thing is that a contract shows or changes:
 * - `nobody's`: the same for everybody who may call;
 * - `one's own list`: each caller has a list of his own, and nobody's things are in another's;
 * - `one thing`: named in the path, and to others as unknown as what never was;
 * - `a new thing`: made for the caller.
 */
type Whose = "nobody's" | "one's own list" | 'one thing' | 'a new thing'

export const whose: Readonly<Record<string, Whose>> = {
  listProcedures: "nobody's",
  getProcedure: "nobody's",
  createDossier: 'a new thing',
  listDossiers: "one's own list",
  getDossier: 'one thing',
  patchDossier: 'one thing',
  submitDossier: 'one thing',
  getTimeline: 'one thing',
  trackDossier: "nobody's",
  getReceipt: "nobody's",
  getKeys: "nobody's",
  createDocument: 'a new thing',
  completeDocument: 'one thing',
  getDocument: 'one thing',
  getDocumentContent: 'one thing',
  deleteDocument: 'one thing',
  listNotifications: "one's own list",
  getNotificationPreferences: "one's own list",
  putNotificationPreferences: "one's own list",
  createPayment: 'one thing',
  getPayment: 'one thing',
  getMoney: 'one thing',
  // Its signature says who speaks; a token says nothing here.
  receiveVnpay: "nobody's",
  getHealth: "nobody's",
  getOpenapi: "nobody's",
  getReferencePage: "nobody's",
}
