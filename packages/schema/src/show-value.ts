/** A value as a message quotes it: short, on one line, and never a reason to fail. */
export function showValue(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'Nothing';
    case 'number':
    case 'boolean':
      return String(value);
    case 'string':
      return cut(JSON.stringify(value));
    case 'bigint':
      return cut(`${String(value)}n`);
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'A list' : 'An object';
    default:
      return `A ${typeof value}`;
  }
}

const longestShown = 80;

function cut(text: string): string {
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
}
