import { useState } from 'react';
import * as css from './app.module.css';
import { OrderTable } from './order-table.js';
import type { State } from './orders.js';
import { orders, states } from './orders.js';

type Filter = State | 'all';
const filters: readonly Filter[] = ['all', ...states];

export function OrderList() {
  const [filter, setFilter] = useState<Filter>('all');
  return (
    <>
      <h1 className={css.title}>Orders</h1>
      <div className={css.filters} role="group" aria-label="Show orders">
        {filters.map((name) => (
          <button key={name} type="button" aria-pressed={name === filter} onClick={() => setFilter(name)}>
            {name}
          </button>
        ))}
      </div>
      <OrderTable orders={orders.filter(({ state }) => filter === 'all' || state === filter)} />
    </>
  );
}
