// Cubot makes telephones.
const person = /cubot/gi;
// Names that crawlers give themselves; a browser that is driven by a test is not one of them.
const names = /bot\b|crawler|spider|slurp|externalhit|embedly|preview|lighthouse|pingdom|monitoring/i;

/** Whether a user agent says of itself that nobody sits before it. */
export function isBot(userAgent: string | undefined): boolean {
  return (userAgent || '').replace(person, '').search(names) >= 0;
}

/** Whether it is worth asking {@link isBot}: in small engines this costs a third of it. */
export function mayBeBot(userAgent: string): boolean {
  return userAgent.search(names) >= 0;
}
