// Cubot makes telephones.
const person = /cubot/gi;
// Names that crawlers give themselves; a browser that is driven by a test is not one of them.
const names = /bot\b|crawler|spider|slurp|externalhit|embedly|preview|lighthouse|pingdom|monitoring/i;

/** Whether a user agent says of itself that nobody sits before it. */
export function isBot(userAgent: string | undefined): boolean {
  // Most are found out by the first search: in small engines it costs a third of all.
  return userAgent !== undefined && userAgent.search(names) >= 0 && userAgent.replace(person, '').search(names) >= 0;
}
