export interface Collection {
  readonly time: string;
  readonly carrier: string;
  readonly route: string;
  /** Kilos. */
  readonly loaded: number;
  readonly capacity: number;
}

export const collections: readonly Collection[] = [
  { time: '11:30', carrier: 'Velo Linje', route: 'City, by cargo bike', loaded: 62, capacity: 80 },
  { time: '14:30', carrier: 'Nordfreight', route: 'Scandinavia', loaded: 174, capacity: 240 },
  { time: '16:00', carrier: 'Overland Post', route: 'Central Europe', loaded: 205, capacity: 220 },
  { time: '17:15', carrier: 'Atlantic Parcel', route: 'Iberia and Britain', loaded: 70, capacity: 180 },
];

export interface Offer {
  readonly carrier: string;
  readonly arrives: string;
  readonly collects: string;
  /** Euros. */
  readonly price: number;
  /** Kilograms of CO₂ for the whole way. */
  readonly co2: number;
}

export const offers: readonly Offer[] = [
  { carrier: 'Nordfreight', arrives: 'Thu 14 May', collects: 'today, 14:30', price: 38.5, co2: 6.2 },
  { carrier: 'Overland Post', arrives: 'Fri 15 May', collects: 'today, 16:00', price: 29.9, co2: 3.1 },
  { carrier: 'Atlantic Parcel', arrives: 'Wed 13 May', collects: 'today, 17:15', price: 54.0, co2: 14.8 },
];

/** Kilos sent on each of the last five working days. */
export const week: readonly (readonly [day: string, kilos: number])[] = [
  ['Tue', 310],
  ['Wed', 420],
  ['Thu', 380],
  ['Fri', 510],
  ['Mon', 465],
];
