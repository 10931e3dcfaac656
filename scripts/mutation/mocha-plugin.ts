import { INSTRUMENTER_CONSTANTS, type InstrumenterContext, type StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
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
import Mocha from 'mocha';

/** As in `npm test`: counting makes the code slower. */
const TEST_TIMEOUT_MS = 60_000;

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
  /** Of the tests that passed, in ms. */
  readonly #durations = new Map<string, number>();
  #isLoaded = false;
  #isCoveragePerTest = false;

  constructor(options: StrykerOptions) {
    this.#context = shared[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
    this.#mocha = new Mocha({ reporter: Mocha.reporters.Base, timeout: TEST_TIMEOUT_MS, forbidOnly: true });
    this.#mocha.cleanReferencesAfterRun(false);
    fc.configureGlobal(PROPERTIES);
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
    this.#isCoveragePerTest = false;
    const { mutantCoverage } = this.#context;
    return result.status === DryRunStatus.Complete && mutantCoverage ? { ...result, mutantCoverage } : result;
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, mutantActivation, testFilter, hitLimit, disableBail } = options;
    delete this.#context.hitCount;
    delete this.#context.hitLimit;
    if (hitLimit !== undefined) Object.assign(this.#context, { hitLimit, hitCount: 0 });
    const titles = testFilter?.map((title) => `^${title.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
    this.#mocha.grep(new RegExp(titles?.join('|') ?? ''));
    if (mutantActivation === 'static') this.#context.activeMutant = activeMutant.id;
    return toMutantRunResult(await this.#run(!disableBail, activeMutant.id));
  }

  async #run(isBailing: boolean, mutantId?: string): Promise<DryRunResult> {
    try {
      if (!this.#isLoaded) await this.#mocha.loadFilesAsync();
      this.#isLoaded = true;
      if (mutantId === undefined) delete this.#context.activeMutant;
      else this.#context.activeMutant = mutantId;
      bail(this.#mocha.suite, isBailing);
      this.#quickestFirst(this.#mocha.suite);
      const tests = await this.#results();
      const endless = determineHitLimitReached(this.#context.hitCount, this.#context.hitLimit);
      return endless ?? { status: DryRunStatus.Complete, tests };
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: error instanceof Error ? String(error.stack) : String(error) };
    }
  }

  /** Most mutants fail one of the quick tests, and then the others need not run. @returns ms of all tests of the suite */
  #quickestFirst(suite: Mocha.Suite): number {
    const durationOf = (test: Mocha.Test) => this.#durations.get(test.fullTitle()) ?? 0;
    suite.tests.sort((a, b) => durationOf(a) - durationOf(b));
    const inner = new Map(suite.suites.map((child) => [child, this.#quickestFirst(child)]));
    suite.suites.sort((a, b) => (inner.get(a) ?? 0) - (inner.get(b) ?? 0));
    return [...inner.values(), ...suite.tests.map(durationOf)].reduce((sum, ms) => sum + ms, 0);
  }

  #results(): Promise<TestResult[]> {
    return new Promise((resolve) => {
      const tests: TestResult[] = [];
      const add = (test: Mocha.Runnable, end: { status: TestStatus.Success } | Failed) => {
        const id = test.fullTitle();
        const where = test.file === undefined ? {} : { fileName: test.file };
        tests.push({ id, name: id, timeSpentMs: test.duration ?? 0, ...where, ...end });
      };
      this.#mocha
        .run(() => resolve(tests))
        .on('pass', (test) => {
          this.#durations.set(test.fullTitle(), test.duration ?? 0);
          add(test, { status: TestStatus.Success });
        })
        .on('fail', (test, error: Error) => add(test, { status: TestStatus.Failed, failureMessage: error.message }));
    });
  }
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
