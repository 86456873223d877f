// The faults that a build can carry on purpose. A build without one contains none of this.
const isDoomed = __APP_DEFECT__ === 'throws' || (__APP_DEFECT__ === 'throws-half' && Math.random() < 0.5);

if (__APP_DEFECT__ === 'throws-at-evaluation') {
  throw new Error(`Orders ${import.meta.env.SLUICE_VERSION} cannot start: the price list has no currency`);
}

export function renderDefect(): void {
  if (isDoomed) throw new TypeError("Cannot read properties of undefined (reading 'currency')");
}
