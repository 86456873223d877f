import * as css from './app.module.css';
import type { Order } from './orders.js';
import { euros, kilosOf, valueOf } from './orders.js';
import { Progress } from './progress.js';
import { release } from './release.js';

// On a small screen there is room for one of the two numbers.
const kilosColumn = release.hasValue ? `${css.number} ${css.roomy}` : css.number;

export function OrderTable({ orders }: { readonly orders: readonly Order[] }) {
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">Order</th>
          <th scope="col">Customer</th>
          <th scope="col" className={kilosColumn}>
            Kilos
          </th>
          {release.hasValue && (
            <th scope="col" className={css.number}>
              Value
            </th>
          )}
          <th scope="col">State</th>
          <th scope="col" className={css.due}>
            Due
          </th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <Row key={order.id} order={order} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ order }: { readonly order: Order }) {
  return (
    <tr>
      <td>
        <a className={css.link} href={`/orders/${order.id}`}>
          #{order.id}
        </a>
      </td>
      <td>
        {order.customer} <span className={css.town}>{order.town}</span>
      </td>
      <td className={kilosColumn}>{kilosOf(order)}</td>
      {release.hasValue && <td className={css.number}>{euros(valueOf(order))}</td>}
      <td>
        <StateCell order={order} />
      </td>
      <td className={css.due} data-risk={order.isAtRisk}>
        <span className={css.weekday}>{order.due.slice(0, 4)}</span>
        {order.due.slice(4)}
      </td>
    </tr>
  );
}

function StateCell({ order }: { readonly order: Order }) {
  if (release.hasProgress) return <Progress state={order.state} />;
  return (
    <span className={css.state} data-state={order.state}>
      {order.state}
    </span>
  );
}
