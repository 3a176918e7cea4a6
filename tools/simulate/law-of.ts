/** What is broken, without whom: `P1 ghost ring`. */
export function lawOf(fault: string): string {
  const [law = fault, ...details] = fault.split(':');
  return details.length === 0 ? (fault.split(' ')[0] ?? fault) : law;
}
