/** `foreign`: an image codec, or anything else that does not give back structure. */
export type Decoded = { ok: true; data: Uint8Array } | { ok: false; why: 'bomb' | 'damaged' | 'foreign' }
