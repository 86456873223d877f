// Cubot makes telephones.
const person = /cubot/gi;
// Names that crawlers give themselves; a browser that is driven by a test is not one of them.
const names = /bot\b|crawler|spider|slurp|facebookexternalhit|embedly|preview|lighthouse|pingdom|monitoring/i;

/** Whether a user agent says of itself that nobody sits before it. */
export function isBot(userAgent: string | undefined): boolean {
  const agent = userAgent || '';
  return agent.search(names) >= 0 && agent.replace(person, '').search(names) >= 0;
}
