import type { Audience, CallEvent, Message, Output } from '../../src/econn/index.ts';

/** Outputs in the words of the truth table; timers are left out. */
export function inBrief(outputs: readonly Output[]): string {
  return outputs.flatMap(oneInBrief).join(' ');
}

function oneInBrief(output: Output): readonly string[] {
  switch (output.type) {
    case 'send':
      return [output.via === 'channel' ? nameOf(output.message) : `${nameOf(output.message)}>${audienceInBrief(output.to)}`];
    case 'notify':
      return [eventInBrief(output.event)];
    case 'refuse':
      return [output.because];
    case 'start-timer':
    case 'stop-timer':
    case 'stop-timers':
      return [];
  }
}

/** SETUP, SETUP(r), BUSY …, as the table calls them. */
export function nameOf(message: Message): string {
  if (message.type === 'REJECT' && message.cause === 'busy') return 'BUSY';
  return message.resp ? `${message.type}(r)` : message.type;
}

function audienceInBrief(to: Audience): string {
  if (to.type === 'devices') return to.devices.map(({ device }) => device).join(',');
  return [...to.users, ...to.except.map(({ device }) => `-${device}`)].join('');
}

function eventInBrief(event: CallEvent): string {
  if (event.type === 'closed') return `closed:${event.reason.type}${event.missed ? ':missed' : ''}`;
  return event.type === 'incoming' && event.recall ? 'incoming:recall' : event.type;
}
