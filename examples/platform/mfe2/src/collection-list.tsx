import * as css from './app.module.css';
import { collections } from './collections.js';

export function Collections() {
  return (
    <section>
      <h2 className={css.title}>Collections today</h2>
      <ol className={css.vans}>
        {collections.map(({ time, carrier, route, loaded, capacity }) => (
          <li key={time}>
            <time className={css.time}>{time}</time>
            <span className={css.carrier}>
              {carrier} <span className={css.hint}>{route}</span>
            </span>
            <span className={css.load}>
              {loaded} <span className={css.hint}>of {capacity} kg</span>
            </span>
            <span className={css.bar} data-full={loaded / capacity > 0.9}>
              <i style={{ width: `${(loaded / capacity) * 100}%` }} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
