const exactly: readonly number[] = tail();

/** ln k! − ((k + ½) ln(k + 1) − (k + 1) + ½ ln 2π): what Stirling's formula leaves, exact to 1e-15. */
export function stirlingTail(k: number): number {
  const known = exactly[k];
  if (known !== undefined) return known;
  const i = 1 / ((k + 1) * (k + 1));
  return (1 / 12 - i * (1 / 360 - i * (1 / 1260 - i * (1 / 1680)))) / (k + 1);
}

const halfLn2Pi = 0.918_938_533_204_672_8;

/** ln k!. */
export function lnFactorial(k: number): number {
  return (k + 0.5) * Math.log(k + 1) - (k + 1) + halfLn2Pi + stirlingTail(k);
}

function tail(): number[] {
  let ln = 0;
  return Array.from({ length: 16 }, (_, k) => {
    if (k > 0) ln += Math.log(k);
    return ln - ((k + 0.5) * Math.log(k + 1) - (k + 1) + 0.918_938_533_204_672_8);
  });
}
