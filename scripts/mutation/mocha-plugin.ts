import { INSTRUMENTER_CONSTANTS, type InstrumenterContext, type StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  MutantRunStatus,
  TestStatus,
  toMutantRunResult,
  type DryRunOptions,
  type DryRunResult,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import sinon from 'sinon';

/** As in `npm test`: counting makes the code slower. */
const TEST_TIMEOUT_MS = 60_000;
/**
 * A test that takes longer than this with a mutant, in ms, waits for something that does not come. Ten times what it took
 * without one counts where that is more: a busy machine must not look like a mutant that was found.
 */
const MUTANT_TIMEOUT_MS = 5_000;

/**
 * So long, in ms as measured without a mutant, the tests of other specs than that of the changed file try to find a mutant,
 * the quickest first: a mutant that only a later test would find counts as one that survives.
 */
const OTHERS_MS = 1_000;

/** In the sandbox: a process that replaces another one learns from it how long tests take. */
const TIMES = 'times-of-tests.json';

/** The first example that fails finds the mutant: a smaller one is of no use. The same examples each time, the same score. */
const PROPERTIES = { endOnFailure: true, seed: 1, interruptAfterTimeLimit: 200 };

/** What the changed code and Stryker say to each other. */
const shared = globalThis as { [INSTRUMENTER_CONSTANTS.NAMESPACE]?: InstrumenterContext };

/**
 * Runs the specs of a room in one process, once for each mutant. Stryker's own runner reads inner files of Mocha 11, which
 * Mocha 12 has moved; this one needs no more than the public interface.
 */
class MochaRunner implements TestRunner {
  static readonly inject = tokens(commonTokens.options);

  readonly #context: InstrumenterContext;
  readonly #mocha: Mocha;
  /** What each test took in the run without a mutant, in ms. */
  #tookMs: Readonly<Record<string, number>> = {};
  #isLoaded = false;
  #process: 'new' | 'used' | 'spoilt' = 'new';
  #isCoveragePerTest = false;

  constructor(options: StrykerOptions) {
    fc.configureGlobal(PROPERTIES);
    this.#context = shared[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
    this.#mocha = new Mocha({ reporter: Mocha.reporters.Base, timeout: TEST_TIMEOUT_MS, forbidOnly: true });
    this.#mocha.cleanReferencesAfterRun(false);
    for (const file of options['specs'] as string[]) this.#mocha.addFile(file);
    const nameTest = (title: string | undefined) => {
      if (this.#isCoveragePerTest && title !== undefined) this.#context.currentTestId = title;
    };
    this.#mocha.suite.beforeEach(function () {
      nameTest(this.currentTest?.fullTitle());
    });
  }

  /** A file that is loaded stays loaded: a mutant of its top level needs a new process. */
  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun({ coverageAnalysis, disableBail }: DryRunOptions): Promise<DryRunResult> {
    this.#isCoveragePerTest = coverageAnalysis === 'perTest';
    const result = await this.#run(!disableBail);
    this.#process = 'used';
    this.#isCoveragePerTest = false;
    if (result.status === DryRunStatus.Complete) {
      const times = Object.fromEntries(result.tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]));
      writeFileSync(TIMES, JSON.stringify(times));
    }
    const { mutantCoverage } = this.#context;
    return result.status === DryRunStatus.Complete && mutantCoverage ? { ...result, mutantCoverage } : result;
  }

  /**
   * A mutant can leave behind what makes later tests fail: a fake clock, a server, a value in a module. So what a test has
   * found counts only if the test succeeds again without the mutant, or if the process was new.
   * @throws Error where it does not: Stryker then gives the mutant to a new process.
   */
  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    if (this.#process === 'spoilt') throw new Error('An earlier mutant has left something behind');
    const { activeMutant, mutantActivation, testFilter, hitLimit, disableBail } = options;
    delete this.#context.hitCount;
    delete this.#context.hitLimit;
    if (hitLimit !== undefined) Object.assign(this.#context, { hitLimit, hitCount: 0 });
    if (mutantActivation === 'static') this.#context.activeMutant = activeMutant.id;
    await this.#load();
    const tests = this.#chosen(activeMutant.fileName, testFilter);
    const result = toMutantRunResult(await this.#runOnly(tests, !disableBail, activeMutant.id));
    const wasNew = this.#process === 'new';
    this.#process = 'used';
    if (result.status === MutantRunStatus.Survived || result.status === MutantRunStatus.Timeout) return result;
    if (result.status === MutantRunStatus.Killed && (await this.#succeeds([result.killedBy].flat(), tests)))
      return result;
    this.#process = 'spoilt';
    if (!wasNew) throw new Error('This failure may come from an earlier mutant');
    return result;
  }

  /** @param titles of tests, or of hooks: then all tests run again. */
  async #succeeds(titles: string[], all: string[] | undefined): Promise<boolean> {
    delete this.#context.hitLimit;
    const result = await this.#runOnly(titles, true);
    const hasNone = result.status === DryRunStatus.Complete && result.tests.length === 0;
    return isGreen(hasNone ? await this.#runOnly(all, true) : result);
  }

  async #runOnly(titles: string[] | undefined, isBailing: boolean, mutantId?: string): Promise<DryRunResult> {
    const exact = titles?.map((title) => `^${title.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
    this.#mocha.grep(new RegExp(exact?.join('|') ?? ''));
    this.#quickestFirst(this.#mocha.suite);
    const result = await this.#run(isBailing, mutantId);
    sinon.restore();
    return result;
  }

  /** The first failure ends a run: most mutants need no slow test. @returns the time of all tests inside, in ms. */
  #quickestFirst(suite: Mocha.Suite): number {
    const timed = suite.suites.map((child) => ({ child, ms: this.#quickestFirst(child) }));
    timed.sort((a, b) => a.ms - b.ms);
    suite.suites = timed.map(({ child }) => child);
    let sum = timed.reduce((total, { ms }) => total + ms, 0);
    for (const test of suite.tests) {
      const tookMs = this.#tookMs[test.fullTitle()];
      test.timeout(Math.max(MUTANT_TIMEOUT_MS, 10 * (tookMs ?? MUTANT_TIMEOUT_MS)));
      sum += tookMs ?? 0;
    }
    return sum;
  }

  async #run(isBailing: boolean, mutantId?: string): Promise<DryRunResult> {
    try {
      await this.#load();
      if (mutantId === undefined) delete this.#context.activeMutant;
      else this.#context.activeMutant = mutantId;
      bail(this.#mocha.suite, isBailing);
      const tests = await this.#results();
      const endless = determineHitLimitReached(this.#context.hitCount, this.#context.hitLimit);
      return endless ?? { status: DryRunStatus.Complete, tests };
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: error instanceof Error ? String(error.stack) : String(error) };
    }
  }

  async #load(): Promise<void> {
    if (!this.#isLoaded) await this.#mocha.loadFilesAsync();
    this.#isLoaded = true;
    if (existsSync(TIMES)) this.#tookMs = JSON.parse(readFileSync(TIMES, 'utf8')) as Record<string, number>;
  }

  /** Of the tests that reach a mutant: all of the specs that have the name of its file, and quick ones of others. */
  #chosen(fileName: string, titles: string[] | undefined): string[] | undefined {
    if (!titles) return undefined;
    const own = new Set(this.#testsIn(this.#mocha.suite, path.basename(fileName, '.ts')));
    let leftMs = OTHERS_MS;
    const timed = titles.map((title) => ({ title, ms: this.#tookMs[title] ?? 0 })).sort((a, b) => a.ms - b.ms);
    return timed.filter(({ title, ms }) => own.has(title) || (leftMs -= ms) >= 0).map(({ title }) => title);
  }

  #testsIn(suite: Mocha.Suite, name: string): string[] {
    const isOwn = (file: string) => file.startsWith(`${name}.`) || file.startsWith(`${name}-`);
    const here = suite.tests.filter(({ file }) => isOwn(path.basename(file ?? '')));
    return [...here.map((test) => test.fullTitle()), ...suite.suites.flatMap((child) => this.#testsIn(child, name))];
  }

  #results(): Promise<TestResult[]> {
    return new Promise((resolve) => {
      const tests: TestResult[] = [];
      const add = (test: Mocha.Runnable, end: { status: TestStatus.Success } | Failed) => {
        const id = (test instanceof Mocha.Hook ? (test.ctx?.currentTest ?? test) : test).fullTitle();
        const where = test.file === undefined ? {} : { fileName: test.file };
        tests.push({ id, name: id, timeSpentMs: test.duration ?? 0, ...where, ...end });
      };
      this.#mocha
        .run(() => resolve(tests))
        .on('pass', (test) => add(test, { status: TestStatus.Success }))
        .on('fail', (test, error: Error) => add(test, { status: TestStatus.Failed, failureMessage: error.message }));
    });
  }
}

function isGreen(result: DryRunResult): boolean {
  if (result.status !== DryRunStatus.Complete || result.tests.length === 0) return false;
  return result.tests.every(({ status }) => status === TestStatus.Success);
}

interface Failed {
  status: TestStatus.Failed;
  failureMessage: string;
}

function bail(suite: Mocha.Suite, isBailing: boolean): void {
  suite.bail(isBailing);
  for (const child of suite.suites) bail(child, isBailing);
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'mocha', MochaRunner)];
