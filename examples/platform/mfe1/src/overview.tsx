import * as css from './app.module.css';
import { OrderTable } from './order-table.js';
import { kilosOf, orders } from './orders.js';

const open = orders.filter(({ state }) => state !== 'sent');
const toRoast = open.filter(({ state }) => state !== 'packed').reduce((sum, order) => sum + kilosOf(order), 0);

const tiles = [
  { label: 'Open orders', value: String(open.length), hint: '2 came in yesterday' },
  { label: 'To roast', value: `${toRoast} kg`, hint: 'nine batches' },
  { label: 'Packed', value: String(open.filter(({ state }) => state === 'packed').length), hint: 'ready to collect' },
  { label: 'At risk', value: String(open.filter(({ isAtRisk }) => isAtRisk).length), hint: 'due tomorrow' },
];

export function Overview() {
  return (
    <>
      <h1 className={css.title}>Today at the roastery</h1>
      <dl className={css.tiles}>
        {tiles.map(({ label, value, hint }) => (
          <div key={label} className={css.tile}>
            <dt>{label}</dt>
            <dd>{value}</dd>
            <dd className={css.hint}>{hint}</dd>
          </div>
        ))}
      </dl>
      <h2 className={css.subtitle}>Open orders</h2>
      <OrderTable orders={open} />
    </>
  );
}
