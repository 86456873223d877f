/** A value as a JavaScript expression of ASCII characters: a lone surrogate would not survive the way anywhere else. */
export function quote(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
