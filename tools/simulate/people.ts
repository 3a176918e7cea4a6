/** Names of the people in a circle. They order as their numbers do, so that who wins a glare is known. */
export function userNamed(number: number): string {
  return USERS[number] ?? `user${number}`;
}

/** The device of that number in a circle whose users have so many each: `a1`, `a2`, `b1` … */
export function deviceNamed(number: number, devices: number): string {
  return `${userNamed(Math.floor(number / devices)).charAt(0)}${(number % devices) + 1}`;
}

const USERS = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];
