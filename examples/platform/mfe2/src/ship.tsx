import { useState } from 'react';
import * as css from './app.module.css';
import type { Offer } from './collections.js';
import { offers } from './collections.js';
import { release } from './release.js';

const greenest = offers.reduce((best, offer) => (offer.co2 < best.co2 ? offer : best));

export function Ship({ order }: { readonly order: string }) {
  const [chosen, setChosen] = useState(offers[0]?.carrier);
  const [booked, setBooked] = useState<Offer>();
  if (booked !== undefined) return <Booked order={order} offer={booked} />;
  return (
    <form
      className={css.ship}
      onSubmit={(event) => {
        event.preventDefault();
        setBooked(offers.find(({ carrier }) => carrier === chosen));
      }}
    >
      <h2 className={css.title}>Ship order {order}</h2>
      {offers.map((offer) => (
        <OfferRow key={offer.carrier} offer={offer} chosen={chosen} onChoose={setChosen} />
      ))}
      <button className={css.book} type="submit">
        Book the collection
      </button>
    </form>
  );
}

interface OfferRowProps {
  readonly offer: Offer;
  readonly chosen: string | undefined;
  readonly onChoose: (carrier: string) => void;
}

function OfferRow({ offer, chosen, onChoose }: OfferRowProps) {
  const { carrier, arrives, price, co2 } = offer;
  return (
    <label className={css.offer}>
      <input type="radio" name="carrier" checked={carrier === chosen} onChange={() => onChoose(carrier)} />
      <span>
        {carrier} {release.hasCo2 && offer === greenest && <span className={css.green}>greenest</span>}
        <span className={css.hint}>
          arrives {arrives}
          {release.hasCo2 && ` · ${co2.toFixed(1)} kg CO₂`}
        </span>
      </span>
      <strong>€ {price.toFixed(2)}</strong>
    </label>
  );
}

function Booked({ order, offer }: { readonly order: string; readonly offer: Offer }) {
  return (
    <section className={css.booked} role="status">
      <h2 className={css.title}>Order {order} is booked</h2>
      <p>
        {offer.carrier} collects {offer.collects}; it arrives {offer.arrives}.
      </p>
    </section>
  );
}
