import * as css from './app.module.css';
import { week } from './collections.js';

const most = Math.max(...week.map(([, kilos]) => kilos));
const together = week.reduce((sum, [, kilos]) => sum + kilos, 0);

export function Week() {
  return (
    <section>
      <h2 className={css.title}>
        Sent in five days <span className={css.hint}>{together.toLocaleString('en')} kg</span>
      </h2>
      <ol className={css.week}>
        {week.map(([day, kilos]) => (
          <li key={day}>
            <span>{kilos}</span>
            <i style={{ height: `${Math.round((kilos / most) * 88)}px` }} />
            <span className={css.hint}>{day}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
