// Part of the CloudFront Function and of nginx's edge: see choose-version.ts of packages/edge on how it is written.

/** One of a platform's keys. The newest signs; older ones still verify until they are removed. */
export interface SigningKey {
  /** Up to 16 of a-z and 0-9; it is in every signature. */
  readonly id: string;
  /** Known to edge and ingestion only. */
  readonly secret: string;
}

/** Signs and verifies; core has no cryptography of its own. */
export interface Signer {
  /** Newest first; empty: nothing is signed, and nothing verifies. */
  readonly keys: () => readonly SigningKey[];
  /** HMAC-SHA256 (RFC 2104) as base64url without padding: 43 characters. */
  readonly mac: (secret: string, text: string) => string;
}

/** What a signature is for; one for the one is none for the other. */
type Purpose = 'subject' | 'preview' | 'audience';

export interface Signable {
  readonly purpose: Purpose;
  /** Without line breaks. */
  readonly text: string;
  /** Epoch seconds; the signature holds before this moment and no longer at it. */
  readonly untilS: number;
}

export type Verified =
  /** `newest`: the key that signs now has signed it. */
  | { readonly kind: 'valid'; readonly untilS: number; readonly newest: boolean }
  | { readonly kind: 'expired' }
  | { readonly kind: 'forged' };

const shape = /^([a-z0-9]{1,16})\.([0-9]{1,11})\.([A-Za-z0-9_-]{43})$/;

/** Whether it is a key as Sluice makes them: no other one signs or verifies. */
export function isSigningKey(value: unknown): value is SigningKey {
  const key = (value || {}) as Partial<SigningKey>;
  if (typeof key.id !== 'string' || typeof key.secret !== 'string') return false;
  return key.id.search(/^[a-z0-9]{1,16}$/) === 0 && key.secret.length >= 32;
}

/** `<key>.<until>.<mac>`; undefined where there is no key. */
export function sign(signer: Signer, signable: Signable): string | undefined {
  const key = signer.keys()[0];
  if (key === undefined) return undefined;
  return `${key.id}.${String(signable.untilS)}.${signer.mac(key.secret, messageOf(signable))}`;
}

/** Takes as long for a mac that is nearly right as for one that is not; only a genuine one is ever called expired. */
export function verify(
  signer: Signer,
  asked: Omit<Signable, 'untilS'> & { readonly signature: string; readonly nowS: number },
): Verified {
  const found = shape.exec(asked.signature);
  const keys = signer.keys();
  const key = found && keys.find((one) => one.id === found[1]);
  if (!found || !key) return { kind: 'forged' };
  const untilS = Number(found[2]);
  const wanted = signer.mac(key.secret, messageOf({ purpose: asked.purpose, text: asked.text, untilS }));
  if (!sameText(String(found[3]), wanted)) return { kind: 'forged' };
  return asked.nowS < untilS ? { kind: 'valid', untilS, newest: key === keys[0] } : { kind: 'expired' };
}

/** The purpose is in what is signed: a preview's signature is none for a subject. */
function messageOf(signable: Signable): string {
  return `sluice/1\n${signable.purpose}\n${String(signable.untilS)}\n${signable.text}`;
}

/** Compares all characters, whatever the first that differ. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < b.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
