export const states = ['placed', 'roasting', 'packed', 'sent'] as const;
export type State = (typeof states)[number];

interface Line {
  readonly coffee: string;
  readonly kg: number;
  /** Euros. */
  readonly pricePerKg: number;
}

export interface Order {
  readonly id: number;
  readonly customer: string;
  readonly town: string;
  readonly placed: string;
  readonly due: string;
  readonly isAtRisk?: true;
  readonly state: State;
  readonly lines: readonly Line[];
}

const line = (coffee: string, kg: number, pricePerKg: number): Line => ({ coffee, kg, pricePerKg });

export const orders: readonly Order[] = [
  {
    id: 17,
    customer: 'Café Nordlys',
    town: 'Tromsø',
    placed: 'Mon 11 May',
    due: 'Thu 14 May',
    state: 'roasting',
    lines: [line('Yirgacheffe, washed', 12, 21.4), line('Huila, honey', 8, 19.8), line('House espresso', 24, 17.2)],
  },
  {
    id: 16,
    customer: 'The Paper Room',
    town: 'Leeds',
    placed: 'Mon 11 May',
    due: 'Wed 13 May',
    isAtRisk: true,
    state: 'placed',
    lines: [line('House espresso', 36, 17.2), line('Decaf Cauca', 6, 20.6)],
  },
  {
    id: 15,
    customer: 'Studio Brännvin',
    town: 'Malmö',
    placed: 'Fri 8 May',
    due: 'Wed 13 May',
    state: 'packed',
    lines: [line('Nyeri AA', 10, 26.9)],
  },
  {
    id: 14,
    customer: 'Mirador',
    town: 'Porto',
    placed: 'Fri 8 May',
    due: 'Fri 15 May',
    state: 'roasting',
    lines: [line('Huila, honey', 18, 19.8), line('Nyeri AA', 4, 26.9)],
  },
  {
    id: 13,
    customer: 'Halles & Filles',
    town: 'Lyon',
    placed: 'Thu 7 May',
    due: 'Tue 12 May',
    state: 'sent',
    lines: [line('House espresso', 60, 16.4)],
  },
  {
    id: 12,
    customer: 'Kontor 4',
    town: 'Hamburg',
    placed: 'Wed 6 May',
    due: 'Tue 12 May',
    state: 'sent',
    lines: [line('Yirgacheffe, washed', 14, 21.4), line('Decaf Cauca', 4, 20.6)],
  },
  {
    id: 11,
    customer: 'Sant’Elena',
    town: 'Trieste',
    placed: 'Wed 6 May',
    due: 'Mon 11 May',
    state: 'sent',
    lines: [line('House espresso', 48, 16.9)],
  },
];

export const kilosOf = (order: Order): number => order.lines.reduce((sum, { kg }) => sum + kg, 0);

export const euros = (amount: number): string => `€ ${amount.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')}`;

export const valueOf = (order: Order): number =>
  order.lines.reduce((sum, { kg, pricePerKg }) => sum + kg * pricePerKg, 0);
