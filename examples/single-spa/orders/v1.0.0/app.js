const element = () => document.querySelector('#orders');

export async function bootstrap() {}

export async function mount() {
  element().innerHTML = '<h2>Orders v1.0.0</h2><ul><li>Espresso, 12 kg</li><li>Filter, 30 kg</li></ul>';
}

export async function unmount() {
  element().textContent = '';
}
