import { money } from 'format';

export function mount(element) {
  const lines = [
    ['Espresso, 12 kg', 216],
    ['Filter, 30 kg', 456],
  ];
  const items = lines.map(([what, price]) => `<li>${what}: ${money(price)}</li>`).join('');
  element.innerHTML = `<h2>Orders v1.1.0</h2><ul>${items}</ul>`;
  element.append(`Together ${money(672)}`);
}
