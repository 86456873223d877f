// Part of the CloudFront Functions that are built with `visitors`, and of nginx's edge: see choose-version.ts of packages/edge
// on how it is written.

/** `visitors` of the configuration: what the platform may know a visitor by. The page has the same words. */
export interface VisitorRules {
  /** Who has not agreed is given no cookie, and is shown stable. */
  readonly consent?: 'required' | undefined;
  /** Ids are numbers below 100,000, which many visitors share. */
  readonly identity?: 'coarse' | undefined;
}

/** What the visitor said, `true` or `false`; the page writes it. */
export const consentCookie = 'sluice_consent';

/** Whether a visitor may be known again; `said` is the value of {@link consentCookie}. Anything but `true` is no consent. */
export function hasAgreed(rules: VisitorRules, said: string | undefined): boolean {
  return !rules.consent || said === 'true';
}

/** Whether the rules let it be an id: that of one device is none where ids are coarse. */
export function isAllowedId(rules: VisitorRules, id: string): boolean {
  return !rules.identity || id.search(/\D|.{6}/) < 0;
}

/** The id that the rules make of a random one, such as 32 hex digits. */
export function allowedIdFrom(rules: VisitorRules, random: string): string {
  if (!rules.identity) return random;
  let coarse = 0;
  for (let i = 0; i < random.length; i += 1) coarse = (coarse * 31 + random.charCodeAt(i)) % 100_000;
  return String(coarse);
}
