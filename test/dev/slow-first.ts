import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Their files start browsers, or many processes; how long that takes is not seen from their size. */
const SLOW = /\/test\/(webview|cli|package|evals|docs|guards)\//;

/** Begins with what takes long, so that no worker is left alone with it at the end. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => SLOW.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
