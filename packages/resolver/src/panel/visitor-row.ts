import { linksInForce } from './apps-on-page.js';
import { button, element } from './element.js';
import { getResolver } from '../resolver.js';
import { stayOpen } from './stays-open.js';

/** Who is assigned, and what signed links have opened for them. */
export function visitorRow(): HTMLElement {
  const id = getResolver().options.subject?.();
  const { previews, audiences } = linksInForce();
  return element(
    'section',
    { class: 'visitor', 'aria-label': 'Visitor' },
    element(
      'p',
      {},
      'Visitor ',
      id === undefined ? element('em', {}, 'without an id') : element('code', { title: id }, id),
      id !== undefined && 'clipboard' in navigator ? copying(id) : undefined,
    ),
    ...previews.map((grant) => inForce(['Preview', grant.replace('@', ' ')], 'preview')),
    ...audiences.map((audience) => inForce(['Audience', audience], 'audience')),
  );
}

function copying(id: string): HTMLElement {
  const made = button('Copy', { 'aria-label': 'Copy the id' }, () => {
    navigator.clipboard.writeText(id).then(
      () => (made.textContent = 'Copied'),
      () => (made.textContent = 'Not allowed'),
    );
  });
  return made;
}

/** The edge ends all links of a kind. */
function inForce([what, name]: readonly [string, string], kind: 'preview' | 'audience'): HTMLElement {
  const end = button('End', { 'aria-label': `End all ${kind}s in this browser` }, () => {
    stayOpen();
    const address = new URL(location.href);
    address.searchParams.set(`sluice_${kind}`, 'off');
    location.assign(address);
  });
  return element('p', {}, `${what} `, element('code', {}, name), ' by link', end);
}
