import { type Console, consoleOf } from './console.ts';
import { addControlRoutes } from './control.ts';
import type { Machine } from './exchange.ts';
import { type Fault, FaultPlan } from './faults.ts';
import { checkedDelay, type EmulatorOptions, settingsFrom } from './options.ts';
import { Platform } from './platform.ts';
import { type SeededPlatform, seededSummary } from './seed/seeded.ts';
import { seedPlatform } from './seed/seedPlatform.ts';
import { createServer, ROUTE_NAMES } from './server.ts';
import { type CallCount, Traffic } from './traffic.ts';

export type { Console, NewRequest, TrueProject, TrueToken } from './console.ts';
export type { Fault } from './faults.ts';
export type { EmulatorOptions } from './options.ts';
export type { MemberSummary } from './people.ts';
export type { SeededOrganization, SeededPlatform, SeededProject, SeededUser } from './seed/seeded.ts';
export type { CallCount } from './traffic.ts';

/** A running model of the platform REST API on loopback. Delays count from `Date.now()`, which a test may move. */
export interface Emulator extends Console {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly seeded: SeededPlatform;
  /** Since the start or the last reset. */
  calls(): CallCount[];
  /** The most platform requests that were open at once since the start or the last reset. */
  maxInFlight(): number;
  /** Calls that came one after the other was answered since the start or the last reset, summed over organizations. */
  roundTrips(): number;
  resetCalls(): void;
  /** Replaces all faults; an empty list clears them. Throws for a route that does not exist. */
  setFaults(faults: Fault[]): void;
  setLatency(ms: number): void;
  /** Answers calls once no other arrives: those that are sent together are open together, however busy the machine is. */
  answerTogether(isOn: boolean): void;
  /** `statusDelayMs` of the options, for changes from now on. */
  setStatusDelay(ms: number): void;
  /** `listDelayMs` of the options, for changes from now on. */
  setListDelay(ms: number): void;
  /** Also ends hung and keep-alive connections. */
  close(): Promise<void>;
}

/** Starts an emulator; rejects when an option is out of range or the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const settings = settingsFrom(options);
  const state = seedPlatform(settings);
  const seeded = seededSummary(settings, state);
  const faults = new FaultPlan();
  const traffic = new Traffic();
  const platform = new Platform(state, settings);
  const machine: Machine = {
    settings,
    platform,
    faults,
    traffic,
    latencyMs: settings.latencyMs,
    answersTogether: false,
  };
  const app = createServer(machine);
  if (settings.control) addControlRoutes(app, machine, seeded);
  const url = await app.listen({ host: '127.0.0.1', port: settings.port });
  return {
    ...consoleOf(platform),
    url,
    seeded,
    calls: () => traffic.counts(),
    maxInFlight: () => traffic.maxInFlight(),
    roundTrips: () => traffic.roundTrips(),
    resetCalls: () => traffic.reset(),
    setFaults: (replacement) => faults.replace(replacement, ROUTE_NAMES),
    setLatency: (ms) => {
      machine.latencyMs = checkedDelay('latencyMs', ms);
    },
    answerTogether: (isOn) => {
      machine.answersTogether = isOn;
    },
    setStatusDelay: (ms) => {
      platform.delays.statusMs = checkedDelay('statusDelayMs', ms);
    },
    setListDelay: (ms) => {
      platform.delays.listMs = checkedDelay('listDelayMs', ms);
    },
    close: () => app.close(),
  };
}
