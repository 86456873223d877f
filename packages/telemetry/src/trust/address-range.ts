import { isIP } from 'node:net';

/**
 * The range that an address is counted with: /24 of IPv4, /48 of IPv6, which is what one customer of a network gets at
 * little cost. Undefined for addresses that the Internet does not route (RFC 1918, 4193, 3927): one's own networks are
 * not capped. What is no address at all is one range.
 */
export function rangeOf(address: string): string | undefined {
  const text = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  switch (isIP(text)) {
    case 4:
      return rangeOf4(text);
    case 6:
      return rangeOf6(text);
    default:
      return 'unknown';
  }
}

function rangeOf4(text: string): string | undefined {
  const [a = 0, b = 0, c = 0] = text.split('.').map(Number);
  const isOwn =
    a === 10 || a === 127 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254);
  return isOwn ? undefined : `${String(a)}.${String(b)}.${String(c)}.0/24`;
}

function rangeOf6(text: string): string | undefined {
  const [first = 0, second = 0, third = 0] = groupsOf(text);
  const isLoopback = text === '::1' || /^(0+:){7}0*1$/.test(text);
  // fc00::/7 and fe80::/10.
  if (isLoopback || (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80) return undefined;
  return `${[first, second, third].map((group) => group.toString(16)).join(':')}::/48`;
}

/** The first three groups of 16 bits; `::` stands for as many zeros as are missing. */
function groupsOf(text: string): readonly number[] {
  const [head = '', tail] = text.split('::');
  const numbers = (part: string): number[] =>
    part.split(':').flatMap((group) => (group === '' ? [] : [parseInt(group, 16)]));
  const before = numbers(head);
  if (tail === undefined || before.length >= 3) return before;
  const after = numbers(tail);
  const zeros = 8 - before.length - after.length - (tail.includes('.') ? 1 : 0);
  return [...before, ...Array.from({ length: zeros }, () => 0), ...after];
}
