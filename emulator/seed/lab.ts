import type { LabChange } from '../model.ts';
import type { Random } from './random.ts';

const DAY = 86_400_000;

/** Up to three things that were built within the last 90 days, each changed up to four times since. */
export function seedLabChanges(random: Random, epoch: number): LabChange[] {
  return Array.from({ length: random.integer(0, 3) }).flatMap(() => {
    const age = random.integer(0, 90);
    const changes = Array.from({ length: random.integer(0, 4) }, () => random.integer(0, age));
    return [{ day: dayBefore(epoch, age), isCreation: true }, ...changes.map((days) => changeOn(epoch, days))];
  });
}

function changeOn(epoch: number, days: number): LabChange {
  return { day: dayBefore(epoch, days), isCreation: false };
}

function dayBefore(epoch: number, days: number): string {
  return new Date(epoch - days * DAY).toISOString().slice(0, 10);
}
