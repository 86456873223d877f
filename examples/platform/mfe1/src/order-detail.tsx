import * as css from './app.module.css';
import type { Order } from './orders.js';
import { euros, kilosOf, orders, valueOf } from './orders.js';
import { Progress } from './progress.js';
import { release } from './release.js';
import { RoastPlan } from './roast-plan.js';

export function OrderDetail({ id }: { readonly id: number }) {
  const order = orders.find((candidate) => candidate.id === id);
  if (order === undefined) return <NotFound id={id} />;
  return (
    <>
      <a className={css.back} href="/orders">
        ← All orders
      </a>
      <h1 className={css.title}>
        {order.customer} <span className={css.town}>{order.town}</span>
      </h1>
      <Facts order={order} />
      {release.hasProgress && <RoastPlan order={order} />}
      <Lines order={order} />
    </>
  );
}

function NotFound({ id }: { readonly id: number }) {
  return (
    <>
      <h1 className={css.title}>No order {id}</h1>
      <p className={css.quiet}>
        It may have been archived. <a href="/orders">See all orders</a>
      </p>
    </>
  );
}

function Facts({ order }: { readonly order: Order }) {
  return (
    <dl className={css.facts}>
      <div>
        <dt>Order</dt>
        <dd>#{order.id}</dd>
      </div>
      <div>
        <dt>Placed</dt>
        <dd>{order.placed}</dd>
      </div>
      <div>
        <dt>Due</dt>
        <dd data-risk={order.isAtRisk}>{order.due}</dd>
      </div>
      <div>
        <dt>State</dt>
        <dd>{release.hasProgress ? <Progress state={order.state} /> : order.state}</dd>
      </div>
    </dl>
  );
}

function Lines({ order }: { readonly order: Order }) {
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">Coffee</th>
          <th scope="col" className={css.number}>
            Kilos
          </th>
          <th scope="col" className={css.number}>
            Per kilo
          </th>
          <th scope="col" className={css.number}>
            Sum
          </th>
        </tr>
      </thead>
      <tbody>
        {order.lines.map(({ coffee, kg, pricePerKg }) => (
          <tr key={coffee}>
            <td>{coffee}</td>
            <td className={css.number}>{kg}</td>
            <td className={css.number}>{euros(pricePerKg)}</td>
            <td className={css.number}>{euros(kg * pricePerKg)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Together</th>
          <td className={css.number}>{kilosOf(order)}</td>
          <td />
          <td className={css.number}>{euros(valueOf(order))}</td>
        </tr>
      </tfoot>
    </table>
  );
}
