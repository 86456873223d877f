import { money } from 'format';

export function mount(element) {
  element.innerHTML = `<h2>Orders v1.0.0</h2><ul><li>Espresso, 12 kg</li><li>Filter, 30 kg</li></ul>`;
  element.append(`Together ${money(672)}`);
}
